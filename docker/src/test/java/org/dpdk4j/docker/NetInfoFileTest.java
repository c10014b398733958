// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.dpdk4j.NetInfo;
import org.dpdk4j.sriov.MacAddress;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written, held against the schema, against core and against another language. */
class NetInfoFileTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir Path directory;
    private NetInfoFile file;

    @BeforeEach
    void write() {
        file = NetInfoFile.of(directory.resolve("run/netinfo.json"));
        file.write("box", List.of(device(1, "vfio-pci"), device(2, "mlx5_core")), huge());
        file.endpoint(1, List.of("40.0.0.2/24", "fd00::2/64"), List.of("40.0.0.1", "fd00::1"));
    }

    @Test
    void shouldWriteWhatTheSchemaSays() throws IOException {
        JsonNode schema;
        try (InputStream stream = NetInfoFile.class.getResourceAsStream("netinfo.schema.json")) {
            schema = JSON.readTree(stream);
        }
        JsonNode written = JSON.readTree(file.path().toFile());
        List<String> seen = new ArrayList<>();
        check(schema, schema, written, "", seen);
        assertThat(seen)
                .as("each field of the schema is written by somebody")
                .containsAll(names(schema.path("properties")))
                .containsAll(names(schema.path("$defs").path("device").path("properties")));
    }

    @Test
    void shouldBeReadByCore() {
        NetInfo info = NetInfo.read(file.path());
        assertThat(info.hugepageDirectory()).hasValue("/dev/hugepages");
        assertThat(info.devices()).hasSize(2);
        NetInfo.Device first = info.devices().getFirst();
        assertThat(first.pciAddress()).isEqualTo("0000:01:10.1");
        assertThat(first.addresses()).containsExactly("40.0.0.2/24", "fd00::2/64");
        assertThat(first.gateways()).containsExactly("40.0.0.1", "fd00::1");
        assertThat(first.vlan()).hasValue(7);
        assertThat(first.mtu()).hasValue(1500);
        assertThat(first.numaNode()).hasValue(0);
        assertThat(info.devices().get(1).addresses()).isEmpty();
    }

    @Test
    void shouldBeReadByAnotherLanguage() throws Exception {
        String line = testpmd(Map.of("DRY_RUN", "1"), "dpdk-testpmd", "--", "-i");
        assertThat(line.strip())
                .matches(
                        "dpdk-testpmd --lcores [0-9,]+ --iova-mode va --file-prefix box"
                                + " --allow 0000:01:10.1 --allow 0000:01:10.2"
                                + " --huge-dir /dev/hugepages --in-memory -- -i");
    }

    /** There is no such device here, so one of testpmd's own stands beside. */
    @Test
    @RequiresDpdk
    void shouldStartTestpmd() throws Exception {
        file.write("box", List.of(), Optional.empty());
        String said =
                testpmd(
                        Map.of(),
                        "dpdk-testpmd",
                        "--no-pci",
                        "--vdev=net_null0",
                        "--",
                        "--total-num-mbufs=4096",
                        "--stats-period=1",
                        "--auto-start");
        assertThat(said)
                .contains("Configuring Port 0")
                .containsPattern("RX-packets: [1-9]")
                .contains("RX-total: ");
    }

    /** It waits for its user, and so has to have his terminal. */
    @Test
    @RequiresDpdk
    void shouldLeaveTestpmdItsInput() throws Exception {
        file.write("box", List.of(), Optional.empty());
        Process process =
                start(
                        60,
                        Map.of(),
                        "dpdk-testpmd",
                        "--no-pci",
                        "--vdev=net_null0",
                        "--",
                        "--total-num-mbufs=4096",
                        "--auto-start");
        try (BufferedReader said = process.inputReader()) {
            assertThat(said.lines().anyMatch(line -> line.contains("Press enter to exit")))
                    .isTrue();
            assertThat(process.waitFor(1, TimeUnit.SECONDS)).isFalse();
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            said.lines().forEach(line -> {});
        }
        assertThat(process.waitFor()).isZero();
    }

    private String testpmd(Map<String, String> environment, String... arguments) throws Exception {
        Process process = start(8, environment, arguments);
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    private Process start(int seconds, Map<String, String> environment, String... arguments)
            throws IOException {
        // In the foreground it interrupts once: twice may end a testpmd before its last words.
        List<String> command =
                new ArrayList<>(List.of("timeout", "--foreground", "--signal=INT", "" + seconds));
        // Else it says nothing before it ends, as this is no terminal.
        command.addAll(List.of("stdbuf", "-oL"));
        command.add(Path.of("testpmd-here").toAbsolutePath().toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.environment().put(NetInfoFile.VARIABLE, file.path().toString());
        return builder.start();
    }

    /** As much of JSON Schema as this one uses. */
    private static void check(
            JsonNode root, JsonNode schema, JsonNode value, String where, List<String> seen) {
        if (schema.has("$ref")) {
            check(root, root.at(schema.path("$ref").asText().substring(1)), value, where, seen);
            return;
        }
        if (schema.has("const")) {
            assertThat(value).as(where).isEqualTo(schema.path("const"));
        }
        if (schema.has("pattern")) {
            assertThat(value.asText()).as(where).matches(schema.path("pattern").asText());
        }
        switch (schema.path("type").asText()) {
            case "object" -> {
                assertThat(value.isObject()).as(where).isTrue();
                schema.path("required")
                        .forEach(name ->
                                assertThat(value.has(name.asText())).as("%s", name).isTrue());
                value.properties()
                        .forEach(field -> {
                            JsonNode known = schema.path("properties").path(field.getKey());
                            assertThat(known.isObject())
                                    .as("the schema knows %s of %s", field.getKey(), where)
                                    .isTrue();
                            seen.add(field.getKey());
                            check(root, known, field.getValue(), field.getKey(), seen);
                        });
            }
            case "array" -> {
                assertThat(value.isArray()).as(where).isTrue();
                value.forEach(item -> check(root, schema.path("items"), item, where, seen));
            }
            case "string" -> assertThat(value.isTextual()).as(where).isTrue();
            case "integer" -> assertThat(value.isIntegralNumber()).as(where).isTrue();
            default -> assertThat(schema.has("const")).as(where).isTrue();
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static Optional<String> huge() {
        return Optional.of("/dev/hugepages");
    }

    private static ContainerDevice device(int number, String driver) {
        boolean rdma = driver.equals("mlx5_core");
        return new ContainerDevice(
                "mynet",
                number,
                PciAddress.parse("0000:01:10." + number),
                Optional.of(driver),
                rdma ? Optional.of("eth0") : Optional.empty(),
                MacAddress.parse("02:00:00:00:00:0" + number),
                OptionalInt.of(7),
                OptionalInt.of(1500),
                OptionalInt.of(0),
                List.of(rdma ? "/dev/infiniband/uverbs0" : "/dev/vfio/7"),
                rdma ? List.of("mlx5_2") : List.of());
    }
}
