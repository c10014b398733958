// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.binding.IommuGroup;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.model.KernelModelProcess;
import org.dpdk4j.sriov.model.Machine;
import org.dpdk4j.sriov.model.Nic;
import org.dpdk4j.sriov.model.NicModel;
import org.dpdk4j.sriov.pf.EswitchMode;
import org.dpdk4j.sriov.pf.PhysicalFunction;
import org.junit.jupiter.api.Test;

class PciBusTest {
    private static final String DEVICES = "/sys/bus/pci/devices/";

    @Test
    void shouldTellWhatBelongsToAPfAndItsVfs() {
        Machine machine =
                Machine.builder()
                        .nic(Nic.of(Machine.IGB0, NicModel.IGB).onNode(1).withVfs(3))
                        .build();
        try (KernelModelProcess model = KernelModelProcess.start(machine)) {
            model.settle();
            PciBus bus = PciBus.of(model.kernel());
            PciFunction pf = bus.function(PciAddress.parse(Machine.IGB0));
            assertThat(pf.id()).isEqualTo("8086:10c9");
            assertThat(pf.network()).isTrue();
            assertThat(pf.driver()).contains("igb");
            assertThat(pf.numaNode()).hasValue(1);
            assertThat(pf.iommuGroup()).isPresent();
            assertThat(pf.netdevs()).containsExactly("enp1s0");
            assertThat(pf.sriov()).contains(new SriovCapability(7, 3, true));
            assertThat(pf.physicalFunction()).isEmpty();
            PcieLink link = pf.link().orElseThrow();
            assertThat(link).hasToString("8 GT/s x8");
            assertThat(link.capability()).isEqualTo("16 GT/s x16");
            assertThat(link.degraded()).isTrue();
            PciFunction vf = bus.function(PciAddress.parse("0000:01:10.4"));
            assertThat(vf.id()).isEqualTo("8086:10ca");
            assertThat(vf.virtual()).isTrue();
            assertThat(vf.physicalFunction()).contains(pf.address());
            assertThat(vf.vfIndex()).hasValue(2);
            assertThat(vf.netdevs()).containsExactly("enp1s0v2");
            assertThat(vf.link()).isEmpty();
            assertThat(vf.sriov()).isEmpty();
            model.surroundings().rename("enp1s0v2", "blue");
            assertThat(bus.function(vf.address()).netdevs()).containsExactly("blue");
        }
    }

    @Test
    void shouldTellRdmaDevicesAndRepresentors() {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.mlx5())) {
            Kernel kernel = model.kernel();
            PhysicalFunction second = PhysicalFunction.of(kernel, PciAddress.parse("0000:03:00.1"));
            second.eswitchMode(EswitchMode.SWITCHDEV);
            second.numVfs(2, java.time.Duration.ofSeconds(10));
            model.settle();
            PciBus bus = PciBus.of(kernel);
            PciFunction pf = bus.function(second.address());
            assertThat(pf.rdmaDevices()).hasSize(1);
            assertThat(pf.netdevs()).hasSize(1);
            assertThat(pf.representors()).hasSize(2).doesNotContainAnyElementsOf(pf.netdevs());
            List<PciFunction> vfs = bus.functions().stream().filter(PciFunction::virtual).toList();
            assertThat(vfs).hasSize(2);
            for (PciFunction vf : vfs) {
                assertThat(vf.representors())
                        .containsExactly(second.representors().get(vf.vfIndex().getAsInt()));
                assertThat(vf).isEqualTo(bus.function(vf.address()));
            }
            PciFunction other = bus.function(PciAddress.parse("0000:03:00.0"));
            assertThat(other.representors()).isEmpty();
        }
    }

    @Test
    void shouldFindTheIndexesOfManyVfsOverSeveralBuses() {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.wide())) {
            Kernel kernel = model.kernel();
            PciAddress address = PciAddress.parse("0000:20:00.0");
            PhysicalFunction.of(kernel, address).numVfs(1024, java.time.Duration.ofSeconds(60));
            List<PciFunction> vfs =
                    PciBus.of(kernel).functions().stream().filter(PciFunction::virtual).toList();
            assertThat(vfs).hasSize(1024);
            for (int i = 0; i < 1024; i++) {
                assertThat(vfs.get(i).vfIndex()).hasValue(i);
            }
            assertThat(vfs.getLast().address().bus()).isGreaterThan(0x20);
        }
    }

    @Test
    void shouldKnowNoGroupWithoutAnIommu() {
        Machine machine =
                Machine.builder()
                        .nic(Nic.of("0000:04:00.0", NicModel.E1000E))
                        .withoutIommu()
                        .build();
        try (KernelModelProcess model = KernelModelProcess.start(machine)) {
            PciFunction nic = PciBus.of(model.kernel()).function(PciAddress.parse("0000:04:00.0"));
            assertThat(nic.iommuGroup()).isEmpty();
            assertThat(nic.sriov()).isEmpty();
            assertThat(IommuGroup.of(model.kernel(), nic)).isEmpty();
        }
    }

    @Test
    void shouldFindADeviceByTheNameOfItsInterface() {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.igb())) {
            model.settle();
            model.surroundings().altName("enp2s0", "the-second-interface-of-the-machine");
            PciBus bus = PciBus.of(model.kernel());
            assertThat(bus.named("enp1s0").address()).hasToString(Machine.IGB0);
            assertThat(bus.named("the-second-interface-of-the-machine").address())
                    .hasToString(Machine.IGB1);
            model.surroundings().virtual("br0", "bridge");
            refuses(bus, "br0", "no PCI device behind");
            refuses(bus, "eth9", "no network interface");
            for (String odd :
                    List.of("", "..", "a/b", "../../etc/passwd", "eth 0", "eth0\n", "\0", "a:b")) {
                refuses(bus, odd, "can't be the name of a network interface");
            }
            refuses(bus, "x".repeat(128), "can't be the name of a network interface");
            refuses(bus, "\u00fc".repeat(64), "can't be the name of a network interface");
        }
    }

    private static void refuses(PciBus bus, String name, String why) {
        assertThatThrownBy(() -> bus.named(name))
                .isInstanceOfAny(SriovException.class, IllegalArgumentException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("\n")
                .hasMessageNotContaining("\0");
    }

    @Test
    void shouldSayThatThereIsNoSuchDevice() throws KernelException {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.igb())) {
            PciBus bus = PciBus.of(model.kernel());
            PciAddress nowhere = PciAddress.parse("0000:7f:1f.7");
            assertThat(bus.find(nowhere)).isEqualTo(Optional.empty());
            assertThatThrownBy(() -> bus.function(nowhere))
                    .isInstanceOf(SriovException.class)
                    .hasMessageContaining("no PCI device at 0000:7f:1f.7");
            assertThat(model.kernel().list(DEVICES)).contains(Machine.IGB0);
        }
    }

    @Test
    void shouldLeaveOutADeviceThatVanishesMeanwhile() {
        Machine machine =
                Machine.builder().nic(Nic.of(Machine.IGB0, NicModel.IGB).withVfs(2)).build();
        try (KernelModelProcess model = KernelModelProcess.start(machine)) {
            model.faults().failMatching("0000:01:10.0/class", 19, 1);
            assertThat(PciBus.of(model.kernel()).functions())
                    .extracting(function -> function.address().toString())
                    .contains("0000:01:10.2")
                    .doesNotContain("0000:01:10.0");
        }
    }
}
