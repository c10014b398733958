// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;

/**
 * A network of Docker's, as the inventory remembers it under the network's ID.
 *
 * @param id which Docker gave it
 * @param pf the physical function that serves it
 * @param options of its creation
 * @param gateway of its containers, if it has one
 * @param gatewayIpv6 of its containers, if it has one
 * @param removed whether Docker has forgotten it already, while a stopped container still owns a
 *     virtual function of it
 */
public record DockerNetwork(
        String id,
        PciAddress pf,
        NetworkOptions options,
        Optional<String> gateway,
        Optional<String> gatewayIpv6,
        boolean removed) {
    /**
     * Key of all metadata of ours, so that networks of the command aren't mistaken for Docker's.
     */
    private static final String KIND = "docker";

    private static final String PF = "docker.pf";
    private static final String GATEWAY = "docker.gateway";
    private static final String GATEWAY_IPV6 = "docker.gateway6";
    private static final String REMOVED = "docker.removed";
    private static final String OPTION = "option.";

    /**
     * Reads what {@link #metadata} wrote.
     *
     * @param id of the network
     * @param metadata that the inventory has of it
     * @return the network, or nothing if it isn't one of Docker's
     * @throws SriovException if an option isn't known, as when a newer version wrote it
     */
    public static Optional<DockerNetwork> of(String id, Map<String, String> metadata) {
        if (!"hisriov".equals(metadata.get(KIND))) {
            return Optional.empty();
        }
        Map<String, String> options = new LinkedHashMap<>();
        metadata.forEach((key, value) -> {
            if (key.startsWith(OPTION)) {
                options.put(key.substring(OPTION.length()), value);
            }
        });
        String pf = metadata.get(PF);
        if (pf == null) {
            throw new SriovException(
                    "The inventory doesn't say which NIC serves network "
                            + id
                            + ": remove the network and create it again.");
        }
        return Optional.of(
                new DockerNetwork(
                        id,
                        PciAddress.parse(pf),
                        NetworkOptions.parse(options),
                        Optional.ofNullable(metadata.get(GATEWAY)),
                        Optional.ofNullable(metadata.get(GATEWAY_IPV6)),
                        "true".equals(metadata.get(REMOVED))));
    }

    /**
     * What to remember.
     *
     * @return keys and values for the inventory
     */
    public Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(KIND, "hisriov");
        metadata.put(PF, pf.toString());
        gateway.ifPresent(value -> metadata.put(GATEWAY, value));
        gatewayIpv6.ifPresent(value -> metadata.put(GATEWAY_IPV6, value));
        if (removed) {
            metadata.put(REMOVED, "true");
        }
        options.toMap().forEach((name, value) -> metadata.put(OPTION + name, value));
        return metadata;
    }

    /**
     * The same network when Docker has forgotten it.
     *
     * @return a network
     */
    public DockerNetwork forgotten() {
        return new DockerNetwork(id, pf, options, gateway, gatewayIpv6, true);
    }
}
