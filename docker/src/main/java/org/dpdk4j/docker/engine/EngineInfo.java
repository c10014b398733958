// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.engine;

import java.util.List;
import org.dpdk4j.sriov.inventory.Reservation;

/**
 * What an engine says of itself.
 *
 * @param id tells it from other engines of this machine; empty if it doesn't say
 * @param version such as {@code 28.2.2}
 * @param cdiDirectories where it looks for CDI specs; empty if it takes none
 */
public record EngineInfo(String id, String version, List<String> cdiDirectories) {
    /** What is remembered with a reservation: whose container has it. */
    public static final String ENGINE = "engine";

    /** Copies what is mutable. */
    public EngineInfo {
        cdiDirectories = List.copyOf(cdiDirectories);
    }

    /**
     * Whether a reservation is that of another engine's container, of which this one knows nothing.
     *
     * @param reservation to be looked at
     * @param engine the ID of the engine that was asked
     * @return false also where either isn't known
     */
    public static boolean another(Reservation reservation, String engine) {
        String its = reservation.metadata().getOrDefault(ENGINE, "");
        return !its.isEmpty() && !engine.isEmpty() && !its.equals(engine);
    }
}
