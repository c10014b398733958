// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dpdk4j.sriov.MacAddress;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.binding.Binding;
import org.dpdk4j.sriov.binding.DriverBinding;
import org.dpdk4j.sriov.binding.InterfaceUse;
import org.dpdk4j.sriov.binding.IommuGroup;
import org.dpdk4j.sriov.binding.Restoration;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.hugepages.HugepageReservation;
import org.dpdk4j.sriov.hugepages.Hugepages;
import org.dpdk4j.sriov.hugepages.HugetlbfsMount;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Owners;
import org.dpdk4j.sriov.inventory.Reservation;
import org.dpdk4j.sriov.inventory.ReservationRequest;
import org.dpdk4j.sriov.inventory.Selector;
import org.dpdk4j.sriov.inventory.VfState;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.pci.PciBus;
import org.dpdk4j.sriov.pci.PciFunction;
import org.dpdk4j.sriov.pf.PhysicalFunction;
import org.dpdk4j.sriov.pf.VfInfo;
import org.dpdk4j.sriov.pf.VfLinkState;
import org.dpdk4j.sriov.pf.VfSettings;
import org.dpdk4j.sriov.pf.VlanProtocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the product does with VFs, seen through its public API alone. Runs against the model and
 * against real drivers: what the one shows and the other doesn't is a fault of one of them.
 */
abstract class SriovContract {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:2a");

    @TempDir private Path state;
    private Kernel kernel;
    private Environment environment;
    private PhysicalFunction pf;
    private List<String> before;

    /**
     * Where the suite runs.
     *
     * @param pf a physical function whose VFs get a network driver by themselves
     * @param totalVfs how many it can have, at least 3
     * @param all whether its driver sets everything: otherwise neither 802.1ad nor a minimum rate
     *     nor the link state
     */
    record Environment(PciAddress pf, int totalVfs, boolean all) {}

    abstract Kernel machine();

    abstract Environment environment();

    /** Waits for what comes by and by. */
    abstract void settle();

    /** Gives an interface an address, as an administrator does. */
    abstract void address(String netdev, String address);

    /** Puts a VLAN interface onto another. */
    abstract void vlan(String netdev, String name, int id);

    /** Removes an interface that was made. */
    abstract void delete(String netdev);

    @BeforeEach
    void begin() {
        kernel = machine();
        environment = environment();
        pf = PhysicalFunction.of(kernel, environment.pf());
        pf.netdev().up(true);
        pf.numVfs(0, LIMIT);
        before = sight();
    }

    /** Each test leaves the machine as it was, or says that it does not. */
    @AfterEach
    void end() {
        pf.numVfs(0, LIMIT);
        settle();
        assertThat(sight()).isEqualTo(before);
    }

    @Test
    void shouldFindThePfAndItsVfs() {
        pf.numVfs(3, LIMIT);
        settle();
        PciBus bus = PciBus.of(kernel);
        PciFunction physical = bus.function(environment.pf());
        assertThat(physical.sriov().orElseThrow().totalVfs()).isEqualTo(environment.totalVfs());
        assertThat(physical.sriov().orElseThrow().numVfs()).isEqualTo(3);
        assertThat(physical.netdevs()).hasSize(1);
        List<PciFunction> vfs =
                bus.functions().stream()
                        .filter(each -> each.physicalFunction().equals(Optional.of(pf.address())))
                        .toList();
        assertThat(vfs).extracting(PciFunction::address).isEqualTo(pf.virtualFunctions());
        for (int i = 0; i < 3; i++) {
            PciFunction vf = vfs.get(i);
            assertThat(vf.vfIndex()).isEqualTo(OptionalInt.of(i));
            assertThat(vf.vendorId()).isEqualTo(physical.vendorId());
            assertThat(vf.driver()).isPresent();
            assertThat(vf.netdevs()).hasSize(1);
            IommuGroup group = IommuGroup.of(kernel, vf).orElseThrow();
            assertThat(group.members())
                    .extracting(PciFunction::address)
                    .containsExactly(vf.address());
            assertThat(group.hindrance(vf.address())).isEmpty();
        }
    }

    @Test
    void shouldChangeTheCountOverZeroAndLeaveAnEqualOneAlone() {
        assertThat(pf.totalVfs()).isEqualTo(environment.totalVfs());
        pf.numVfs(2, LIMIT);
        final List<PciAddress> two = pf.virtualFunctions();
        assertThat(two).hasSize(2);
        pf.configure(1, VfSettings.builder().mac(MAC).build());
        pf.numVfs(2, LIMIT);
        assertThat(pf.vf(1).mac()).isEqualTo(MAC);
        pf.numVfs(3, LIMIT);
        assertThat(pf.numVfs()).isEqualTo(3);
        assertThat(pf.virtualFunctions()).hasSize(3).startsWith(two.toArray(PciAddress[]::new));
        assertThat(pf.vf(1).mac()).isNotEqualTo(MAC);
        refused("VFs", () -> pf.numVfs(environment.totalVfs() + 1, LIMIT));
        refused("VFs", () -> pf.numVfs(-1, LIMIT));
        assertThat(pf.numVfs()).isEqualTo(3);
    }

    @Test
    void shouldSetUpAVfAndReadItBack() {
        pf.numVfs(2, LIMIT);
        final VfInfo other = pf.vf(0);
        VfSettings settings =
                VfSettings.builder()
                        .mac(MAC)
                        .vlan(100)
                        .qos(3)
                        .maxRateMbps(50)
                        .spoofCheck(false)
                        .trust(true)
                        .build();
        pf.configure(1, settings);
        VfInfo vf = pf.vf(1);
        assertThat(vf.mac()).isEqualTo(MAC);
        assertThat(vf.vlan()).isEqualTo(100);
        assertThat(vf.qos()).isEqualTo(3);
        assertThat(vf.maxRateMbps()).isEqualTo(50);
        assertThat(vf.spoofCheck()).contains(false);
        assertThat(vf.trust()).contains(true);
        assertThat(pf.vf(0)).isEqualTo(other);
        pf.configure(1, VfSettings.builder().vlan(0).build());
        assertThat(pf.vf(1).vlan()).isZero();
        assertThat(pf.vf(1).maxRateMbps()).isEqualTo(50);
        assertThat(pf.vfs()).hasSize(2);
        assertThat(pf.statistics(1)).isEqualTo(pf.statistics(1));
    }

    @Test
    void shouldPutASettingsOfBeforeBack() {
        pf.numVfs(1, LIMIT);
        pf.configure(0, VfSettings.builder().mac(MAC).vlan(7).build());
        final VfInfo was = pf.vf(0);
        pf.configure(
                0,
                VfSettings.builder()
                        .mac(MacAddress.parse("02:00:00:00:00:2b"))
                        .vlan(8)
                        .trust(true)
                        .maxRateMbps(10)
                        .build());
        pf.restore(was);
        assertThat(pf.vf(0)).isEqualTo(was);
    }

    @Test
    void shouldDoNothingByHalves() {
        pf.numVfs(1, LIMIT);
        final VfInfo was = pf.vf(0);
        List<VfSettings> beyond =
                List.of(
                        VfSettings.builder().mac(MAC).linkState(VfLinkState.ENABLE).build(),
                        VfSettings.builder().mac(MAC).minRateMbps(5).maxRateMbps(9).build(),
                        VfSettings.builder()
                                .mac(MAC)
                                .vlan(5)
                                .vlanProtocol(VlanProtocol.DOT1AD)
                                .build());
        for (VfSettings settings : beyond) {
            if (environment.all()) {
                pf.configure(0, settings);
                pf.restore(was);
            } else {
                refused("VF 0", () -> pf.configure(0, settings));
            }
            VfInfo now = pf.vf(0);
            assertThat(now.vlan()).isEqualTo(was.vlan());
            assertThat(now.maxRateMbps()).isEqualTo(was.maxRateMbps());
            assertThat(now.linkState()).isEqualTo(was.linkState());
            assertThat(now.mac()).isNotEqualTo(MAC);
        }
        refused("VF", () -> pf.configure(1, VfSettings.builder().vlan(1).build()));
        refused("VF", () -> pf.vf(-1));
    }

    @Test
    void shouldBindAVfAndGiveItBack() {
        pf.numVfs(2, LIMIT);
        settle();
        PciAddress address = pf.virtualFunctions().getFirst();
        final PciFunction was = PciBus.of(kernel).function(address);
        DriverBinding binding = DriverBinding.of(kernel);
        Binding bound = binding.bind(address, UserspaceDriver.VFIO_PCI, false);
        PciFunction now = PciBus.of(kernel).function(address);
        assertThat(now.driver()).contains("vfio-pci");
        assertThat(now.netdevs()).isEmpty();
        assertThat(exists("/dev/vfio/" + now.iommuGroup().orElseThrow())).isTrue();
        // Set up from the PF, whatever drives the VF.
        pf.configure(0, VfSettings.builder().vlan(12).build());
        assertThat(pf.vf(0).vlan()).isEqualTo(12);
        assertThat(binding.reset(address)).isTrue();
        assertThat(pf.vf(0).vlan()).isEqualTo(12);
        // By its text, as another process would.
        assertThat(binding.restore(Binding.parse(bound.text()))).isEqualTo(Restoration.DONE);
        settle();
        assertThat(PciBus.of(kernel).function(address)).isEqualTo(was);
        assertThat(exists("/dev/vfio/" + now.iommuGroup().orElseThrow())).isFalse();
        assertThat(binding.restore(bound)).isEqualTo(Restoration.DONE);
    }

    @Test
    void shouldNotTakeAnInterfaceThatIsInUse() {
        pf.numVfs(1, LIMIT);
        settle();
        PciAddress address = pf.virtualFunctions().getFirst();
        DriverBinding binding = DriverBinding.of(kernel);
        String netdev = PciBus.of(kernel).function(address).netdevs().getFirst();
        assertThat(use(address)).isEmpty();
        vlan(netdev, "contract0", 9);
        assertThat(use(address)).singleElement().asString().contains("contract0");
        refused("contract0", () -> binding.bind(address, UserspaceDriver.VFIO_PCI, false));
        delete("contract0");
        address(netdev, "192.0.2.1/24");
        assertThat(use(address)).anyMatch(reason -> reason.contains("192.0.2.1"));
        refused("192.0.2.1", () -> binding.bind(address, UserspaceDriver.VFIO_PCI, false));
        assertThat(PciBus.of(kernel).function(address).netdevs()).containsExactly(netdev);
        Binding bound = binding.bind(address, UserspaceDriver.VFIO_PCI, true);
        assertThat(binding.restore(bound)).isEqualTo(Restoration.DONE);
    }

    @Test
    void shouldRefuseBadBindings() {
        DriverBinding binding = DriverBinding.of(kernel);
        refused(
                "0000:ff:1f.7",
                () ->
                        binding.bind(
                                PciAddress.parse("0000:ff:1f.7"), UserspaceDriver.VFIO_PCI, false));
        refused("igb_uio", () -> binding.bind(pf.address(), UserspaceDriver.IGB_UIO, true));
        assertThat(PciBus.of(kernel).function(pf.address()).netdevs()).hasSize(1);
    }

    @Test
    void shouldReserveHugepagesAndUndoIt() {
        Hugepages hugepages = Hugepages.of(kernel);
        final List<?> pools = hugepages.pools();
        long size = 2 << 20;
        long free = hugepages.pool(size, 0).free();
        HugepageReservation reservation = hugepages.reserve(size, 0, free + 2);
        assertThat(hugepages.pool(size, 0).free()).isGreaterThanOrEqualTo(free + 2);
        hugepages.undo(reservation);
        assertThat(hugepages.pools()).isEqualTo(pools);
        HugetlbfsMount mount = hugepages.mount("/mnt/contract", size, 1000, 1000, 0x1c0);
        assertThat(hugepages.mounts())
                .anyMatch(each ->
                        each.directory().equals("/mnt/contract") && each.sizeBytes() == size);
        hugepages.unmount(mount);
        assertThat(exists("/mnt/contract")).isFalse();
    }

    @Test
    void shouldLeadAReservationThroughItsLife() {
        try (Inventory inventory = Inventory.open(state, kernel)) {
            inventory.numVfs(pf.address(), 3);
            settle();
            final List<String> fresh = sight();
            Selector selector = Selector.parse("pf=" + pf.address());
            Reservation reservation =
                    inventory.reserve(ReservationRequest.of("net", 2, "somebody").from(selector));
            long id = reservation.id();
            VfSettings first = VfSettings.builder().mac(MAC).vlan(30).build();
            VfSettings second = VfSettings.builder().vlan(31).maxRateMbps(20).build();
            inventory.configure(id, List.of(first, second));
            inventory.bind(id, UserspaceDriver.VFIO_PCI);
            inventory.attach(id, "somebody");
            assertThat(pf.vfs()).extracting(VfInfo::vlan).containsExactlyInAnyOrder(30, 31, 0);
            assertThat(inventory.vfs()).filteredOn(vf -> vf.state() == VfState.ATTACHED).hasSize(2);
            refused("owned", () -> inventory.numVfs(pf.address(), 0));
            assertThat(pf.numVfs()).isEqualTo(3);
            refused("free", () -> inventory.reserve(ReservationRequest.of("net", 2, "another")));
            inventory.hold(id);
            assertThat(inventory.reconcile(each -> Owners.Fate.UNKNOWN).released()).isEmpty();
            assertThat(inventory.reconcile(each -> Owners.Fate.GONE).released())
                    .containsExactly(id);
            settle();
            assertThat(sight()).isEqualTo(fresh);
            assertThat(inventory.release(id)).isFalse();
            inventory.restoreNumVfs(pf.address());
        }
        settle();
        assertThat(pf.numVfs()).isZero();
    }

    private List<String> use(PciAddress address) {
        return InterfaceUse.of(kernel, PciBus.of(kernel).function(address)).reasons();
    }

    private boolean exists(String path) {
        try {
            return kernel.status(path).isPresent();
        } catch (org.dpdk4j.sriov.kernel.KernelException e) {
            throw new AssertionError(e);
        }
    }

    /** All that there is to be seen of functions, VFs and hugepages, but for made-up addresses. */
    private List<String> sight() {
        List<String> lines = new ArrayList<>();
        PciBus.of(kernel).functions().forEach(function -> lines.add(function.toString()));
        for (VfInfo vf : pf.vfs()) {
            lines.add(vf.toString().replaceAll("mac=[0-9a-f:]*", "mac"));
        }
        Hugepages.of(kernel).pools().forEach(pool -> lines.add(pool.toString()));
        return lines;
    }

    /** A refusal is a sentence that names what it is about. */
    static void refused(String about, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfAny(SriovException.class, IllegalArgumentException.class)
                .hasMessageContaining(about)
                .hasMessageMatching("(?s)[A-Z0-9].*\\.");
    }
}
