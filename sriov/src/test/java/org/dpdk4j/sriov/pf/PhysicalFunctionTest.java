// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.pf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dpdk4j.sriov.MacAddress;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.binding.DriverBinding;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.model.KernelModelProcess;
import org.dpdk4j.sriov.model.Machine;
import org.dpdk4j.sriov.model.Nic;
import org.dpdk4j.sriov.model.NicModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PhysicalFunctionTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:11");
    private static final String ICE = "0000:20:00.0";

    @Test
    void shouldSetAllThatTheHardwareCan() {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.wide())) {
            PhysicalFunction pf = pf(model, ICE);
            pf.numVfs(4, LIMIT);
            VfInfo before = pf.vf(2);
            pf.configure(
                    2,
                    VfSettings.builder()
                            .mac(MAC)
                            .vlan(200)
                            .qos(5)
                            .vlanProtocol(VlanProtocol.DOT1AD)
                            .spoofCheck(false)
                            .trust(true)
                            .linkState(VfLinkState.DISABLE)
                            .minRateMbps(100)
                            .maxRateMbps(1000)
                            .build());
            assertThat(pf.vf(2))
                    .isEqualTo(
                            new VfInfo(
                                    2,
                                    MAC,
                                    200,
                                    5,
                                    VlanProtocol.DOT1AD,
                                    Optional.of(false),
                                    Optional.of(true),
                                    VfLinkState.DISABLE,
                                    100,
                                    1000));
            assertThat(pf.vfs()).hasSize(4).contains(pf.vf(2));
            pf.restore(before);
            assertThat(pf.vf(2)).isEqualTo(before);
        }
    }

    @Test
    void shouldLeaveAloneWhatItIsNotTold() {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.wide())) {
            PhysicalFunction pf = pf(model, ICE);
            pf.numVfs(1, LIMIT);
            pf.configure(0, VfSettings.builder().vlan(7).qos(3).maxRateMbps(50).build());
            pf.configure(0, VfSettings.builder().minRateMbps(20).build());
            assertThat(pf.vf(0).maxRateMbps()).isEqualTo(50);
            assertThat(pf.vf(0).qos()).isEqualTo(3);
            pf.configure(0, VfSettings.builder().vlan(8).build());
            assertThat(pf.vf(0).qos()).isZero();
            model.resetSteps();
            pf.configure(0, VfSettings.builder().vlan(8).minRateMbps(20).build());
            assertThat(model.steps()).isZero();
        }
    }

    @Test
    void shouldPutBackWhatItSetIfTheNextIsRefused() {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.igb())) {
            PhysicalFunction pf = pf(model, Machine.IGB0);
            pf.numVfs(2, LIMIT);
            pf.configure(1, VfSettings.builder().mac(MAC).vlan(5).trust(true).build());
            String before = model.snapshot();
            VfSettings.Builder settings =
                    VfSettings.builder()
                            .mac(MacAddress.parse("02:00:00:00:00:12"))
                            .trust(false)
                            .spoofCheck(false);
            refuses(
                    () -> pf.configure(1, settings.minRateMbps(10).build()),
                    "the rate to 10 to any Mbit/s of VF 1 of 0000:01:00.0",
                    "igb refuses this value",
                    "EINVAL");
            assertThat(model.snapshot()).isEqualTo(before);
            refuses(
                    () -> pf.configure(1, settings.linkState(VfLinkState.ENABLE).build()),
                    "the link state to enable",
                    "igb has no such setting",
                    "EOPNOTSUPP");
            assertThat(model.snapshot()).isEqualTo(before);
            refuses(
                    () ->
                            pf.configure(
                                    1,
                                    VfSettings.builder()
                                            .trust(false)
                                            .vlan(9)
                                            .vlanProtocol(VlanProtocol.DOT1AD)
                                            .build()),
                    "the VLAN to 9 of 802.1ad",
                    "Use 802.1Q",
                    "EPROTONOSUPPORT");
            assertThat(model.snapshot()).isEqualTo(before);
        }
    }

    /** An error at each change of a call, and each kind of it: all is set, or nothing. */
    @ParameterizedTest
    @ValueSource(ints = {Errno.EIO, Errno.EPERM, Errno.EBUSY, Errno.EINTR, Errno.EAGAIN})
    void shouldSetAllOrNothingWhateverFails(int errno) {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.wide())) {
            PhysicalFunction pf = pf(model, ICE);
            pf.numVfs(1, LIMIT);
            pf.configure(0, VfSettings.builder().mac(MAC).build());
            VfInfo before = pf.vf(0);
            VfSettings settings =
                    VfSettings.builder()
                            .mac(MacAddress.parse("02:00:00:00:00:12"))
                            .vlan(200)
                            .spoofCheck(false)
                            .trust(true)
                            .linkState(VfLinkState.DISABLE)
                            .maxRateMbps(1000)
                            .build();
            int failures = 0;
            for (int k = 1; k <= 6; k++) {
                model.faults().clear().failChange(k, errno);
                try {
                    pf.configure(0, settings);
                    assertThat(pf.vf(0).vlan()).isEqualTo(200);
                    assertThat(pf.vf(0).maxRateMbps()).isEqualTo(1000);
                } catch (SriovException e) {
                    failures++;
                    assertThat(pf.vf(0)).isEqualTo(before);
                }
                pf.restore(before);
                assertThat(pf.vf(0)).isEqualTo(before);
            }
            boolean passing = errno != Errno.EIO && errno != Errno.EPERM;
            assertThat(failures).isEqualTo(passing ? 0 : 6);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void shouldWaitForTheLinkThatARateNeeds(int looks) {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.igb())) {
            PhysicalFunction pf = pf(model, Machine.IGB0);
            pf.numVfs(1, LIMIT);
            model.faults().loseLink(Machine.IGB0, looks);
            pf.configure(0, VfSettings.builder().maxRateMbps(10).build());
            assertThat(pf.vf(0).maxRateMbps()).isEqualTo(10);
        }
    }

    @Test
    void shouldSayWhatCouldNotBePutBack() {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.igb())) {
            PhysicalFunction pf = pf(model, Machine.IGB0);
            pf.numVfs(1, LIMIT);
            model.faults().failChange(2, Errno.EIO).failChange(3, Errno.EPERM);
            refuses(
                    () -> pf.configure(0, VfSettings.builder().trust(true).vlan(5).build()),
                    "set the VLAN to 5 of VF 0",
                    "EIO",
                    "And after that:",
                    "set the trust to off of VF 0",
                    "EPERM");
        }
    }

    @Test
    void shouldWaitForVfsThatComeLater() {
        Machine later =
                Machine.builder()
                        .nic(Nic.of(Machine.IGB0, NicModel.IGB))
                        .vfsLater()
                        .vfDelay(Duration.ofMillis(30))
                        .build();
        try (KernelModelProcess model = KernelModelProcess.start(later)) {
            PhysicalFunction pf = pf(model, Machine.IGB0);
            pf.numVfs(7, LIMIT);
            assertThat(pf.virtualFunctions())
                    .hasSize(7)
                    .startsWith(PciAddress.parse("0000:01:10.0"))
                    .endsWith(PciAddress.parse("0000:01:11.4"));
            assertThat(pf.virtualFunction(1)).isEqualTo(PciAddress.parse("0000:01:10.2"));
            pf.numVfs(0, LIMIT);
            assertThat(pf.virtualFunctions()).isEmpty();
            String before = model.snapshot();
            refuses(
                    () -> pf.numVfs(7, Duration.ofMillis(40)),
                    "Can't give 0000:01:00.0 7 VFs",
                    "when the time was over");
            assertThat(model.snapshot()).isEqualTo(before);
        }
    }

    @Test
    void shouldGoOverZeroAndComeBackIfItFails() {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.igb())) {
            PhysicalFunction pf = pf(model, Machine.IGB0);
            pf.numVfs(3, LIMIT);
            model.resetSteps();
            pf.numVfs(3, LIMIT);
            assertThat(model.steps()).isZero();
            pf.numVfs(2, LIMIT);
            assertThat(model.trace()).hasSize(2);
            assertThat(pf.numVfs()).isEqualTo(2);
            model.faults().refuseVfs(Machine.IGB0, Errno.ENOMEM, 1);
            refuses(() -> pf.numVfs(5, LIMIT), "ENOMEM");
            assertThat(pf.numVfs()).isEqualTo(2);
            assertThat(pf.virtualFunctions()).hasSize(2);
            refuses(() -> pf.numVfs(8, LIMIT), "it can have 0 to 7");
            refuses(() -> pf.numVfs(-1, LIMIT), "it can have 0 to 7");
            assertThat(pf.numVfs()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EBUSY, Errno.EINTR, Errno.EIO})
    void shouldReachTheCountOrKeepTheOldOne(int errno) {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.igb())) {
            PhysicalFunction pf = pf(model, Machine.IGB0);
            for (int k = 1; k <= 2; k++) {
                pf.numVfs(3, LIMIT);
                model.faults().clear().failChange(k, errno);
                if (errno == Errno.EIO) {
                    int changes = k;
                    refuses(() -> pf.numVfs(2 + changes * 2, LIMIT), "EIO");
                    assertThat(pf.virtualFunctions()).hasSize(3);
                } else {
                    pf.numVfs(2, LIMIT);
                    assertThat(pf.virtualFunctions()).hasSize(2);
                }
                // Interrupted, though it was done.
                pf.numVfs(0, LIMIT);
                model.faults().clear().failAfterChange(1, errno);
                pf.numVfs(1, LIMIT);
                assertThat(pf.virtualFunctions()).hasSize(1);
            }
        }
    }

    @Test
    void shouldRefuseWhatIsNoPf() {
        Machine machine =
                Machine.builder()
                        .nic(Nic.of(Machine.IGB0, NicModel.IGB).withVfs(1))
                        .nic(Nic.of("0000:05:00.0", NicModel.E1000E))
                        .build();
        try (KernelModelProcess model = KernelModelProcess.start(machine)) {
            refuses(() -> pf(model, "0000:77:00.0"), "There is no PCI device 0000:77:00.0");
            refuses(() -> pf(model, "0000:05:00.0"), "0000:05:00.0 has no SR-IOV");
            refuses(() -> pf(model, "0000:01:10.0"), "is a VF itself", "PF is 0000:01:00.0");
            PhysicalFunction pf = pf(model, Machine.IGB0);
            refuses(() -> pf.vf(1), "has no VF 1", "0 to 0");
            refuses(() -> pf.vf(-1), "has no VF -1");
            refuses(() -> pf.configure(7, VfSettings.builder().vlan(1).build()), "has no VF 7");
            refuses(() -> pf.statistics(1), "has no VF 1");
            pf.numVfs(0, LIMIT);
            refuses(() -> pf.virtualFunction(0), "it has none");
        }
    }

    @Test
    void shouldAskForRoot() {
        Machine machine =
                Machine.builder()
                        .nic(Nic.of(Machine.IGB0, NicModel.IGB).withVfs(1))
                        .uid(1000)
                        .build();
        try (KernelModelProcess model = KernelModelProcess.start(machine)) {
            PhysicalFunction pf = pf(model, Machine.IGB0);
            String before = model.snapshot();
            assertThat(pf.vf(0).vlan()).isZero();
            refuses(() -> pf.configure(0, VfSettings.builder().vlan(5).build()), "needs root");
            refuses(() -> pf.numVfs(2, LIMIT), "needs root");
            refuses(() -> pf.netdev().mtu(1400), "needs root");
            refuses(() -> pf.netdev().up(false), "needs root");
            refuses(() -> pf.autoprobe(false), "needs root");
            assertThat(model.snapshot()).isEqualTo(before);
        }
    }

    @Test
    void shouldFindItsInterfaceWhateverItIsCalled() {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.igb())) {
            PhysicalFunction pf = pf(model, Machine.IGB0);
            pf.numVfs(1, LIMIT);
            model.settle();
            Netdev netdev = pf.netdev();
            model.surroundings().rename(netdev.name(), "wan");
            assertThat(pf.netdev().name()).isEqualTo("wan");
            netdev.mtu(1400);
            assertThat(pf.netdev().mtu()).isEqualTo(1400);
            netdev.up(false);
            assertThat(pf.netdev().up()).isFalse();
            pf.configure(0, VfSettings.builder().vlan(5).build());
            assertThat(pf.vf(0).vlan()).isEqualTo(5);
            assertThat(Netdev.of(model.kernel(), pf.virtualFunction(0))).hasSize(1);
            pf.autoprobe(false);
            assertThat(pf.autoprobe()).isFalse();
        }
    }

    @Test
    void shouldChangeTheModeOfTheSwitch() {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.mlx5())) {
            PhysicalFunction pf = pf(model, "0000:03:00.0");
            pf.numVfs(2, LIMIT);
            assertThat(pf.eswitchMode()).contains(EswitchMode.LEGACY);
            assertThat(pf.representors()).isEmpty();
            pf.eswitchMode(EswitchMode.SWITCHDEV);
            model.settle();
            assertThat(pf.eswitchMode()).contains(EswitchMode.SWITCHDEV);
            Map<Integer, String> representors = pf.representors();
            assertThat(representors).containsOnlyKeys(0, 1);
            assertThat(representors.values()).doesNotContain(pf.netdev().name());
            pf.configure(1, VfSettings.builder().mac(MAC).build());
            pf.eswitchMode(EswitchMode.LEGACY);
            assertThat(pf.representors()).isEmpty();
        }
        try (KernelModelProcess model = KernelModelProcess.start(Machine.wide())) {
            PhysicalFunction pf = pf(model, ICE);
            pf.numVfs(1, LIMIT);
            refuses(
                    () -> pf.eswitchMode(EswitchMode.SWITCHDEV),
                    "only if there is no VFs created",
                    "EOPNOTSUPP");
        }
        try (KernelModelProcess model = KernelModelProcess.start(Machine.igb())) {
            PhysicalFunction pf = pf(model, Machine.IGB0);
            assertThat(pf.eswitchMode()).isEmpty();
            refuses(() -> pf.eswitchMode(EswitchMode.SWITCHDEV), "no switch");
        }
    }

    @Test
    void shouldReadTheLastOfAThousandVfs() {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.wide())) {
            PhysicalFunction pf = pf(model, ICE);
            pf.numVfs(1024, LIMIT);
            pf.configure(1023, VfSettings.builder().mac(MAC).vlan(77).build());
            assertThat(pf.vfs()).hasSize(1024).extracting(VfInfo::vlan).endsWith(0, 77);
            model.surroundings().statistics(ICE, 1023, 1, 2, 3, 4, 5, 6, 7, 8);
            assertThat(pf.statistics(1023)).isEqualTo(new VfStatistics(1, 2, 3, 4, 5, 6, 7, 8));
        }
    }

    @Test
    void shouldTellWhatAVfUnderVfioReceived() {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.wide())) {
            PhysicalFunction pf = pf(model, ICE);
            pf.numVfs(2, LIMIT);
            PciAddress vf = pf.virtualFunction(1);
            DriverBinding.of(model.kernel()).bind(vf, UserspaceDriver.VFIO_PCI, false);
            assertThat(Netdev.of(model.kernel(), vf)).isEmpty();
            model.surroundings().statistics(ICE, 1, 1, 2, 3, 4, 5, 6, 7, 8);
            assertThat(pf.statistics(1)).isEqualTo(new VfStatistics(1, 2, 3, 4, 5, 6, 7, 8));
        }
    }

    private static PhysicalFunction pf(KernelModelProcess model, String address) {
        return PhysicalFunction.of(model.kernel(), PciAddress.parse(address));
    }

    private static void refuses(ThrowingCallable call, String... words) {
        assertThatThrownBy(call)
                .isExactlyInstanceOf(SriovException.class)
                .message()
                .contains(words)
                .endsWith(".");
    }
}
