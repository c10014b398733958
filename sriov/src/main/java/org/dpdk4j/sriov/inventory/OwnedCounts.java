// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.binding.DriverBinding;
import org.dpdk4j.sriov.binding.InterfaceUse;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.pci.PciBus;
import org.dpdk4j.sriov.pf.PhysicalFunction;
import org.dpdk4j.sriov.sysfs.Sysfs;
import org.jspecify.annotations.Nullable;

/**
 * The counts of virtual functions, under the rules of ownership: no change while one is owned, none
 * destroyed that others made. A change stands in the journal before it is made; one that was cut
 * off is undone by whoever comes by.
 */
final class OwnedCounts {
    /** Above all reservations. */
    private static final long LOCKS = 1L << 61;

    /** The index of a physical function among its own virtual functions. */
    private static final int WHOLE = -1;

    private final Kernel kernel;
    private final Sysfs sysfs;
    private final DriverBinding drivers;
    private final Journal journal;
    private final LockFile locks;

    OwnedCounts(Kernel kernel, Journal journal, LockFile locks) {
        this.kernel = kernel;
        this.sysfs = new Sysfs(kernel);
        this.drivers = DriverBinding.of(kernel);
        this.journal = journal;
        this.locks = locks;
    }

    /** Sees to it that there are so many. */
    void change(PciAddress pf, int count, Duration limit) {
        PhysicalFunction function = PhysicalFunction.of(kernel, pf);
        if (count < 0 || count > function.totalVfs()) {
            throw new SriovException(
                    pf
                            + " can have 0 to "
                            + function.totalVfs()
                            + " virtual functions, not "
                            + count
                            + ".");
        }
        try (LockFile.Claim _ = claim(pf, limit)) {
            settle(function, limit);
            Uplink uplink = new Uplink(kernel, pf);
            int now = function.numVfs();
            if (now == count) {
                function.numVfs(count, limit);
                enroll(function, row(pf, now));
                return;
            }
            // Said first, as one that is owned is in use, too; and again where the change is
            // written.
            journal.read(ledger -> {
                refuseIfOwned(ledger, pf, count);
                return null;
            });
            refuseIfUsed(function);
            PfRow old = row(pf, now);
            PfRow changing =
                    count > 0 && uplink.down()
                            ? old.changing(count).raising()
                            : old.changing(count);
            journal.write(ledger -> {
                refuseIfOwned(ledger, pf, count);
                ledger.pf(changing);
                ledger.vfs().unusableBelow(pf);
                return null;
            });
            try {
                make(function, count, limit, changing, changing.changed(count));
            } catch (RuntimeException e) {
                undo(function, changing, limit, e);
                throw e;
            }
        }
    }

    /** Goes back to the count of before our first change, or another, if what is there is ours. */
    void restore(PciAddress pf, OptionalInt count, Duration limit) {
        // If others made what is there, then it isn't ours to take away.
        look(pf, false);
        Optional<PfRow> row = journal.read(ledger -> ledger.pf(pf));
        Integer before = row.map(PfRow::countBefore).orElse(null);
        if (before != null) {
            change(pf, count.orElse(before), limit);
        }
    }

    /**
     * Ends a change that was cut off, unless somebody alive is at it; whether anything was done.
     */
    boolean mend(PciAddress pf, Duration limit) {
        Optional<LockFile.Claim> claim = locks.tryClaim(LOCKS | Ledger.key(pf));
        if (claim.isEmpty()) {
            return false;
        }
        try (LockFile.Claim _ = claim.get()) {
            if (!sysfs.exists(Sysfs.device(pf) + "/sriov_totalvfs")) {
                // It is known because it was given away itself.
                return false;
            }
            return settle(PhysicalFunction.of(kernel, pf), limit);
        }
    }

    /**
     * Takes notice of VFs that are there and not in the journal, or have gone, and looks again at
     * those that were somebody else's. Reads one number if nothing has changed.
     */
    void look(PciAddress pf, boolean again) {
        PhysicalFunction function = PhysicalFunction.of(kernel, pf);
        int now = function.numVfs();
        Optional<PfRow> known = journal.read(ledger -> ledger.pf(pf));
        if (known.isEmpty()
                || known.get().count() != now
                || known.get().target() != null
                || !Objects.equals(known.get().mark(), mark(pf))) {
            try (LockFile.Claim _ = claim(pf, Inventory.LIMIT)) {
                settle(function, Inventory.LIMIT);
                enroll(function, row(pf, function.numVfs()));
            }
        } else if (again) {
            List<VfSight> sights =
                    journal.read(ledger -> ledger.vfs().unusable(pf)).stream()
                            .map(vf -> VfSight.of(sysfs, vf.address()))
                            .filter(VfSight::usable)
                            .toList();
            if (!sights.isEmpty()) {
                journal.write(ledger -> {
                    for (VfSight sight : sights) {
                        ledger.vfs().sight(sight);
                    }
                    return null;
                });
            }
        }
    }

    /** Lets a physical function be reserved itself, whose row is that of a VF of its own. */
    void whole(PciAddress pf) {
        if (sysfs.number(Sysfs.device(pf) + "/sriov_numvfs").orElse(0) > 0) {
            throw new SriovException(
                    pf
                            + " has virtual functions, which would be lost if it were given away"
                            + " itself. Take them away first: echo 0 > "
                            + Sysfs.device(pf)
                            + "/sriov_numvfs");
        }
        try (LockFile.Claim _ = claim(pf, Inventory.LIMIT)) {
            journal.write(ledger -> {
                if (ledger.pf(pf).isEmpty()) {
                    ledger.pf(PfRow.seen(pf, 0));
                }
                ledger.vfs().enroll(pf, WHOLE, VfSight.of(sysfs, pf), kind(pf));
                return null;
            });
        }
    }

    private LockFile.Claim claim(PciAddress pf, Duration limit) {
        return locks.claim(LOCKS | Ledger.key(pf), limit)
                .orElseThrow(() ->
                        new SriovException(
                                "Another process is changing the count of virtual"
                                        + " functions of "
                                        + pf
                                        + ". Try again when it is done."));
    }

    /** With the lock held: a change that is in the journal now is one that was cut off. */
    private boolean settle(PhysicalFunction function, Duration limit) {
        Optional<PfRow> row = journal.read(ledger -> ledger.pf(function.address()));
        if (row.isEmpty() || (row.get().target() == null && !row.get().rebuild())) {
            return false;
        }
        PfRow old = row.get();
        int now = function.numVfs();
        Integer target = old.target();
        // After a reboot ours are gone; what is there then came by somebody else.
        boolean ours =
                target == null
                        ? now == 0 && old.madeByUs()
                        : now == old.count() || now == 0 || now == target;
        if (ours) {
            PfRow again = again(old);
            make(function, old.count(), limit, again, again.settled());
        } else {
            enroll(function, row(function.address(), now));
        }
        return true;
    }

    /**
     * Going back to the count of before stands in the journal too; its interface may be down now.
     */
    private PfRow again(PfRow old) {
        PfRow again = old.target() == null ? old.remaking() : old;
        PfRow written =
                again.count() > 0 && new Uplink(kernel, again.address()).down()
                        ? again.raising()
                        : again;
        if (!written.equals(old)) {
            journal.write(ledger -> {
                ledger.pf(written);
                return null;
            });
        }
        return written;
    }

    private void undo(
            PhysicalFunction function, PfRow changing, Duration limit, RuntimeException cause) {
        try {
            make(function, changing.count(), limit, changing, changing.settled());
        } catch (RuntimeException e) {
            // The journal still has the change, and who comes next will undo it.
            cause.addSuppressed(e);
        }
    }

    /**
     * Makes the count so and writes that it is. VFs are made while the interface is up: igbvf finds
     * its PF "still in reset state" otherwise, and the PF never learns the VF's address.
     */
    private void make(
            PhysicalFunction function, int count, Duration limit, PfRow changing, PfRow changed) {
        Uplink uplink = new Uplink(kernel, function.address());
        if (count > 0 && changing.raised()) {
            uplink.raise();
        }
        function.numVfs(count, limit);
        if (changing.raised() && !changed.raised()) {
            uplink.lower();
        }
        enroll(function, changed);
    }

    /**
     * The row as it is to be when no change is under way; VFs that came by themselves aren't ours.
     */
    private PfRow row(PciAddress pf, int now) {
        Optional<PfRow> row = journal.read(ledger -> ledger.pf(pf));
        return row.isPresent() && row.get().knows(now, mark(pf))
                ? row.get().settled()
                : PfRow.seen(pf, now);
    }

    /** A change takes all of them away first: somebody would lose an interface, or a device. */
    private void refuseIfUsed(PhysicalFunction function) {
        PciBus bus = PciBus.of(kernel);
        for (PciAddress vf : function.virtualFunctions()) {
            bus.find(vf)
                    .map(found -> InterfaceUse.of(kernel, found).reasons())
                    .filter(reasons -> !reasons.isEmpty())
                    .ifPresent(reasons -> {
                        throw new SriovException(
                                vf
                                        + " is in use, and another count would destroy it: "
                                        + String.join("; ", reasons)
                                        + ".");
                    });
            drivers.refuseIfUsed(vf);
        }
    }

    private static void refuseIfOwned(Ledger ledger, PciAddress pf, int count)
            throws java.sql.SQLException {
        OptionalInt owned = ledger.ownedVf(pf);
        if (owned.isPresent()) {
            throw new SriovException(
                    (owned.getAsInt() == WHOLE
                                    ? pf + " itself"
                                    : "Virtual function " + owned.getAsInt() + " of " + pf)
                            + " is owned: changing the count to "
                            + count
                            + " would destroy it. Release the reservations on "
                            + pf
                            + " first.");
        }
    }

    /** Writes down which VFs there are, and that no change is under way. */
    private void enroll(PhysicalFunction function, PfRow row) {
        List<PciAddress> vfs = function.virtualFunctions();
        List<VfSight> sights = new ArrayList<>();
        for (PciAddress vf : vfs) {
            sights.add(VfSight.of(sysfs, vf));
        }
        VfTable.@Nullable Kind kind = vfs.isEmpty() ? null : kind(vfs.getFirst());
        PfRow marked = row.marked(mark(row.address()));
        journal.write(ledger -> {
            ledger.pf(marked);
            ledger.vfs().unusableBelow(row.address());
            for (int i = 0; kind != null && i < sights.size(); i++) {
                ledger.vfs().enroll(row.address(), i, sights.get(i), kind);
            }
            return null;
        });
    }

    /**
     * Tells VFs from those that somebody makes in their place, as many of them at the same
     * addresses: sysfs gives no inode number twice.
     */
    private @Nullable Long mark(PciAddress pf) {
        OptionalLong inode = sysfs.inode(Sysfs.device(pf) + "/virtfn0");
        return inode.isPresent() ? inode.getAsLong() : null;
    }

    private VfTable.Kind kind(PciAddress vf) {
        String device = Sysfs.device(vf);
        return new VfTable.Kind(
                sysfs.number(device + "/vendor").orElse(0),
                sysfs.number(device + "/device").orElse(0),
                sysfs.number(device + "/numa_node").orElse(-1));
    }
}
