// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.binding.DriverBinding;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.model.KernelModelProcess;
import org.dpdk4j.sriov.model.Machine;
import org.dpdk4j.sriov.model.Nic;
import org.dpdk4j.sriov.model.NicModel;
import org.dpdk4j.sriov.sysfs.Sysfs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InventoryReconcileTest {
    private static final PciAddress PF = PciAddress.parse("0000:20:00.0");
    private static final int VFS = 16;

    @TempDir Path directory;
    private KernelModelProcess model;
    private Inventory inventory;
    private String before;

    @BeforeEach
    void start() {
        model =
                KernelModelProcess.start(
                        Machine.builder()
                                .nic(Nic.of(PF.toString(), NicModel.ICE).withVfs(VFS))
                                .build());
        before = model.snapshot();
        inventory = Inventory.open(directory, model.kernel());
        inventory.network("net", Selector.parse("pf=" + PF), Map.of());
    }

    @AfterEach
    void stop() {
        inventory.close();
        model.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = Owners.Fate.class,
            names = {"ALIVE", "UNKNOWN"})
    void shouldTakeNothingFromTheLivingNorFromTheUnknown(Owners.Fate fate) {
        List<Reservation> all = new ArrayList<>();
        for (VfState state :
                List.of(
                        VfState.RESERVED,
                        VfState.CONFIGURED,
                        VfState.BOUND,
                        VfState.ATTACHED,
                        VfState.HELD)) {
            all.add(inState(state));
        }
        String now = model.snapshot();
        // A restart of ours in between.
        reopen();
        for (int i = 0; i < 2; i++) {
            assertThat(inventory.reconcile(reservation -> fate))
                    .isEqualTo(new Reconciliation(List.of(), List.of(), List.of(), List.of()));
        }
        assertThat(inventory.reservations()).isEqualTo(all);
        assertThat(model.snapshot()).isEqualTo(now);
        assertThat(inventory.reconcile(reservation -> Owners.Fate.GONE).released()).hasSize(5);
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldLeaveAloneWhatAnotherIsAtWorkOn() {
        final long mine = inventory.reserve(ReservationRequest.of("net", 1, "me")).id();
        try (Inventory other = Inventory.open(directory, model.kernel())) {
            assertThat(other.reconcile(reservation -> Owners.Fate.GONE).busy())
                    .containsExactly(mine);
            assertThat(inventory.reservation(mine)).isPresent();
            inventory.bind(mine, UserspaceDriver.VFIO_PCI);
            inventory.attach(mine, "container");
            assertThat(other.reconcile(reservation -> Owners.Fate.GONE).released())
                    .containsExactly(mine);
        }
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldAskForOwnersOnlyWhereTheyCount() {
        long kept = inState(VfState.ATTACHED).id();
        long gone = inState(VfState.HELD).id();
        List<Long> asked = new ArrayList<>();
        Reconciliation done =
                inventory.reconcile(reservation -> {
                    asked.add(reservation.id());
                    return reservation.id() == gone ? Owners.Fate.GONE : Owners.Fate.ALIVE;
                });
        assertThat(asked).containsExactly(kept, gone);
        assertThat(done.released()).containsExactly(gone);
        assertThat(inventory.reservations()).extracting(Reservation::id).containsExactly(kept);
    }

    @Test
    void shouldEndAReleaseThatWasBegunWhateverIsKnown() {
        long id = inState(VfState.ATTACHED).id();
        SteppedKernel dying = new SteppedKernel(model.kernel()).countingChanges();
        inventory.close();
        try (Inventory victim = Inventory.open(directory, dying, dying)) {
            dying.dyingAt(4);
            assertThatThrownBy(() -> victim.release(id)).isInstanceOf(SteppedKernel.Death.class);
        }
        inventory = Inventory.open(directory, model.kernel());
        assertThat(inventory.reservation(id).orElseThrow().state()).isEqualTo(VfState.RELEASING);
        assertThatThrownBy(() -> inventory.attach(id, "again"))
                .hasMessageContaining("being given back");
        assertThat(inventory.reconcile(reservation -> Owners.Fate.UNKNOWN).released())
                .containsExactly(id);
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldEndForwardWhatTheLivingBegan() {
        String wanted;
        long id = inState(VfState.BOUND).id();
        wanted = model.snapshot();
        inventory.release(id);
        reopen();
        long steps = 0;
        for (long k = 1; steps == 0; k++) {
            SteppedKernel dying = new SteppedKernel(model.kernel()).countingChanges().dyingAt(k);
            try (Inventory victim = Inventory.open(directory, dying, dying)) {
                victim.reserve(ReservationRequest.of("net", 1, "me"));
                Reservation mine = victim.reservations("me").getFirst();
                victim.configure(mine.id(), List.of(Life.settings(1)));
                victim.bind(mine.id(), UserspaceDriver.VFIO_PCI);
                steps = k;
            } catch (SteppedKernel.Death e) {
                // As it should.
            }
            Reconciliation done = inventory.reconcile(reservation -> Owners.Fate.ALIVE);
            assertThat(done.problems()).isEmpty();
            for (Reservation mine : inventory.reservations("me")) {
                assertThat(mine.vfs()).allMatch(ReservedVf::settled);
                if (mine.state() == VfState.BOUND) {
                    assertThat(model.snapshot()).isEqualTo(wanted);
                }
                inventory.release(mine.id());
            }
            assertThat(model.snapshot()).isEqualTo(before);
        }
        assertThat(steps).isGreaterThan(15);
    }

    @Test
    void shouldRememberThatAnInterfaceInUseMayBeTaken() throws KernelException {
        Reservation mine = inState(VfState.ATTACHED);
        inventory.release(mine.id());
        mine = inState(VfState.RESERVED);
        final long id = mine.id();
        String device = Sysfs.device(mine.vfs().getFirst().address());
        // The interface is new, and udev is about to rename it.
        model.settle();
        model.surroundings()
                .address(model.kernel().list(device + "/net").getFirst(), "10.0.0.1/24");
        inventory.close();
        // Dies when all is written and nothing done.
        SteppedKernel dying = new SteppedKernel(model.kernel()).countingChanges();
        try (Inventory victim = Inventory.open(directory, dying, dying)) {
            dying.dyingAt(dying.steps() + 3);
            assertThatThrownBy(() -> victim.bind(id, UserspaceDriver.VFIO_PCI, true))
                    .isInstanceOf(SteppedKernel.Death.class);
        }
        inventory = Inventory.open(directory, model.kernel());
        assertThat(inventory.reconcile(reservation -> Owners.Fate.ALIVE))
                .isEqualTo(new Reconciliation(List.of(), List.of(id), List.of(), List.of()));
        assertThat(model.kernel().readLink(device + "/driver")).endsWith("/vfio-pci");
    }

    @Test
    void shouldLetOthersEndAReleaseThatFailed() {
        Reservation mine = inState(VfState.BOUND);
        model.faults().failMatching("WRITE .*/unbind", Errno.EIO, 1);
        assertThatThrownBy(() -> inventory.release(mine.id()))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("not given back whole");
        try (Inventory other = Inventory.open(directory, model.kernel())) {
            assertThat(other.reconcile(reservation -> Owners.Fate.UNKNOWN).released())
                    .containsExactly(mine.id());
        }
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldBindAgainWhatSomebodyUnbound() {
        Reservation mine = inState(VfState.ATTACHED);
        String now = model.snapshot();
        DriverBinding.of(model.kernel()).unbind(mine.vfs().getFirst().address());
        assertThat(model.snapshot()).isNotEqualTo(now);
        assertThat(inventory.reconcile(reservation -> Owners.Fate.UNKNOWN).mended())
                .containsExactly(mine.id());
        assertThat(model.snapshot()).isEqualTo(now);
    }

    /**
     * Their settings have gone with them: without its VLAN, for one, a VF is in another network.
     */
    @Test
    void shouldSetUpAnewWhatSomebodyMadeAnew() throws KernelException {
        Reservation mine = inState(VfState.ATTACHED);
        String now = model.snapshot();
        String numvfs = Sysfs.device(PF) + "/sriov_numvfs";
        model.kernel().write(numvfs, "0");
        model.kernel().write(numvfs, Integer.toString(VFS));
        model.settle();
        assertThat(model.snapshot()).isNotEqualTo(now);
        assertThat(inventory.reconcile(reservation -> Owners.Fate.UNKNOWN).mended())
                .containsExactly(mine.id());
        assertThat(model.snapshot()).isEqualTo(now);
    }

    @Test
    void shouldTellOfVfsThatVanishedAndKeepTheirReservation() throws KernelException {
        Reservation mine = inState(VfState.ATTACHED);
        String numvfs = Sysfs.device(PF) + "/sriov_numvfs";
        model.kernel().write(numvfs, "0");
        Reconciliation done = inventory.reconcile(reservation -> Owners.Fate.UNKNOWN);
        assertThat(done.problems())
                .singleElement()
                .satisfies(text -> assertThat(text).contains("has vanished"));
        assertThat(inventory.reservation(mine.id())).isPresent();
        assertThat(inventory.release(mine.id())).isTrue();
        assertThat(inventory.vfs()).allMatch(vf -> vf.state() == VfState.FREE);
        assertThatThrownBy(() -> inventory.reserve(ReservationRequest.of("net", 1, "me")))
                .isInstanceOf(SriovException.class);
        model.kernel().write(numvfs, Integer.toString(VFS));
        model.settle();
        assertThat(inventory.reserve(ReservationRequest.of("net", VFS, "me")).vfs()).hasSize(VFS);
    }

    @Test
    void shouldGoOnWithTheOthersWhereOneFails() throws KernelException {
        final Reservation bad = inState(VfState.BOUND);
        final Reservation good = inState(VfState.BOUND);
        reopen();
        PciAddress vf = bad.vfs().getFirst().address();
        model.surroundings().open(vf.toString());
        Reconciliation done = inventory.reconcile(reservation -> Owners.Fate.GONE);
        assertThat(done.released()).containsExactly(good.id());
        assertThat(done.problems())
                .singleElement()
                .satisfies(text -> assertThat(text).contains(vf.toString()));
        model.surroundings().close(vf.toString());
        assertThat(inventory.reconcile(reservation -> Owners.Fate.GONE).released())
                .containsExactly(bad.id());
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldReleaseEachOnceWhenManyReconcileAtOnce() throws Exception {
        for (int i = 0; i < VFS; i++) {
            inState(VfState.ATTACHED);
        }
        int many = 4;
        CyclicBarrier start = new CyclicBarrier(many);
        List<Future<Reconciliation>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(many)) {
            for (int i = 0; i < many; i++) {
                all.add(
                        threads.submit(() -> {
                            try (Inventory each = Inventory.open(directory, model.kernel())) {
                                start.await();
                                return each.reconcile(reservation -> Owners.Fate.GONE);
                            }
                        }));
            }
        }
        List<Long> released = new ArrayList<>();
        for (Future<Reconciliation> each : all) {
            assertThat(each.get().problems()).isEmpty();
            released.addAll(each.get().released());
        }
        assertThat(released).hasSize(VFS).doesNotHaveDuplicates();
        assertThat(model.snapshot()).isEqualTo(before);
    }

    private Reservation inState(VfState state) {
        long id = inventory.reserve(ReservationRequest.of("net", 1, "owner " + state)).id();
        if (state.compareTo(VfState.CONFIGURED) >= 0) {
            inventory.configure(id, List.of(Life.settings(1)));
        }
        if (state.compareTo(VfState.BOUND) >= 0) {
            inventory.bind(id, UserspaceDriver.VFIO_PCI);
        }
        if (state.compareTo(VfState.ATTACHED) >= 0) {
            inventory.attach(id, "");
        }
        if (state == VfState.HELD) {
            inventory.hold(id);
        }
        return inventory.reservation(id).orElseThrow();
    }

    private void reopen() {
        inventory.close();
        inventory = Inventory.open(directory, model.kernel());
    }
}
