// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.pf.VfSettings;

/**
 * Takes reservations from step to step. A step is written into the journal with what was there
 * before, then done, then written to be done; one that fails is undone by the same means.
 */
final class Reservations {
    /** A lock that this process keeps from the reservation on, until somebody else may come by. */
    private record Kept(LockFile.Claim claim, ReentrantLock thread) {}

    private final Map<Long, Kept> kept = new ConcurrentHashMap<>();
    private final Journal journal;
    private final LockFile locks;
    private final VfWork work;

    Reservations(Journal journal, LockFile locks, VfWork work) {
        this.journal = journal;
        this.locks = locks;
        this.work = work;
    }

    /** Writes a reservation of VFs that were chosen, inside the transaction that chose them. */
    long reserve(Ledger ledger, ReservationRequest request, List<VfRow> vfs) throws SQLException {
        long id = ledger.reserve(request.network(), request.owner(), request.metadata());
        for (VfRow vf : vfs) {
            ledger.vfs().own(vf.address(), id);
        }
        // Taken before anybody can see the reservation.
        LockFile.Claim claim = locks.claim(id, Inventory.LIMIT).orElseThrow(() -> busy(id));
        kept.put(id, new Kept(claim, new ReentrantLock()));
        return id;
    }

    /** A reservation whose transaction was rolled back: its ID will come again. */
    void rolledBack() {
        for (Long id : List.copyOf(kept.keySet())) {
            if (journal.read(ledger -> ledger.reservation(id)).isEmpty()) {
                letGo(id);
            }
        }
    }

    void configure(long id, List<VfSettings> settings) {
        step(
                id,
                vfs -> {
                    if (settings.size() != vfs.size()) {
                        throw new IllegalArgumentException(
                                "settings for "
                                        + settings.size()
                                        + " virtual functions, but reservation "
                                        + id
                                        + " has "
                                        + vfs.size());
                    }
                    List<VfRow> next = new ArrayList<>();
                    for (int i = 0; i < vfs.size(); i++) {
                        next.add(work.configuring(vfs.get(i), settings.get(i)));
                    }
                    return next;
                });
    }

    void bind(long id, UserspaceDriver driver, boolean force) {
        step(
                id,
                vfs -> {
                    List<VfRow> next = new ArrayList<>();
                    for (VfRow vf : vfs) {
                        UserspaceDriver has = vf.driverWanted();
                        if (has != null && has != driver) {
                            throw new SriovException(
                                    vf.address()
                                            + " of reservation "
                                            + id
                                            + " is on "
                                            + has
                                            + " already. Release it before another driver takes"
                                            + " it.");
                        }
                        next.add(
                                has == driver && work.asWanted(vf)
                                        ? vf
                                        : work.binding(vf, driver, force));
                    }
                    return next;
                });
    }

    /** Steps that touch the journal alone. */
    void attach(long id, VfState state, String owner) {
        locked(
                id,
                () -> {
                    mend(asFound(id));
                    journal.write(ledger -> {
                        for (VfRow vf : ledger.vfs().of(id)) {
                            ledger.vfs().update(vf.state(state, vf.unsettled()));
                        }
                        if (!owner.isEmpty()) {
                            ledger.owner(id, owner);
                        }
                        return null;
                    });
                    return null;
                });
        letGo(id);
    }

    /** Gives everything back; whether there was anything to give back. */
    boolean release(long id) {
        try {
            return locked(id, () -> finish(id));
        } finally {
            // Also if it failed: then whoever reconciles may go on with it.
            letGo(id);
        }
    }

    /** What {@link Inventory#reconcile} does about one reservation. */
    enum Outcome {
        LEFT,
        BUSY,
        MENDED,
        RELEASED
    }

    Outcome reconcile(long id, Owners owners) {
        Optional<LockFile.Claim> claim = locks.tryClaim(id);
        if (claim.isEmpty()) {
            return Outcome.BUSY;
        }
        try (LockFile.Claim _ = claim.get()) {
            Optional<Reservation> reservation = journal.read(ledger -> ledger.reservation(id));
            if (reservation.isEmpty()) {
                return Outcome.LEFT;
            }
            if (reservation.get().state() == VfState.RELEASING
                    || owners.fate(reservation.get()) == Owners.Fate.GONE) {
                finish(id);
                return Outcome.RELEASED;
            }
            List<VfRow> vfs = asFound(id);
            boolean mended = mend(vfs);
            for (VfRow vf : vfs) {
                if (!work.exists(vf)) {
                    throw vanished(vf);
                }
            }
            return mended ? Outcome.MENDED : Outcome.LEFT;
        }
    }

    void close() {
        for (Long id : List.copyOf(kept.keySet())) {
            letGo(id);
        }
    }

    /**
     * Those that are on another driver than they are to be, to be set up anew: somebody bound them
     * elsewhere behind our backs, or made all virtual functions anew, which have no settings then.
     */
    private List<VfRow> asFound(long id) {
        List<VfRow> vfs = new ArrayList<>();
        for (VfRow vf : owned(id)) {
            boolean moved = work.exists(vf) && !work.asWanted(vf);
            int unsettled = vf.unsettled() | VfRow.SETTINGS | VfRow.DRIVER;
            vfs.add(moved ? vf.state(vf.state(), unsettled) : vf);
        }
        return vfs;
    }

    private void step(long id, UnaryOperator<List<VfRow>> plan) {
        locked(
                id,
                () -> {
                    List<VfRow> before = owned(id);
                    if (mend(before)) {
                        before = owned(id);
                    }
                    List<VfRow> next = plan.apply(before);
                    if (!next.equals(before)) {
                        write(next);
                        try {
                            next.forEach(this::advance);
                            settled(next);
                        } catch (RuntimeException e) {
                            undo(before, next, e);
                            throw e;
                        }
                    }
                    return null;
                });
    }

    private void undo(List<VfRow> before, List<VfRow> next, RuntimeException cause) {
        try {
            List<VfRow> back = new ArrayList<>();
            for (int i = 0; i < before.size(); i++) {
                back.add(next.get(i).backTo(before.get(i)));
            }
            write(back);
            settle(back);
            write(before);
        } catch (RuntimeException e) {
            // The journal has it unsettled: who comes next ends it.
            cause.addSuppressed(e);
        }
    }

    /** Ends what somebody began who died at it. */
    private boolean mend(List<VfRow> vfs) {
        if (vfs.stream().allMatch(vf -> vf.unsettled() == 0)) {
            return false;
        }
        settle(vfs);
        return true;
    }

    private void advance(VfRow vf) {
        if (!work.exists(vf)) {
            throw vanished(vf);
        }
        work.advance(vf);
    }

    private void settle(List<VfRow> vfs) {
        for (VfRow vf : vfs) {
            if (vf.unsettled() != 0 && !work.settle(vf)) {
                throw vanished(vf);
            }
        }
        settled(vfs);
    }

    private void settled(List<VfRow> vfs) {
        write(vfs.stream().map(vf -> vf.state(vf.state(), 0)).toList());
    }

    private boolean finish(long id) {
        if (journal.read(ledger -> ledger.reservation(id)).isEmpty()) {
            return false;
        }
        List<VfRow> owned = journal.read(ledger -> ledger.vfs().of(id));
        owned.stream().filter(work::exists).forEach(work::refuseIfUsed);
        List<VfRow> vfs = owned.stream().map(VfRow::releasing).toList();
        write(vfs);
        List<VfRow> usable = new ArrayList<>();
        List<VfRow> lost = new ArrayList<>();
        List<RuntimeException> failures = new ArrayList<>();
        for (VfRow vf : vfs) {
            try {
                (work.settle(vf) ? usable : lost).add(vf);
            } catch (SriovException e) {
                // The others needn't wait for it.
                failures.add(e);
            }
        }
        journal.write(ledger -> {
            for (VfRow vf : usable) {
                ledger.vfs().free(vf, true);
            }
            for (VfRow vf : lost) {
                ledger.vfs().free(vf, false);
            }
            if (failures.isEmpty()) {
                ledger.remove(id);
            }
            return null;
        });
        if (!failures.isEmpty()) {
            SriovException all =
                    new SriovException(
                            "Reservation "
                                    + id
                                    + " is not given back whole: "
                                    + failures.getFirst().getMessage()
                                    + " Release it again, or let reconcile do it.",
                            failures.getFirst());
            failures.stream().skip(1).forEach(all::addSuppressed);
            throw all;
        }
        return true;
    }

    private List<VfRow> owned(long id) {
        List<VfRow> vfs = journal.read(ledger -> ledger.vfs().of(id));
        if (vfs.isEmpty()) {
            throw new SriovException(
                    "There is no reservation " + id + ": it was released, or never made.");
        }
        if (vfs.getFirst().state() == VfState.RELEASING) {
            throw new SriovException(
                    "Reservation "
                            + id
                            + " is being given back: nothing else can be done with it.");
        }
        return vfs;
    }

    private void write(List<VfRow> vfs) {
        journal.write(ledger -> {
            for (VfRow vf : vfs) {
                ledger.vfs().update(vf);
            }
            return null;
        });
    }

    private <T> T locked(long id, Supplier<T> action) {
        if (id < 1) {
            throw new SriovException("There was never a reservation " + id + ".");
        }
        Kept ours = kept.get(id);
        if (ours != null) {
            ours.thread.lock();
            try {
                if (ours.equals(kept.get(id))) {
                    return action.get();
                }
            } finally {
                ours.thread.unlock();
            }
        }
        try (LockFile.Claim _ = locks.claim(id, Inventory.LIMIT).orElseThrow(() -> busy(id))) {
            return action.get();
        }
    }

    private void letGo(long id) {
        Kept ours = kept.get(id);
        if (ours != null) {
            ours.thread.lock();
            try {
                if (kept.remove(id, ours)) {
                    ours.claim.close();
                }
            } finally {
                ours.thread.unlock();
            }
        }
    }

    private static SriovException vanished(VfRow vf) {
        return new SriovException(
                "Virtual function "
                        + vf.index()
                        + " of "
                        + vf.pf()
                        + " ("
                        + vf.address()
                        + ") has vanished, and reservation "
                        + vf.reservation()
                        + " still owns it. Set the count of virtual functions anew, or release the"
                        + " reservation.");
    }

    private static SriovException busy(long id) {
        return new SriovException(
                "Another process is at work on reservation "
                        + id
                        + ". Try again when it is done, or end it.");
    }
}
