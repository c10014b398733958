// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.engine;

import java.util.List;
import java.util.Map;

/**
 * A network as the engine has it.
 *
 * @param id 64 hexadecimal digits
 * @param name as people call it
 * @param driver such as {@code hisriov}
 * @param options what {@code -o} said when it was made
 * @param subnets address ranges, such as {@code 40.0.0.0/24}
 * @param gateways one for each subnet that has one
 */
public record EngineNetwork(
        String id,
        String name,
        String driver,
        Map<String, String> options,
        List<String> subnets,
        List<String> gateways) {
    /** Copies what is mutable. */
    public EngineNetwork {
        options = Map.copyOf(options);
        subnets = List.copyOf(subnets);
        gateways = List.copyOf(gateways);
    }
}
