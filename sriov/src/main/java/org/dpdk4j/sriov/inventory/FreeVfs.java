// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Predicate;
import org.dpdk4j.sriov.PciAddress;

/** The query of the journal that finds free VFs by a selector, along the index that fits. */
final class FreeVfs {
    private FreeVfs() {}

    /**
     * What follows the columns.
     *
     * @param selectors without names of interfaces; all must hold
     * @param arguments of the query, filled in here
     * @return the rest of the statement
     */
    static String query(List<Selector> selectors, List<Object> arguments) {
        StringJoiner where = new StringJoiner(" and ");
        where.add("reservation is null and usable = 1");
        for (Selector selector : selectors) {
            restrict(selector, where, arguments);
        }
        // A physical function itself stands among them, too: only who names it alone gets it.
        if (any(selectors, selector -> exact(selector).isPresent())) {
            where.add("(idx >= 0 or address = ?)");
            selectors.stream()
                    .flatMap(selector -> exact(selector).stream())
                    .limit(1)
                    .forEach(address -> arguments.add(Ledger.key(address)));
        } else {
            where.add("idx >= 0");
        }
        // Without a hint SQLite may walk all VFs in their order instead of the free ones.
        return "indexed by "
                + index(selectors)
                + " where "
                + where
                + " order by "
                + (any(selectors, selector -> selector.pf().isPresent()) ? "idx" : "address");
    }

    private static String index(List<Selector> selectors) {
        if (any(selectors, selector -> selector.pf().isPresent())) {
            return "vf_free_pf";
        }
        if (any(selectors, selector -> selector.first().isPresent())) {
            return "vf_free_address";
        }
        if (any(
                selectors,
                selector -> selector.vendorId().isPresent() && selector.deviceId().isPresent())) {
            return "vf_free_device";
        }
        if (any(selectors, selector -> selector.driver().isPresent())) {
            return "vf_free_driver";
        }
        if (any(selectors, selector -> selector.numaNode().isPresent())) {
            return "vf_free_numa";
        }
        return "vf_free_address";
    }

    /** The only address that a selector takes. */
    static Optional<PciAddress> exact(Selector selector) {
        return selector.first().equals(selector.last()) ? selector.first() : Optional.empty();
    }

    private static boolean any(List<Selector> selectors, Predicate<Selector> what) {
        return selectors.stream().anyMatch(what);
    }

    private static void restrict(Selector selector, StringJoiner where, List<Object> arguments) {
        selector.pf().ifPresent(pf -> add(where, arguments, "pf = ?", Ledger.key(pf)));
        selector.first().ifPresent(a -> add(where, arguments, "address >= ?", Ledger.key(a)));
        selector.last().ifPresent(a -> add(where, arguments, "address <= ?", Ledger.key(a)));
        selector.firstVf().ifPresent(index -> add(where, arguments, "idx >= ?", index));
        selector.lastVf().ifPresent(index -> add(where, arguments, "idx <= ?", index));
        selector.vendorId().ifPresent(id -> add(where, arguments, "vendor = ?", id));
        selector.deviceId().ifPresent(id -> add(where, arguments, "device = ?", id));
        selector.driver().ifPresent(name -> add(where, arguments, "driver = ?", name));
        selector.numaNode().ifPresent(node -> add(where, arguments, "numa = ?", node));
    }

    private static void add(
            StringJoiner where, List<Object> arguments, String condition, Object argument) {
        where.add(condition);
        arguments.add(argument);
    }
}
