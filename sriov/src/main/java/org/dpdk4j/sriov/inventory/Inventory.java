// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.pf.VfSettings;

/**
 * Who owns which virtual function of this machine. What it knows is a journal on disk, shared by
 * all processes that open it; each step is written there before it is done, so that {@link
 * #reconcile} can end or undo what a process left that died, at whatever point.
 *
 * <p>The usual way of a reservation: {@link #reserve}, {@link #configure}, {@link #bind}, {@link
 * #attach}, perhaps {@link #hold}, {@link #release}. Between reserve and attach the reservation
 * belongs to the process that made it: other processes wait for it, and leave it alone when they
 * reconcile, for as long as that process lives and the inventory is open.
 *
 * <p>What fails throws {@link SriovException} and is undone before. Safe for use by several
 * threads.
 */
public final class Inventory implements AutoCloseable {
    /** How long to wait for somebody else, and for the kernel, where the caller doesn't say. */
    static final Duration LIMIT = Duration.ofSeconds(30);

    private static final String STATE = "DPDK4J_STATE";
    private static final String DATABASE = "inventory.db";

    private final Kernel kernel;
    private final Journal journal;
    private final LockFile locks;
    private final OwnedCounts counts;
    private final VfChoice choice;
    private final VfUse use;
    private final Reservations reservations;

    private Inventory(Kernel kernel, Journal journal, LockFile locks) {
        this.kernel = kernel;
        this.journal = journal;
        this.locks = locks;
        this.counts = new OwnedCounts(kernel, journal, locks);
        this.choice = new VfChoice(kernel, journal, counts);
        this.use = new VfUse(kernel);
        this.reservations = new Reservations(journal, locks, new VfWork(kernel));
    }

    /**
     * Opens the machine's inventory: the one in the directory that the environment variable {@code
     * DPDK4J_STATE} names, or else in {@code /var/lib/dpdk4j}.
     *
     * @return to be closed by the caller
     * @throws SriovException if it can't be opened; the message says why and what to do
     */
    public static Inventory open() {
        String directory = System.getenv(STATE);
        return open(
                Path.of(directory == null || directory.isEmpty() ? "/var/lib/dpdk4j" : directory),
                Kernel.system());
    }

    /**
     * Opens an inventory, and makes it if there is none.
     *
     * @param stateDirectory where it is
     * @param kernel of the machine
     * @return to be closed by the caller
     * @throws SriovException if it can't be opened; the message says why and what to do
     */
    public static Inventory open(Path stateDirectory, Kernel kernel) {
        return open(stateDirectory, kernel, Journal.Watch.NONE);
    }

    /**
     * Whether there is an inventory; looking doesn't make one.
     *
     * @param stateDirectory where it would be
     * @return true if {@link #open(Path, Kernel)} would find one
     */
    public static boolean exists(Path stateDirectory) {
        return Files.exists(stateDirectory.resolve(DATABASE));
    }

    static Inventory open(Path stateDirectory, Kernel kernel, Journal.Watch watch) {
        LockFile locks;
        try {
            if (!Files.isDirectory(stateDirectory)) {
                Files.createDirectories(
                        stateDirectory,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
            locks = LockFile.open(stateDirectory);
        } catch (IOException e) {
            throw new SriovException(
                    "The state directory "
                            + stateDirectory
                            + " can't be written ("
                            + e.getMessage()
                            + "). Be root, or choose a directory of your own by "
                            + STATE
                            + ".",
                    e);
        }
        try {
            Journal journal = Journal.open(stateDirectory.resolve(DATABASE), watch);
            try {
                Reboot.note(kernel, journal);
                return new Inventory(kernel, journal, locks);
            } catch (RuntimeException e) {
                journal.close();
                throw e;
            }
        } catch (RuntimeException e) {
            try {
                locks.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    /**
     * Sees to it that a physical function has so many virtual functions, within 30 seconds.
     *
     * @param pf its address
     * @param count of virtual functions
     * @throws SriovException as {@link #numVfs(PciAddress, int, Duration)} does
     */
    public void numVfs(PciAddress pf, int count) {
        numVfs(pf, count, LIMIT);
    }

    /**
     * Sees to it that a physical function has so many virtual functions. Those that are there are
     * used as they are if they are as many. Otherwise the count is changed, if nobody owns one of
     * them, and if there were none or we made them.
     *
     * <p>If the physical function's network interface is down, it is set up before, as drivers of
     * virtual functions expect it; and down again when the count is what it was before, unless
     * somebody uses the interface by then.
     *
     * @param pf its address
     * @param count of virtual functions
     * @param limit of waiting for them to appear
     * @throws SriovException if that would destroy somebody's virtual functions, or some whose
     *     interface is in use, or that a process has open; or it can't be. Then there are as many
     *     as before
     */
    public void numVfs(PciAddress pf, int count, Duration limit) {
        counts.change(pf, count, limit);
    }

    /**
     * Puts the count of virtual functions back to what it was before {@link #numVfs} first changed
     * it. Does nothing where it never did.
     *
     * @param pf the address of the physical function
     * @throws SriovException if one is owned, or it can't be done
     */
    public void restoreNumVfs(PciAddress pf) {
        counts.restore(pf, OptionalInt.empty(), LIMIT);
    }

    /**
     * The same, back to a count that lay between: where {@link #numVfs} was called more than once,
     * by callers each of which undoes what is its own.
     *
     * @param pf the address of the physical function
     * @param count to go back to
     * @throws SriovException if one is owned or in use, or it can't be done
     */
    public void restoreNumVfs(PciAddress pf, int count) {
        counts.restore(pf, OptionalInt.of(count), LIMIT);
    }

    /**
     * Lets a physical function be reserved itself, as if it were a virtual function, by those who
     * name it alone: {@code pci=0000:03:00.0}. Others never get it. While it is owned it has no
     * virtual functions.
     *
     * @param pf its address
     * @throws SriovException if it has virtual functions
     */
    public void whole(PciAddress pf) {
        counts.whole(pf);
    }

    /**
     * Remembers which virtual functions serve a network. An interface's name is looked up now and
     * its address remembered, because names change.
     *
     * @param name of the network
     * @param selector of the virtual functions; replaces the one of before
     * @param metadata whatever the caller wants to find again with it; replaces that of before
     * @throws SriovException if no such interface is here
     */
    public void network(String name, Selector selector, Map<String, String> metadata) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a network has a name");
        }
        String resolved = choice.resolve(selector).toString();
        Map<String, String> copy = Map.copyOf(metadata);
        journal.write(ledger -> {
            ledger.network(name, resolved, copy);
            return null;
        });
    }

    /**
     * A network that is remembered.
     *
     * @param name of it
     * @return it, or nothing if it isn't known
     */
    public Optional<Network> network(String name) {
        return journal.read(ledger -> network(ledger, name));
    }

    /**
     * The networks that are remembered.
     *
     * @return in the order of their names
     */
    public List<Network> networks() {
        return journal.read(ledger -> {
            List<Network> networks = new ArrayList<>();
            for (String name : ledger.networks().keySet()) {
                network(ledger, name).ifPresent(networks::add);
            }
            return networks;
        });
    }

    /**
     * Forgets a network.
     *
     * @param name of it
     * @return whether it was known
     * @throws SriovException if there are reservations for it
     */
    public boolean forgetNetwork(String name) {
        return journal.write(ledger -> {
            Optional<Long> user = ledger.reservationOn(name);
            if (user.isPresent()) {
                throw new SriovException(
                        "Network "
                                + name
                                + " is in use by reservation "
                                + user.get()
                                + ". Release that first.");
            }
            return ledger.forget(name);
        });
    }

    /**
     * Reserves virtual functions, all or none; those whose interfaces are up and in use only if
     * there are not enough others. If the request names a selector and the network isn't known yet,
     * it is remembered as the network's.
     *
     * @param request what is wanted
     * @return the reservation; it belongs to this process until {@link #attach}
     * @throws SriovException if there are not enough, or the network is not known
     */
    public Reservation reserve(ReservationRequest request) {
        Set<PciAddress> used = new HashSet<>();
        while (true) {
            long id = choice.reserve(request, used, reservations);
            Reservation reservation =
                    reservation(id)
                            .orElseThrow(() ->
                                    new IllegalStateException("reservation " + id + " is gone"));
            try {
                // Only of those that were chosen, and not with the journal locked: this takes time.
                boolean others = used.addAll(use.inUse(reservation.vfs()));
                if (!others) {
                    return reservation;
                }
            } catch (RuntimeException e) {
                try {
                    reservations.release(id);
                } catch (RuntimeException again) {
                    e.addSuppressed(again);
                }
                throw e;
            }
            reservations.release(id);
        }
    }

    /**
     * Makes settings on the virtual functions of a reservation. What was there before is remembered
     * and put back at release.
     *
     * @param id of the reservation
     * @param settings one for each virtual function, in their order
     * @throws SriovException if one can't be made; then all are as they were before this call
     */
    public void configure(long id, List<VfSettings> settings) {
        reservations.configure(id, List.copyOf(settings));
    }

    /**
     * Gives the virtual functions of a reservation to a driver for programs.
     *
     * @param id of the reservation
     * @param driver to take them
     * @throws SriovException if one can't be bound; then all are as they were before this call
     */
    public void bind(long id, UserspaceDriver driver) {
        bind(id, driver, false);
    }

    /**
     * Gives the virtual functions of a reservation to a driver for programs.
     *
     * @param id of the reservation
     * @param driver to take them
     * @param force even if their interfaces are in use
     * @throws SriovException if one can't be bound; then all are as they were before this call
     */
    public void bind(long id, UserspaceDriver driver, boolean force) {
        reservations.bind(id, driver, force);
    }

    /**
     * Notes that the owner has the virtual functions from now on. The reservation doesn't belong to
     * this process any longer.
     *
     * @param id of the reservation
     * @param owner whom {@link Owners} will be asked about; if empty, the one of before
     * @throws SriovException if there is no such reservation
     */
    public void attach(long id, String owner) {
        // After a reboot they may not be there yet, and nobody else may have looked.
        reservation(id)
                .ifPresent(reservation ->
                        reservation.vfs().stream()
                                .filter(vf -> !vf.address().equals(vf.pf()))
                                .map(ReservedVf::pf)
                                .distinct()
                                .forEach(pf -> counts.look(pf, false)));
        reservations.attach(id, VfState.ATTACHED, owner);
    }

    /**
     * Notes that the owner is stopped and may come back: it keeps its virtual functions. {@link
     * #attach} ends that.
     *
     * @param id of the reservation
     * @throws SriovException if there is no such reservation
     */
    public void hold(long id) {
        reservations.attach(id, VfState.HELD, "");
    }

    /**
     * Remembers something with a reservation: a container's name, an address.
     *
     * @param id of the reservation
     * @param metadata added to what is remembered; the same key replaces
     * @throws SriovException if there is no such reservation
     */
    public void remember(long id, Map<String, String> metadata) {
        Map<String, String> copy = Map.copyOf(metadata);
        journal.write(ledger -> {
            if (ledger.reservation(id).isEmpty()) {
                throw new SriovException("There is no reservation " + id + ".");
            }
            ledger.metadata(id, copy);
            return null;
        });
    }

    /**
     * Gives a reservation back: its virtual functions become what they were before, and free. Twice
     * is the same as once, however late: who owns them by then isn't touched.
     *
     * @param id of the reservation
     * @return false if it had been given back before
     * @throws SriovException if no such reservation was ever made, or a virtual function can't be
     *     put back; then {@link #reconcile} or another release goes on with it
     */
    public boolean release(long id) {
        if (id < 1 || id > journal.read(Ledger::lastReservation)) {
            throw new SriovException("There was never a reservation " + id + ".");
        }
        return reservations.release(id);
    }

    /**
     * Ends what was cut off: of processes that died, of a machine that was started anew. Gives back
     * what those have whose owners are gone. Leaves alone what somebody alive is at work on; may
     * run in several processes at once.
     *
     * @param owners tells who lives
     * @return what was done, and what could not be
     */
    public Reconciliation reconcile(Owners owners) {
        List<Long> released = new ArrayList<>();
        List<Long> mended = new ArrayList<>();
        List<Long> busy = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Reboot.note(kernel, journal);
        for (PfRow pf : journal.read(Ledger::pfs)) {
            try {
                counts.mend(pf.address(), LIMIT);
            } catch (SriovException e) {
                problems.add(e.getMessage());
            }
        }
        for (long id : journal.read(Ledger::reservations)) {
            try {
                switch (reservations.reconcile(id, owners)) {
                    case RELEASED -> released.add(id);
                    case MENDED -> mended.add(id);
                    case BUSY -> busy.add(id);
                    case LEFT -> {
                        // As it is to be.
                    }
                }
            } catch (SriovException e) {
                problems.add(e.getMessage());
            }
        }
        return new Reconciliation(released, mended, busy, problems);
    }

    /**
     * All reservations.
     *
     * @return in the order in which they were made
     */
    public List<Reservation> reservations() {
        return journal.read(ledger -> all(ledger, ledger.reservations()));
    }

    /**
     * The reservations of an owner.
     *
     * @param owner exactly as it was given
     * @return in the order in which they were made
     */
    public List<Reservation> reservations(String owner) {
        return journal.read(ledger -> all(ledger, ledger.reservationsOf(owner)));
    }

    /**
     * A reservation.
     *
     * @param id of it
     * @return it, or nothing if it was given back or never made
     */
    public Optional<Reservation> reservation(long id) {
        return journal.read(ledger -> ledger.reservation(id));
    }

    /**
     * All virtual functions that the inventory has seen.
     *
     * @return in the order of their addresses
     */
    public List<ReservedVf> vfs() {
        return journal.read(ledger -> ledger.vfs().all()).stream().map(VfRow::view).toList();
    }

    /** For tests that count what SQLite does. */
    Journal journal() {
        return journal;
    }

    /** Lets go of what belongs to this process; the reservations stay. */
    @Override
    public void close() {
        reservations.close();
        journal.close();
        try {
            locks.close();
        } catch (IOException e) {
            throw new SriovException("The locks can't be closed: " + e.getMessage(), e);
        }
    }

    private static Optional<Network> network(Ledger ledger, String name) throws SQLException {
        Optional<String> selector = ledger.network(name);
        return selector.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Network(
                                name,
                                Selector.parse(selector.get()),
                                ledger.networkMetadata(name)));
    }

    private static List<Reservation> all(Ledger ledger, List<Long> ids) throws SQLException {
        List<Reservation> all = new ArrayList<>();
        for (long id : ids) {
            ledger.reservation(id).ifPresent(all::add);
        }
        return all;
    }
}
