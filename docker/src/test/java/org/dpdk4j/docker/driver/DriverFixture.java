// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.model.KernelModelProcess;
import org.dpdk4j.sriov.model.Machine;

/** A driver over a modelled machine, asked as Docker asks it. */
final class DriverFixture implements AutoCloseable {
    static final JsonMapper JSON = JsonMapper.builder().build();

    /** The interface of the first NIC. */
    static final String PF = "enp1s0";

    final KernelModelProcess model;
    Inventory inventory;
    NetworkDriver driver;
    Calls calls;
    private final Path state;

    DriverFixture(Path state) {
        this(state, Machine.igb());
    }

    DriverFixture(Path state, Machine machine) {
        this.state = state;
        this.model = KernelModelProcess.start(machine);
        model.settle();
        open();
    }

    /** As if the daemon had ended and begun again. */
    void restart() {
        inventory.close();
        open();
    }

    private void open() {
        inventory = Inventory.open(state, model.kernel());
        driver = new NetworkDriver(inventory, model.kernel());
        calls = new Calls(driver);
    }

    /** The answer to a call; quotes may be written as apostrophes. */
    JsonNode call(String name, String body) {
        Calls.Answer answer = answer("/NetworkDriver." + name, body);
        return parse(answer.json());
    }

    Calls.Answer answer(String path, String body) {
        return calls.answer(path, body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    static JsonNode parse(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a network of the first NIC, with further options such as {@code ,'vlan':'5'}. */
    JsonNode createNetwork(String id, int nvf, String options) {
        return call("CreateNetwork", network(id, nvf, options));
    }

    /** What Docker says then. */
    static String network(String id, int nvf, String options) {
        return ("{'NetworkID':'%s','Options':{'com.docker.network.enable_ipv6':false,"
                        + "'com.docker.network.generic':{'netdevice':'%s','nvf':'%d'%s}},"
                        + "'IPv4Data':[{'AddressSpace':'LocalDefault','Pool':'40.0.0.0/24',"
                        + "'Gateway':'40.0.0.1/24'}],'IPv6Data':[]}")
                .formatted(id, PF, nvf, options)
                .replace('\'', '"');
    }

    /** Makes an endpoint with an address 40.0.0.N. */
    JsonNode createEndpoint(String network, String endpoint, int address) {
        return call(
                "CreateEndpoint",
                ("{'NetworkID':'%s','EndpointID':'%s','Options':{},'Interface':{"
                                + "'Address':'40.0.0.%d/24','AddressIPv6':'','MacAddress':''}}")
                        .formatted(network, endpoint, address));
    }

    static String endpoint(String network, String endpoint) {
        return "{'NetworkID':'%s','EndpointID':'%s'}".formatted(network, endpoint);
    }

    @Override
    public void close() {
        inventory.close();
        model.close();
    }
}
