// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.engine;

import java.util.Map;

/**
 * A container as the engine has it.
 *
 * @param id 64 hexadecimal digits
 * @param name without the slash
 * @param image as it was asked for
 * @param state such as {@code running} or {@code exited}
 * @param labels of the container and its image
 */
public record EngineContainer(
        String id, String name, String image, String state, Map<String, String> labels) {
    /** On each container that has virtual functions: the numbers of its reservations. */
    public static final String RESERVATION_LABEL = "dpdk4j.reservation";

    /** Copies what is mutable. */
    public EngineContainer {
        labels = Map.copyOf(labels);
    }

    /**
     * Whether a reservation is this container's, by its label.
     *
     * @param reservation its number
     * @return whether the label names it
     */
    public boolean has(long reservation) {
        for (String id : labels.getOrDefault(RESERVATION_LABEL, "").split(",", -1)) {
            if (id.equals(Long.toString(reservation))) {
                return true;
            }
        }
        return false;
    }
}
