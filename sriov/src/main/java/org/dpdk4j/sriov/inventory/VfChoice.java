// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.sysfs.Sysfs;

/**
 * Chooses free virtual functions. What the journal believes to be free is looked at before it is
 * given away; those of the machine that the journal doesn't know are looked for when it has too
 * few.
 */
final class VfChoice {
    private final Sysfs sysfs;
    private final Journal journal;
    private final OwnedCounts counts;

    VfChoice(Kernel kernel, Journal journal, OwnedCounts counts) {
        this.sysfs = new Sysfs(kernel);
        this.journal = journal;
        this.counts = counts;
    }

    /** Replaces the name of an interface by the address that it has now. */
    Selector resolve(Selector selector) {
        if (selector.netdev().isEmpty()) {
            return selector;
        }
        String name = selector.netdev().get();
        PciAddress device =
                sysfs.linkName(Sysfs.NET + name + "/device")
                        .map(PciAddress::parse)
                        .orElseThrow(() ->
                                new SriovException(
                                        "There is no interface "
                                                + name
                                                + " with a PCI device here. The command"
                                                + " list shows those that there are."));
        Optional<PciAddress> parent =
                sysfs.linkName(Sysfs.device(device) + "/physfn").map(PciAddress::parse);
        if (selector.pf().isPresent() && !selector.pf().get().equals(parent.orElse(device))) {
            throw new SriovException(
                    "Interface " + name + " doesn't belong to " + selector.pf().get() + ".");
        }
        return parent.isEmpty()
                ? selector.resolved(device)
                : selector.resolved(parent.get(), device);
    }

    /**
     * Reserves what the request wants, those that are to be avoided only if there are not enough
     * others; the ID of the reservation.
     */
    long reserve(ReservationRequest request, Set<PciAddress> avoided, Reservations reservations) {
        List<Selector> selectors = new ArrayList<>();
        request.selector().ifPresent(selector -> selectors.add(resolve(selector)));
        Optional<String> network = journal.read(ledger -> ledger.network(request.network()));
        network.ifPresent(selector -> selectors.add(Selector.parse(selector)));
        if (selectors.isEmpty()) {
            throw new SriovException(
                    "Network "
                            + request.network()
                            + " is not known. Say which virtual functions serve it, by a selector"
                            + " such as pf=0000:03:00.0");
        }
        if (selectors.stream().anyMatch(selector -> FreeVfs.exact(selector).isPresent())) {
            lookAlone(selectors);
        }
        Set<PciAddress> named = new LinkedHashSet<>();
        selectors.forEach(selector -> selector.pf().ifPresent(named::add));
        for (PciAddress pf : named) {
            counts.look(pf, false);
        }
        List<VfRow> seen = new ArrayList<>();
        OptionalLong id = choose(request, selectors, avoided, reservations, seen);
        if (id.isEmpty()) {
            for (PciAddress pf : named.isEmpty() ? physicalFunctions() : named) {
                counts.look(pf, true);
            }
            id = choose(request, selectors, avoided, reservations, seen);
        }
        if (id.isEmpty() && !avoided.isEmpty()) {
            id = choose(request, selectors, Set.of(), reservations, seen);
        }
        return id.orElseThrow(() ->
                new SriovException(
                        "Network "
                                + request.network()
                                + " has "
                                + (seen.isEmpty() ? "no" : "only " + seen.size())
                                + " free virtual functions of those that "
                                + selectors
                                + " names, and "
                                + request.count()
                                + " are wanted. Release some, or make more of them."));
    }

    /** One that is named alone may be no virtual function: nobody else looks after that. */
    private void lookAlone(List<Selector> selectors) {
        journal.write(ledger -> {
            for (Selector selector : selectors) {
                Optional<PciAddress> one = FreeVfs.exact(selector);
                if (one.isPresent()) {
                    ledger.vfs().sight(VfSight.alone(sysfs, one.get()));
                }
            }
            return null;
        });
    }

    private OptionalLong choose(
            ReservationRequest request,
            List<Selector> selectors,
            Set<PciAddress> avoided,
            Reservations reservations,
            List<VfRow> seen) {
        try {
            return journal.write(ledger -> {
                seen.clear();
                seen.addAll(free(ledger, request.count(), selectors, avoided));
                if (seen.size() < request.count()) {
                    return OptionalLong.empty();
                }
                if (ledger.network(request.network()).isEmpty()) {
                    ledger.network(request.network(), selectors.getFirst().toString(), Map.of());
                }
                return OptionalLong.of(reservations.reserve(ledger, request, seen));
            });
        } catch (RuntimeException e) {
            reservations.rolledBack();
            throw e;
        }
    }

    private List<VfRow> free(
            Ledger ledger, int count, List<Selector> selectors, Set<PciAddress> avoided)
            throws SQLException {
        List<VfSight> changed = new ArrayList<>();
        List<VfRow> chosen =
                ledger.vfs()
                        .choose(
                                selectors,
                                count,
                                (vf, driver) -> {
                                    VfSight now = VfSight.of(sysfs, vf.address());
                                    if (!now.usable() || !now.driver().equals(driver)) {
                                        changed.add(now);
                                    }
                                    return now.usable()
                                            && serves(selectors, now)
                                            && !avoided.contains(vf.address());
                                });
        for (VfSight sight : changed) {
            ledger.vfs().sight(sight);
        }
        return chosen;
    }

    private static boolean serves(List<Selector> selectors, VfSight vf) {
        return selectors.stream()
                .allMatch(selector -> selector.driver().map(vf.driver()::equals).orElse(true));
    }

    private List<PciAddress> physicalFunctions() {
        List<PciAddress> found = new ArrayList<>();
        for (String name : sysfs.names(Sysfs.PCI_DEVICES)) {
            if (sysfs.number(Sysfs.PCI_DEVICES + name + "/sriov_numvfs").orElse(0) > 0) {
                found.add(PciAddress.parse(name));
            }
        }
        return found;
    }
}
