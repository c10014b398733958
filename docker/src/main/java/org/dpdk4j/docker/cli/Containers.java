// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.dpdk4j.docker.DockerException;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Reservation;

/** Our containers, as the inventory has them: by name, with all reservations of each. */
final class Containers {
    /** How the owner begins of what no container of Docker's owns; it ends by stop alone. */
    static final String RESERVED = "command:";

    private static final String NAME = "name";

    private Containers() {}

    /** By name, in the order in which they were made. */
    static Map<String, List<Reservation>> all(Inventory inventory) {
        Map<String, List<Reservation>> all = new LinkedHashMap<>();
        for (Reservation reservation : inventory.reservations()) {
            String name = reservation.metadata().get(NAME);
            if (name != null) {
                all.computeIfAbsent(name, _ -> new ArrayList<>()).add(reservation);
            }
        }
        return all;
    }

    /** The reservations of one; not empty. */
    static List<Reservation> named(Inventory inventory, String name) {
        List<Reservation> found = all(inventory).getOrDefault(name, List.of());
        if (found.isEmpty()) {
            throw new DockerException(
                    "No container "
                            + name
                            + " has virtual functions of ours. docker_run_dpdk ps shows those that"
                            + " have.");
        }
        return found;
    }

    /** The numbers of all reservations. */
    static Set<Long> ids(Inventory inventory) {
        return inventory.reservations().stream().map(Reservation::id).collect(Collectors.toSet());
    }
}
