// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.engine;

import java.util.Map;
import java.util.regex.Pattern;
import org.dpdk4j.sriov.inventory.Reservation;

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

    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

    /** Copies what is mutable. */
    public EngineContainer {
        labels = Map.copyOf(labels);
    }

    /**
     * Whether a reservation is this container's: by its ID, or by its label as long as the owner is
     * known by name alone. Images made by {@code docker commit} keep the label, and so do their
     * containers, so that it doesn't say much.
     *
     * @param reservation any
     * @return whether it is
     */
    public boolean owns(Reservation reservation) {
        String owner = reservation.owner();
        String named =
                owner.startsWith(ContainerOwners.PREFIX)
                        ? owner.substring(ContainerOwners.PREFIX.length())
                        : "";
        return ID.matcher(named).matches() ? id.equals(named) : has(reservation.id());
    }

    /**
     * Whether its label names a reservation.
     *
     * @param reservation its number
     * @return whether it does
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
