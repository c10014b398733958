// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.model.KernelModelProcess;
import org.dpdk4j.sriov.model.Machine;
import org.dpdk4j.sriov.model.Nic;
import org.dpdk4j.sriov.model.NicModel;
import org.dpdk4j.sriov.model.Surroundings;
import org.dpdk4j.sriov.pci.PciBus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InterfaceUseTest {
    private static final PciAddress VF = PciAddress.parse("0000:01:10.0");
    private static final String NETDEV = "enp1s0v0";

    private KernelModelProcess model;
    private Surroundings surroundings;

    @BeforeEach
    void boot() {
        model =
                KernelModelProcess.start(
                        Machine.builder()
                                .nic(Nic.of(Machine.IGB0, NicModel.IGB).withVfs(2))
                                .build());
        surroundings = model.surroundings();
        model.settle();
    }

    @AfterEach
    void end() {
        model.close();
    }

    private List<String> reasons() {
        return InterfaceUse.of(model.kernel(), PciBus.of(model.kernel()).function(VF)).reasons();
    }

    /** It is refused and left as it was, and taken by force. */
    private void guards(String reason) {
        assertThat(reasons()).anyMatch(each -> each.contains(reason));
        String before = model.snapshot();
        DriverBinding binding = DriverBinding.of(model.kernel());
        assertThatThrownBy(() -> binding.bind(VF, UserspaceDriver.VFIO_PCI, false))
                .isInstanceOf(SriovException.class)
                .hasMessageContainingAll("0000:01:10.0 is in use", reason, "--force");
        assertThat(model.snapshot()).isEqualTo(before);
        binding.bind(VF, UserspaceDriver.VFIO_PCI, true);
        assertThat(PciBus.of(model.kernel()).function(VF).driver()).contains("vfio-pci");
    }

    @Test
    void shouldNotMindAnInterfaceThatIsMerelyUp() {
        surroundings.up(NETDEV, true);
        surroundings.address(NETDEV, "fe80::1/64");
        assertThat(reasons()).isEmpty();
    }

    @Test
    void shouldGuardAnAddress() {
        surroundings.address(NETDEV, "10.1.2.3/24");
        guards("enp1s0v0 has the address 10.1.2.3/24");
    }

    @Test
    void shouldGuardAnIpv6Address() {
        surroundings.address(NETDEV, "fd00::7/64");
        guards("enp1s0v0 has the address fd00:0:0:0:0:0:0:7/64");
    }

    @Test
    void shouldGuardARoute() {
        surroundings.route("10.9.0.0/16", 254, NETDEV);
        guards("enp1s0v0 has the route 10.9.0.0/16");
    }

    @Test
    void shouldGuardAnIpv6RouteOfAnotherTableWithSeveralNextHops() {
        surroundings.route("fd11::/48", 77, "enp1s0v1", NETDEV);
        guards("enp1s0v0 has the route fd11");
    }

    @Test
    void shouldGuardThePortOfABridge() {
        surroundings.virtual("br0", "bridge");
        surroundings.enslave(NETDEV, "br0");
        guards("enp1s0v0 belongs to bridge br0");
    }

    @Test
    void shouldGuardThePortOfABond() {
        surroundings.virtual("bond0", "bond");
        surroundings.enslave(NETDEV, "bond0");
        guards("enp1s0v0 belongs to bond bond0");
    }

    @Test
    void shouldGuardWhatCarriesAVlan() {
        surroundings.vlan(NETDEV, "storage", 100);
        guards("enp1s0v0 carries vlan storage");
    }

    @Test
    void shouldGuardAnInterfaceOfAnotherNamespace() {
        surroundings.elsewhere(NETDEV, true);
        guards("in another network namespace");
    }

    @Test
    void shouldNameAFewRoutesAndCountTheOthers() {
        for (int i = 0; i < 10; i++) {
            surroundings.route("10." + i + ".0.0/16", 254, NETDEV);
        }
        assertThat(reasons()).hasSize(4).last().isEqualTo("enp1s0v0 has 7 more routes");
    }

    @Test
    void shouldFindTheInterfaceUnderItsNewName() {
        surroundings.address(NETDEV, "10.1.2.3/24");
        surroundings.rename(NETDEV, "storage0");
        assertThat(reasons()).containsExactly("storage0 has the address 10.1.2.3/24");
    }
}
