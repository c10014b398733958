// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.dpdk4j.bindings.rte.Rte;

/** The ports that DPDK has, by their ids and names. */
final class EthPorts {
    private EthPorts() {}

    /** Ids of those that no other port is built on, ascending. */
    static List<Integer> ids() {
        List<Integer> found = new ArrayList<>();
        // Past the last one it returns DPDK's own limit, which a build may have set lower than
        // ours.
        long port = next(0);
        while (port < Rte.RTE_MAX_ETHPORTS() && !name((int) port).isEmpty()) {
            found.add((int) port);
            port = next((int) port + 1);
        }
        return found;
    }

    /** A port's id by its name; the negated errno if there is none. */
    static int id(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment port = arena.allocate(Short.BYTES);
            int result = Rte.rte_eth_dev_get_port_by_name(arena.allocateFrom(name), port);
            return result < 0 ? result : port.get(ValueLayout.JAVA_SHORT, 0) & 0xffff;
        }
    }

    /** A port's name by its id, below {@code RTE_MAX_ETHPORTS}; empty if there is none. */
    static String name(int id) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(Rte.RTE_ETH_NAME_MAX_LEN());
            int result = Rte.rte_eth_dev_get_name_by_port((short) id, name);
            return result == 0 ? name.getString(0) : "";
        }
    }

    /** Whether a device on a bus became a port or several, which have its name in theirs. */
    static boolean madeOf(String device) {
        return id(device) >= 0 || ids().stream().anyMatch(id -> name(id).contains(device));
    }

    private static long next(int id) {
        return Rte.rte_eth_find_next_owned_by((short) id, Rte.RTE_ETH_DEV_NO_OWNER());
    }
}
