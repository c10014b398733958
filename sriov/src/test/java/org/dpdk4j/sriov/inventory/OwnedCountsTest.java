// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.model.KernelModelProcess;
import org.dpdk4j.sriov.model.KernelView;
import org.dpdk4j.sriov.model.Machine;
import org.dpdk4j.sriov.model.Nic;
import org.dpdk4j.sriov.model.NicModel;
import org.dpdk4j.sriov.pf.Netdev;
import org.dpdk4j.sriov.sysfs.Sysfs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose virtual functions may be made, changed, taken away. */
class OwnedCountsTest {
    private static final PciAddress PF = PciAddress.parse(Machine.IGB0);
    private static final String NUMVFS = Sysfs.device(PF) + "/sriov_numvfs";

    @TempDir Path directory;
    private KernelModelProcess model;
    private Inventory inventory;

    @AfterEach
    void stop() {
        inventory.close();
        model.close();
    }

    @Test
    void shouldUseAnEqualCountAsItIs() throws KernelException {
        boot(4);
        String before = model.snapshot();
        inventory.numVfs(PF, 4);
        assertThat(model.steps()).isZero();
        assertThat(inventory.vfs()).hasSize(4);
        inventory.restoreNumVfs(PF);
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 7})
    void shouldNeverDestroyVfsThatOthersMade(int count) {
        boot(4);
        String before = model.snapshot();
        assertThatThrownBy(() -> inventory.numVfs(PF, count))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("4 virtual functions which somebody else made");
        inventory.numVfs(PF, 4);
        assertThatThrownBy(() -> inventory.numVfs(PF, count)).hasMessageContaining("somebody else");
        inventory.reconcile(reservation -> Owners.Fate.GONE);
        assertThat(model.snapshot()).isEqualTo(before);
        assertThat(model.steps()).isZero();
    }

    @Test
    void shouldNotDestroyVfsThatAreInUse() {
        boot(0);
        inventory.numVfs(PF, 4);
        model.settle();
        String device = Sysfs.device(PciAddress.parse("0000:01:10.0"));
        String netdev = new Sysfs(model.kernel()).names(device + "/net").getFirst();
        model.surroundings().address(netdev, "10.1.2.3/24");
        String before = model.snapshot();
        assertThatThrownBy(() -> inventory.numVfs(PF, 2))
                .isInstanceOf(SriovException.class)
                .hasMessageContainingAll("is in use", "10.1.2.3/24");
        assertThatThrownBy(() -> inventory.restoreNumVfs(PF)).hasMessageContaining("is in use");
        inventory.numVfs(PF, 4);
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldTakeVfsForOthersThatCameWhileOursWereAway() throws KernelException {
        boot(0);
        inventory.numVfs(PF, 4);
        model.kernel().write(NUMVFS, "0");
        model.kernel().write(NUMVFS, "2");
        assertThatThrownBy(() -> inventory.numVfs(PF, 4)).hasMessageContaining("somebody else");
        inventory.restoreNumVfs(PF);
        assertThat(model.kernel().read(NUMVFS)).isEqualTo("2");
    }

    @Test
    void shouldTakeVfsForOthersThatCameInThePlaceOfOurs() throws KernelException {
        boot(0);
        inventory.numVfs(PF, 4);
        model.kernel().write(NUMVFS, "0");
        model.kernel().write(NUMVFS, "4");
        assertThatThrownBy(() -> inventory.numVfs(PF, 3)).hasMessageContaining("somebody else");
        inventory.restoreNumVfs(PF);
        assertThat(model.kernel().read(NUMVFS)).isEqualTo("4");
    }

    @Test
    void shouldTakeVfsForOthersThatCameBeforeUsAfterAReboot() throws KernelException {
        boot(0);
        inventory.numVfs(PF, 3);
        model.reboot();
        model.kernel().write(NUMVFS, "3");
        assertThat(inventory.reconcile(reservation -> Owners.Fate.ALIVE).problems()).isEmpty();
        inventory.restoreNumVfs(PF);
        assertThat(model.kernel().read(NUMVFS)).isEqualTo("3");
    }

    @Test
    void shouldNotTakeForOursWhatCameAfterARebootInTheMiddleOfAChange() throws KernelException {
        boot(0);
        Kernel dying =
                new KernelView(model.kernel()) {
                    @Override
                    public void write(String path, String text) {
                        throw new AssertionError("died");
                    }
                };
        try (Inventory other = Inventory.open(directory, dying)) {
            assertThatThrownBy(() -> other.numVfs(PF, 4)).hasMessage("died");
        }
        model.reboot();
        model.kernel().write(NUMVFS, "4");
        assertThat(inventory.reconcile(reservation -> Owners.Fate.ALIVE).problems()).isEmpty();
        inventory.restoreNumVfs(PF);
        assertThat(model.kernel().read(NUMVFS)).isEqualTo("4");
    }

    @Test
    void shouldChangeOursAndGoBackWhenAsked() throws KernelException {
        boot(0);
        String before = model.snapshot();
        inventory.numVfs(PF, 3);
        assertThat(inventory.vfs()).hasSize(3);
        inventory.numVfs(PF, 5);
        assertThat(model.kernel().read(NUMVFS)).isEqualTo("5");
        assertThat(inventory.vfs().stream().filter(ReservedVf::present)).hasSize(5);
        inventory.numVfs(PF, 2);
        assertThat(inventory.vfs().stream().filter(ReservedVf::present)).hasSize(2);
        inventory.restoreNumVfs(PF);
        assertThat(model.snapshot()).isEqualTo(before);
        // Once more is nothing more; and those that come now aren't ours.
        inventory.restoreNumVfs(PF);
        model.kernel().write(NUMVFS, "1");
        inventory.restoreNumVfs(PF);
        assertThat(model.kernel().read(NUMVFS)).isEqualTo("1");
    }

    @Test
    void shouldRefuseWhileOneIsOwned() throws KernelException {
        boot(0);
        inventory.numVfs(PF, 4);
        inventory.network("net", Selector.parse("pf=" + PF + ",vfs=2"), Map.of());
        final long id = inventory.reserve(ReservationRequest.of("net", 1, "me")).id();
        for (int count : new int[] {0, 3, 7}) {
            assertThatThrownBy(() -> inventory.numVfs(PF, count))
                    .isInstanceOf(SriovException.class)
                    .hasMessageContaining("Virtual function 2 of " + PF + " is owned");
        }
        assertThatThrownBy(() -> inventory.restoreNumVfs(PF)).hasMessageContaining("is owned");
        assertThat(model.kernel().read(NUMVFS)).isEqualTo("4");
        inventory.numVfs(PF, 4);
        inventory.release(id);
        inventory.numVfs(PF, 3);
        assertThat(model.kernel().read(NUMVFS)).isEqualTo("3");
    }

    @Test
    void shouldHaveAsManyAsBeforeIfTheDriverRefuses() throws KernelException {
        boot(0);
        inventory.numVfs(PF, 3);
        String before = model.snapshot();
        model.faults().failMatching("WRITE .*sriov_numvfs 6", Errno.ENOMEM, 1);
        assertThatThrownBy(() -> inventory.numVfs(PF, 6)).isInstanceOf(SriovException.class);
        assertThat(model.snapshot()).isEqualTo(before);
        assertThat(inventory.vfs().stream().filter(ReservedVf::present)).hasSize(3);
        inventory.numVfs(PF, 6);
        assertThat(inventory.vfs().stream().filter(ReservedVf::present)).hasSize(6);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 8, 100_000})
    void shouldRefuseCountsThatCantBe(int count) {
        boot(0);
        assertThatThrownBy(() -> inventory.numVfs(PF, count))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("0 to 7");
        assertThat(model.steps()).isZero();
    }

    @Test
    void shouldRefuseWhatIsNoPf() {
        boot(1);
        PciAddress vf = firstVf(PF);
        assertThatThrownBy(() -> inventory.numVfs(vf, 1)).isInstanceOf(SriovException.class);
        assertThatThrownBy(() -> inventory.numVfs(PciAddress.parse("0000:7f:00.0"), 1))
                .isInstanceOf(SriovException.class);
        assertThat(model.steps()).isZero();
    }

    @Test
    void shouldMakeOursAgainAfterARebootAndGiveThemToTheirOwner() throws KernelException {
        boot(0);
        inventory.numVfs(PF, 3);
        inventory.network("net", Selector.parse("pf=" + PF), Map.of());
        long id = inventory.reserve(ReservationRequest.of("net", 2, "me")).id();
        inventory.configure(id, java.util.List.of(Life.settings(1), Life.settings(2)));
        inventory.bind(id, UserspaceDriver.VFIO_PCI);
        inventory.attach(id, "container");
        inventory.hold(id);
        inventory.reconcile(reservation -> Owners.Fate.ALIVE);
        String before = model.snapshot();

        model.reboot();
        assertThat(model.kernel().read(NUMVFS)).isEqualTo("0");
        // Docker isn't there yet.
        Reconciliation done = inventory.reconcile(reservation -> Owners.Fate.UNKNOWN);

        assertThat(done.problems()).isEmpty();
        assertThat(done.mended()).containsExactly(id);
        assertThat(model.snapshot()).isEqualTo(before);
        assertThat(inventory.reservation(id).orElseThrow().state()).isEqualTo(VfState.HELD);
        inventory.release(id);
        inventory.restoreNumVfs(PF);
        assertThat(model.kernel().read(NUMVFS)).isEqualTo("0");
    }

    @Test
    void shouldMakeOursAgainForWhoReservesFirstAfterAReboot() throws KernelException {
        boot(0);
        inventory.numVfs(PF, 3);
        inventory.network("net", Selector.parse("pf=" + PF), Map.of());
        inventory.close();
        model.reboot();
        inventory = Inventory.open(directory, model.kernel());
        assertThat(inventory.reserve(ReservationRequest.of("net", 3, "me")).vfs()).hasSize(3);
        assertThat(model.kernel().read(NUMVFS)).isEqualTo("3");
    }

    @Test
    void shouldNotMakeOthersAgainAfterAReboot() throws KernelException {
        boot(0);
        model.kernel().write(NUMVFS, "3");
        inventory.numVfs(PF, 3);
        inventory.reconcile(reservation -> Owners.Fate.ALIVE);
        model.reboot();
        assertThat(inventory.reconcile(reservation -> Owners.Fate.ALIVE).problems()).isEmpty();
        assertThat(model.kernel().read(NUMVFS)).isEqualTo("0");
    }

    @Test
    void shouldWaitForVfsThatComeLate() {
        model =
                KernelModelProcess.start(
                        Machine.builder()
                                .nic(Nic.of(Machine.IGB0, NicModel.IGB))
                                .vfsLater()
                                .vfDelay(Duration.ofMillis(30))
                                .build());
        inventory = Inventory.open(directory, model.kernel());
        inventory.numVfs(PF, 7);
        assertThat(inventory.vfs()).hasSize(7);
    }

    @Test
    void shouldSetTheInterfaceUpBeforeItMakesVfsAndDownAfterTheyAreGone() {
        boot(Nic.of(Machine.IGB0, NicModel.IGB).down());
        String before = model.snapshot();
        inventory.numVfs(PF, 3);
        assertThat(up()).isTrue();
        assertThat(model.trace()).hasSize(2).last().asString().contains("sriov_numvfs 3");
        inventory.numVfs(PF, 5);
        assertThat(up()).isTrue();
        inventory.restoreNumVfs(PF);
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldLeaveUpWhatIsUsedByThen() {
        boot(Nic.of(Machine.IGB0, NicModel.IGB).down());
        inventory.numVfs(PF, 3);
        model.surroundings().address(netdev().name(), "192.0.2.1/24");
        inventory.restoreNumVfs(PF);
        assertThat(up()).isTrue();
    }

    @Test
    void shouldLeaveUpWhatWasUp() {
        boot(0);
        inventory.numVfs(PF, 3);
        inventory.restoreNumVfs(PF);
        assertThat(up()).isTrue();
    }

    @Test
    void shouldSetItDownAgainIfTheDriverRefuses() {
        boot(Nic.of(Machine.IGB0, NicModel.IGB).down());
        String before = model.snapshot();
        model.faults().failMatching("WRITE .*sriov_numvfs 3", Errno.ENOMEM, 1);
        assertThatThrownBy(() -> inventory.numVfs(PF, 3)).isInstanceOf(SriovException.class);
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldSetItUpAfterARebootToo() {
        boot(Nic.of(Machine.IGB0, NicModel.IGB).down());
        inventory.numVfs(PF, 3);
        model.reboot();
        assertThat(up()).isFalse();
        assertThat(inventory.reconcile(reservation -> Owners.Fate.ALIVE).problems()).isEmpty();
        assertThat(up()).isTrue();
        inventory.restoreNumVfs(PF);
        assertThat(up()).isFalse();
    }

    private Netdev netdev() {
        return Netdev.of(model.kernel(), PF).getFirst();
    }

    private boolean up() {
        return netdev().up();
    }

    private PciAddress firstVf(PciAddress pf) {
        inventory.numVfs(pf, 1);
        return inventory.vfs().getFirst().address();
    }

    private void boot(int vfs) {
        boot(Nic.of(Machine.IGB0, NicModel.IGB).withVfs(vfs));
    }

    private void boot(Nic nic) {
        model = KernelModelProcess.start(Machine.builder().nic(nic).withoutUdev().build());
        Kernel kernel = model.kernel();
        inventory = Inventory.open(directory, kernel);
        model.settle();
    }
}
