// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.engine;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the engine has at one time.
 *
 * @param engine its ID
 * @param containers all of them, running or not
 * @param endpoints by the ID of each network, the IDs of its endpoints
 */
public record EngineState(
        String engine, List<EngineContainer> containers, Map<String, Set<String>> endpoints) {
    /** Copies what is mutable. */
    public EngineState {
        containers = List.copyOf(containers);
        endpoints = Map.copyOf(endpoints);
    }
}
