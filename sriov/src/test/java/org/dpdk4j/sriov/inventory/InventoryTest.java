// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.dpdk4j.sriov.MacAddress;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.binding.DriverBinding;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.model.KernelModelProcess;
import org.dpdk4j.sriov.model.Machine;
import org.dpdk4j.sriov.model.Nic;
import org.dpdk4j.sriov.model.NicModel;
import org.dpdk4j.sriov.pci.PciBus;
import org.dpdk4j.sriov.pci.PciFunction;
import org.dpdk4j.sriov.pf.PhysicalFunction;
import org.dpdk4j.sriov.pf.VfInfo;
import org.dpdk4j.sriov.pf.VfLinkState;
import org.dpdk4j.sriov.pf.VfSettings;
import org.dpdk4j.sriov.sysfs.Sysfs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InventoryTest {
    private static final PciAddress PF = PciAddress.parse(Machine.IGB0);
    private static final String NET = "net";

    @TempDir Path directory;
    private KernelModelProcess model;
    private Inventory inventory;
    private String before;

    @BeforeEach
    void start() {
        model =
                KernelModelProcess.start(
                        Machine.builder()
                                .nic(Nic.of(Machine.IGB0, NicModel.IGB).withVfs(7))
                                .nic(Nic.of("0000:20:00.0", NicModel.ICE).withVfs(4).onNode(1))
                                .build());
        for (int vf = 0; vf < 7; vf++) {
            // An administrator's. igb shows what a VF's driver took by chance in the same place.
            MacAddress mac = MacAddress.of(0x5254_0000_ff00L + vf);
            PhysicalFunction.of(model.kernel(), PF)
                    .configure(vf, VfSettings.builder().mac(mac).vlan(3).build());
            // VFs take a new address when their driver finds them.
            DriverBinding drivers = DriverBinding.of(model.kernel());
            drivers.restore(drivers.bind(vf(vf), UserspaceDriver.VFIO_PCI, false));
        }
        before = model.snapshot();
        inventory = Inventory.open(directory.resolve("state"), model.kernel());
        inventory.network(NET, Selector.parse("pf=" + PF), Map.of());
    }

    @AfterEach
    void stop() {
        inventory.close();
        model.close();
    }

    @Test
    void shouldGiveEachVfToOne() {
        Reservation first = reserve(3, "first");
        Reservation second = reserve(4, "second");
        assertThat(first.state()).isEqualTo(VfState.RESERVED);
        assertThat(first.vfs()).hasSize(3).allMatch(vf -> vf.generation() == 1);
        assertThat(addresses(first)).doesNotContainAnyElementsOf(addresses(second));
        assertThatThrownBy(() -> reserve(1, "third"))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("no free virtual functions");
        inventory.release(first.id());
        assertThat(reserve(3, "third").vfs()).allMatch(vf -> vf.generation() == 2);
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldGiveThoseInUseLast() {
        PciFunction first = PciBus.of(model.kernel()).function(PciAddress.parse("0000:01:10.0"));
        model.surroundings().up(first.netdevs().getFirst(), true);
        model.surroundings().address(first.netdevs().getFirst(), "192.0.2.1/24");
        assertThat(addresses(reserve(2, "first"))).doesNotContain(first.address().toString());
        assertThat(addresses(reserve(5, "second"))).contains(first.address().toString());
    }

    @Test
    void shouldGiveAllOrNone() {
        reserve(5, "first");
        assertThatThrownBy(() -> reserve(3, "second"))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("only 2 free")
                .hasMessageContaining("3 are wanted");
        assertThat(inventory.reservations()).hasSize(1);
        assertThat(reserve(2, "second").vfs()).hasSize(2);
    }

    @Test
    void shouldPutBackAllThatWasChanged() {
        Reservation reservation = reserve(2, "me");
        inventory.configure(reservation.id(), List.of(Life.settings(1), Life.settings(2)));
        assertThat(state(reservation)).isEqualTo(VfState.CONFIGURED);
        inventory.bind(reservation.id(), UserspaceDriver.VFIO_PCI);
        assertThat(state(reservation)).isEqualTo(VfState.BOUND);
        // Later words of the owner don't take it back a step.
        VfSettings more = VfSettings.builder().vlan(7).maxRateMbps(50).build();
        inventory.configure(reservation.id(), List.of(more, more));
        assertThat(state(reservation)).isEqualTo(VfState.BOUND);
        VfInfo vf = PhysicalFunction.of(model.kernel(), PF).vf(0);
        assertThat(vf.vlan()).isEqualTo(7);
        assertThat(vf.qos()).isZero();
        assertThat(vf.maxRateMbps()).isEqualTo(50);
        assertThat(vf.mac()).isEqualTo(MacAddress.parse("02:00:00:00:00:01"));
        inventory.attach(reservation.id(), "container");
        assertThat(state(reservation)).isEqualTo(VfState.ATTACHED);
        assertThat(inventory.release(reservation.id())).isTrue();
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldReleaseOnceHoweverOften() {
        long first = reserve(1, "first").id();
        assertThat(inventory.release(first)).isTrue();
        assertThat(inventory.release(first)).isFalse();
        Reservation second = reserve(1, "second");
        inventory.bind(second.id(), UserspaceDriver.VFIO_PCI);
        String bound = model.snapshot();
        // Late: the VF has its next owner by now.
        assertThat(inventory.release(first)).isFalse();
        assertThatThrownBy(() -> inventory.bind(first, UserspaceDriver.VFIO_PCI))
                .hasMessageContaining("no reservation " + first);
        assertThat(model.snapshot()).isEqualTo(bound);
        assertThat(inventory.reservation(second.id())).isPresent();
        assertThat(second.vfs().getFirst().generation()).isEqualTo(2);
    }

    @Test
    void shouldRefuseWhatWasNeverReserved() {
        for (long id : new long[] {-1, 0, 5}) {
            assertThatThrownBy(() -> inventory.release(id))
                    .isInstanceOf(SriovException.class)
                    .hasMessageContaining("never a reservation " + id);
            assertThatThrownBy(() -> inventory.bind(id, UserspaceDriver.VFIO_PCI))
                    .isInstanceOf(SriovException.class);
            assertThatThrownBy(() -> inventory.attach(id, "x")).isInstanceOf(SriovException.class);
        }
    }

    @Test
    void shouldNotWriteARowOfTheNextOwner() {
        Reservation first = reserve(1, "first");
        VfRow row = inventory.journal().read(ledger -> ledger.vfs().of(first.id())).getFirst();
        inventory.release(first.id());
        reserve(1, "second");
        assertThatThrownBy(() ->
                        inventory
                                .journal()
                                .write(ledger -> {
                                    ledger.vfs().free(row, true);
                                    return null;
                                }))
                .hasMessageContaining("another owner");
    }

    @Test
    void shouldRememberOwnersAndWhatTheySay() {
        inventory.reserve(
                ReservationRequest.of(NET, 1, "endpoint 1").with(Map.of("ip", "40.0.0.2/24")));
        final long id = reserve(2, "endpoint 2").id();
        inventory.remember(id, Map.of("container", "c2", "mac", "02:00:00:00:00:07"));
        inventory.remember(id, Map.of("container", "c3"));
        inventory.attach(id, "container c3");
        reopen();
        assertThat(inventory.reservations("endpoint 1"))
                .singleElement()
                .satisfies(r -> assertThat(r.metadata()).containsEntry("ip", "40.0.0.2/24"));
        assertThat(inventory.reservations("endpoint 2")).isEmpty();
        assertThat(inventory.reservations("container c3"))
                .singleElement()
                .satisfies(r -> {
                    assertThat(r.id()).isEqualTo(id);
                    assertThat(r.network()).isEqualTo(NET);
                    assertThat(r.metadata())
                            .isEqualTo(Map.of("container", "c3", "mac", "02:00:00:00:00:07"));
                });
        assertThatThrownBy(() -> inventory.remember(99, Map.of("a", "b")))
                .isInstanceOf(SriovException.class);
    }

    @Test
    void shouldRememberNetworks() throws KernelException {
        String netdev = model.kernel().list(Sysfs.device(PF) + "/net").getFirst();
        inventory.network(
                "red", Selector.parse("netdev=" + netdev + ",vfs=0-1"), Map.of("subnet", "s"));
        assertThat(inventory.network("red"))
                .contains(
                        new Network(
                                "red",
                                Selector.parse("pf=" + PF + ",vfs=0-1"),
                                Map.of("subnet", "s")));
        // Interfaces get other names, and other interfaces get theirs.
        model.surroundings().rename(netdev, "lan0");
        reopen();
        assertThat(addresses(inventory.reserve(ReservationRequest.of("red", 2, "me"))))
                .containsExactly("0000:01:10.0", "0000:01:10.2");
        assertThatThrownBy(() -> inventory.forgetNetwork("red"))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("in use by reservation");
        assertThat(inventory.forgetNetwork(NET)).isTrue();
        assertThat(inventory.forgetNetwork(NET)).isFalse();
        assertThat(inventory.networks()).extracting(Network::name).containsExactly("red");
        assertThatThrownBy(() -> reserve(1, "me"))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("not known");
        assertThatThrownBy(() -> inventory.network("x", Selector.parse("netdev=nosuch"), Map.of()))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("no interface nosuch");
    }

    @Test
    void shouldChooseBySelector() {
        assertThat(chosen("numa=1,vfs=3", 1)).startsWith("0000:20");
        assertThat(chosen("pf=0000:20:00.0", 1)).startsWith("0000:20");
        assertThat(chosen("vendor=8086,device=1889", 1)).startsWith("0000:20");
        assertThat(chosen("driver=iavf", 1)).startsWith("0000:20");
        assertThat(chosen("driver=igbvf", 1)).startsWith("0000:01");
        assertThat(chosen("pci=0000:01:10.4..0000:01:10.6", 1)).isEqualTo("0000:01:10.4");
        assertThat(chosen("pci=0000:01:10.4..0000:01:10.6", 1)).isEqualTo("0000:01:10.6");
        assertThatThrownBy(() -> chosen("pci=0000:01:10.4..0000:01:10.6", 1))
                .isInstanceOf(SriovException.class);
        assertThatThrownBy(() -> chosen("driver=iavf,numa=0", 1))
                .isInstanceOf(SriovException.class);
        assertThatThrownBy(() -> chosen("pf=0000:7f:00.0", 1)).isInstanceOf(SriovException.class);
        // A network that wasn't known is by then, and a selector narrows it down.
        inventory.reserve(request("blue").from(Selector.parse("pf=" + PF)));
        assertThat(inventory.reserve(request("blue").from(Selector.parse("vfs=6"))).vfs())
                .singleElement()
                .satisfies(vf -> assertThat(vf.index()).isEqualTo(6));
    }

    @Test
    void shouldNotGiveAwayWhatOthersUse() throws KernelException {
        // A virtual machine's, and one that was moved into a container.
        DriverBinding.of(model.kernel())
                .bind(PciAddress.parse("0000:01:10.0"), UserspaceDriver.VFIO_PCI, false);
        model.settle();
        String moved = model.kernel().list(Sysfs.device(vf(1)) + "/net").getFirst();
        model.surroundings().elsewhere(moved, true);
        Reservation reservation = reserve(5, "me");
        assertThat(addresses(reservation)).doesNotContain("0000:01:10.0", "0000:01:10.2");
        assertThatThrownBy(() -> reserve(1, "me")).isInstanceOf(SriovException.class);
        model.surroundings().elsewhere(moved, false);
        assertThat(addresses(reserve(1, "me"))).containsExactly("0000:01:10.2");
    }

    @Test
    void shouldFindVfsThatCameLater() throws KernelException {
        reserve(7, "me");
        inventory.network("ice", Selector.parse("driver=iavf"), Map.of());
        assertThat(inventory.reserve(request("ice")).vfs()).hasSize(1);
        model.kernel().write("/sys/bus/pci/devices/0000:20:00.0/sriov_numvfs", "0");
        assertThatThrownBy(() -> inventory.reserve(ReservationRequest.of("ice", 3, "me")))
                .isInstanceOf(SriovException.class);
        model.kernel().write("/sys/bus/pci/devices/0000:20:00.0/sriov_numvfs", "4");
        model.settle();
        assertThat(inventory.reserve(ReservationRequest.of("ice", 3, "me")).vfs()).hasSize(3);
    }

    @Test
    void shouldRefuseAnInterfaceInUseAndChangeNothing() throws KernelException {
        Reservation reservation = reserve(2, "me");
        model.settle();
        String netdev =
                model.kernel()
                        .list(Sysfs.device(reservation.vfs().get(1).address()) + "/net")
                        .getFirst();
        model.surroundings().address(netdev, "10.0.0.1/24");
        String used = model.snapshot();
        assertThatThrownBy(() -> inventory.bind(reservation.id(), UserspaceDriver.VFIO_PCI))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("in use");
        assertThat(model.snapshot()).isEqualTo(used);
        assertThat(state(reservation)).isEqualTo(VfState.RESERVED);
        inventory.bind(reservation.id(), UserspaceDriver.VFIO_PCI, true);
        assertThat(state(reservation)).isEqualTo(VfState.BOUND);
        inventory.bind(reservation.id(), UserspaceDriver.VFIO_PCI);
        assertThatThrownBy(() -> inventory.bind(reservation.id(), UserspaceDriver.UIO_PCI_GENERIC))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("on vfio-pci already");
        inventory.release(reservation.id());
    }

    @Test
    void shouldTakeBackSettingsThatFail() {
        Reservation reservation = reserve(2, "me");
        inventory.configure(reservation.id(), List.of(Life.settings(1), Life.settings(2)));
        String configured = model.snapshot();
        VfSettings fine = VfSettings.builder().vlan(9).build();
        // igb has no such setting.
        VfSettings bad = VfSettings.builder().vlan(9).linkState(VfLinkState.DISABLE).build();
        assertThatThrownBy(() -> inventory.configure(reservation.id(), List.of(fine, bad)))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("link state");
        assertThat(model.snapshot()).isEqualTo(configured);
        assertThat(state(reservation)).isEqualTo(VfState.CONFIGURED);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> inventory.configure(reservation.id(), List.of(fine)));
        inventory.release(reservation.id());
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldNotTakeAwayWhatAProgramHasOpen() {
        Reservation reservation = reserve(1, "me");
        inventory.bind(reservation.id(), UserspaceDriver.VFIO_PCI);
        inventory.attach(reservation.id(), "container");
        String attached = model.snapshot();
        String vf = reservation.vfs().getFirst().address().toString();
        model.surroundings().open(vf);
        assertThatThrownBy(() -> inventory.release(reservation.id()))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("in use by process");
        assertThat(state(reservation)).isEqualTo(VfState.ATTACHED);
        assertThat(model.snapshot()).isEqualTo(attached);
        model.surroundings().close(vf);
        assertThat(inventory.release(reservation.id())).isTrue();
        assertThat(model.surroundings().dirty(vf)).isFalse();
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldSayWhyItCantBeOpened() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> Inventory.open(file.resolve("state"), model.kernel()))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("can't be written")
                .hasMessageContaining("DPDK4J_STATE");
        // Not even root may write there.
        assertThatThrownBy(() -> Inventory.open(Path.of("/proc/self"), model.kernel()))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("can't be written");
        Path damaged = Files.createDirectory(directory.resolve("damaged"));
        Files.writeString(damaged.resolve("inventory.db"), "no database".repeat(1000));
        assertThatThrownBy(() -> Inventory.open(damaged, model.kernel()))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("damaged or no database");
        Path unreadable = Files.createDirectory(directory.resolve("unreadable"));
        Files.createDirectory(unreadable.resolve("inventory.db"));
        assertThatThrownBy(() -> Inventory.open(unreadable, model.kernel()))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("can't be opened");
    }

    private ReservationRequest request(String network) {
        return ReservationRequest.of(network, 1, "me");
    }

    private Reservation reserve(int count, String owner) {
        return inventory.reserve(ReservationRequest.of(NET, count, owner));
    }

    private VfState state(Reservation reservation) {
        return inventory.reservation(reservation.id()).orElseThrow().state();
    }

    private String chosen(String selector, int count) {
        Selector parsed = Selector.parse(selector);
        return inventory
                .reserve(ReservationRequest.of("by " + selector, count, "me").from(parsed))
                .vfs()
                .getFirst()
                .address()
                .toString();
    }

    private PciAddress vf(int index) {
        return PhysicalFunction.of(model.kernel(), PF).virtualFunction(index);
    }

    private static List<String> addresses(Reservation reservation) {
        return reservation.vfs().stream().map(vf -> vf.address().toString()).toList();
    }

    private void reopen() {
        inventory.close();
        inventory = Inventory.open(directory.resolve("state"), model.kernel());
    }
}
