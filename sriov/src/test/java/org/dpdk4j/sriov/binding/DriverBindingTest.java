// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.FileStatus;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.model.KernelModelProcess;
import org.dpdk4j.sriov.model.KernelView;
import org.dpdk4j.sriov.model.Machine;
import org.dpdk4j.sriov.model.Nic;
import org.dpdk4j.sriov.model.NicModel;
import org.dpdk4j.sriov.netlink.Links;
import org.dpdk4j.sriov.pci.PciBus;
import org.dpdk4j.sriov.pci.PciFunction;
import org.dpdk4j.testing.Forked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DriverBindingTest {
    private static final PciAddress PF = PciAddress.parse(Machine.IGB0);
    private static final PciAddress VF = PciAddress.parse("0000:01:10.0");
    private static final PciAddress SECOND = PciAddress.parse("0000:01:10.2");
    private static final PciAddress THIRD = PciAddress.parse("0000:01:10.4");

    private KernelModelProcess model;
    private Kernel kernel;
    private DriverBinding binding;

    private void boot(Machine.Builder machine) {
        model = KernelModelProcess.start(machine.build());
        kernel = model.kernel();
        binding = DriverBinding.of(kernel);
        model.settle();
        model.resetSteps();
    }

    private static Machine.Builder withVfs() {
        return Machine.builder().nic(Nic.of(Machine.IGB0, NicModel.IGB).withVfs(3));
    }

    @AfterEach
    void end() {
        model.close();
    }

    private Optional<String> driver(PciAddress address) {
        return PciBus.of(kernel).function(address).driver();
    }

    private void refuses(PciAddress address, UserspaceDriver driver, boolean force, String... why) {
        String before = model.snapshot();
        assertThatThrownBy(() -> binding.bind(address, driver, force))
                .isInstanceOf(SriovException.class)
                .hasMessageContainingAll(why);
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldBindAndGiveBack() throws KernelException {
        boot(withVfs());
        final String before = model.snapshot();
        Binding was = binding.bind(VF, UserspaceDriver.VFIO_PCI, false);
        assertThat(was.driver()).contains("igbvf");
        assertThat(was.driverOverride()).isEmpty();
        assertThat(driver(VF)).contains("vfio-pci");
        int group = PciBus.of(kernel).function(VF).iommuGroup().getAsInt();
        assertThat(kernel.status("/dev/vfio/" + group)).isPresent();
        assertThat(driver(SECOND)).contains("igbvf");
        assertThat(binding.restore(was)).isEqualTo(Restoration.DONE);
        assertThat(driver(VF)).contains("igbvf");
        assertThat(model.snapshot()).isEqualTo(before);
        assertThat(binding.restore(was)).isEqualTo(Restoration.DONE);
        assertThat(model.snapshot()).isEqualTo(before);
    }

    /** udev names it some time after the driver made it. */
    @Test
    void shouldSetAnInterfaceUpAgainThatWasUp() throws KernelException {
        boot(withVfs());
        String name = PciBus.of(kernel).function(VF).netdevs().getFirst();
        Links links = Links.of(kernel);
        links.up(links.named(name).orElseThrow().index(), true);
        Binding was = binding.bind(VF, UserspaceDriver.VFIO_PCI, false);
        assertThat(was.up()).contains(name);
        assertThat(links.named(name)).isEmpty();
        assertThat(binding.restore(Binding.parse(was.text()))).isEqualTo(Restoration.DONE);
        assertThat(PciBus.of(kernel).function(VF).netdevs()).containsExactly(name);
        assertThat(links.named(name).orElseThrow().up()).isTrue();
        model.resetSteps();
        binding.restore(was);
        assertThat(model.steps()).isZero();
    }

    @Test
    void shouldGiveADeviceBackWhoseInterfaceCannotBeSetUp() throws KernelException {
        boot(withVfs());
        Binding was = binding.bind(VF, UserspaceDriver.VFIO_PCI, false);
        Binding wasUp =
                new Binding(
                        VF,
                        was.driver(),
                        was.driverOverride(),
                        was.mtu(),
                        Optional.of("another"),
                        was.temporaryId(),
                        was.twins(),
                        was.unsafeNoIommu());
        assertThat(binding.restore(wasUp)).isEqualTo(Restoration.DONE);
        String name = PciBus.of(kernel).function(VF).netdevs().getFirst();
        assertThat(Links.of(kernel).named(name).orElseThrow().up()).isTrue();
    }

    @Test
    void shouldLeaveADeviceAloneThatIsOnTheDriverAlready() {
        boot(withVfs());
        binding.bind(VF, UserspaceDriver.VFIO_PCI, false);
        model.resetSteps();
        Binding was = binding.bind(VF, UserspaceDriver.VFIO_PCI, false);
        assertThat(model.steps()).isZero();
        assertThat(was.driver()).contains("vfio-pci");
        binding.restore(was);
        assertThat(driver(VF)).contains("vfio-pci");
    }

    @Test
    void shouldGoFromOneUserspaceDriverToAnotherAndBack() {
        boot(withVfs());
        binding.bind(VF, UserspaceDriver.VFIO_PCI, false);
        Binding was = binding.bind(VF, UserspaceDriver.UIO_PCI_GENERIC, false);
        assertThat(driver(VF)).contains("uio_pci_generic");
        binding.restore(was);
        assertThat(driver(VF)).contains("vfio-pci");
    }

    @Test
    void shouldUnbindToTheDriverThatTheKernelChooses() {
        boot(withVfs());
        final String before = model.snapshot();
        binding.bind(VF, UserspaceDriver.VFIO_PCI, false);
        assertThat(binding.unbind(VF)).contains("igbvf");
        assertThat(binding.unbind(VF)).contains("igbvf");
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldPutBackADriverlessDeviceAndItsOverride() throws KernelException {
        boot(withVfs());
        kernel.write("/sys/bus/pci/devices/" + VF + "/driver/unbind", VF.toString());
        kernel.write("/sys/bus/pci/devices/" + VF + "/driver_override", "pci-stub");
        final String before = model.snapshot();
        Binding was = binding.bind(VF, UserspaceDriver.VFIO_PCI, false);
        assertThat(driver(VF)).contains("vfio-pci");
        assertThat(binding.restore(was)).isEqualTo(Restoration.DONE);
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldPutTheMtuBack() throws KernelException {
        boot(withVfs());
        kernel.write("/sys/class/net/enp1s0v0/mtu", "1400");
        Binding was = binding.bind(VF, UserspaceDriver.VFIO_PCI, false);
        binding.restore(was);
        model.settle();
        assertThat(kernel.read("/sys/class/net/enp1s0v0/mtu")).isEqualTo("1400");
    }

    @Test
    void shouldGiveBackAVfWhereTheKernelGivesThemNoDriver() throws KernelException {
        boot(withVfs());
        kernel.write("/sys/bus/pci/devices/" + PF + "/sriov_drivers_autoprobe", "0");
        final String before = model.snapshot();
        Binding was = binding.bind(VF, UserspaceDriver.VFIO_PCI, false);
        assertThat(binding.restore(was)).isEqualTo(Restoration.DONE);
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldResetBeforeReuseAndRefuseWhatCannotBeReset() {
        boot(withVfs());
        final String before = model.snapshot();
        Binding was = binding.bind(VF, UserspaceDriver.VFIO_PCI, false);
        model.surroundings().open(VF.toString());
        model.surroundings().close(VF.toString());
        assertThat(model.surroundings().dirty(VF.toString())).isTrue();
        binding.restore(was);
        assertThat(model.surroundings().dirty(VF.toString())).isFalse();
        model.faults().refuseReset(VF.toString(), Errno.EIO, 1);
        refuses(VF, UserspaceDriver.VFIO_PCI, false, "reset", "EIO");
        assertThat(model.snapshot()).isEqualTo(before);
        assertThat(binding.reset(VF)).isTrue();
    }

    @Test
    void shouldSayWhyADriverRefusesAndPutEverythingBack() {
        boot(withVfs());
        model.faults().refuseDriver("vfio-pci", Errno.EINVAL, 2);
        refuses(VF, UserspaceDriver.VFIO_PCI, false, "vfio-pci/bind", "EINVAL");
    }

    @Test
    void shouldPutBackWhatWasAfterAnErrorAtAnyStep() {
        boot(withVfs());
        final String before = model.snapshot();
        Binding first = binding.bind(VF, UserspaceDriver.VFIO_PCI, false);
        final long steps = model.steps();
        binding.restore(first);
        int[] errnos = {Errno.EBUSY, Errno.EPERM, Errno.ENODEV, Errno.EIO, Errno.EINTR};
        int refused = 0;
        for (int errno : errnos) {
            for (int k = 1; k <= steps; k++) {
                for (boolean after : new boolean[] {false, true}) {
                    if (after) {
                        model.faults().clear().failAfterChange(k, errno);
                    } else {
                        model.faults().clear().failChange(k, errno);
                    }
                    try {
                        Binding was = binding.bind(VF, UserspaceDriver.VFIO_PCI, false);
                        model.faults().clear();
                        assertThat(driver(VF)).contains("vfio-pci");
                        binding.restore(was);
                    } catch (SriovException e) {
                        refused++;
                    }
                    model.faults().clear();
                    assertThat(model.snapshot())
                            .as("errno %d at step %d, after it: %b", errno, k, after)
                            .isEqualTo(before);
                }
            }
        }
        assertThat(refused).isPositive();
        System.out.printf(
                "binding: %d steps, %d errors at each, one before and one after it%n",
                steps, errnos.length);
    }

    @Test
    void shouldBeRestoredAfterDeathAtAnyStep() {
        boot(withVfs());
        final String before = model.snapshot();
        final Binding was = binding.bind(VF, UserspaceDriver.VFIO_PCI, false);
        binding.restore(was);
        // From here on the modules are loaded, which is not done a second time.
        model.resetSteps();
        binding.bind(VF, UserspaceDriver.VFIO_PCI, false);
        final long steps = model.steps();
        binding.restore(was);
        int deaths = 0;
        for (int k = 1; k <= steps; k++) {
            model.faults().clear().killBeforeChange(k);
            deaths += dies();
            model.faults().clear();
            binding.restore(Binding.parse(was.text()));
            assertThat(model.snapshot()).as("killed before step %d", k).isEqualTo(before);
            model.faults().clear().killAfterChange(k);
            deaths += dies();
            model.faults().clear();
            binding.restore(Binding.parse(was.text()));
            assertThat(model.snapshot()).as("killed after step %d", k).isEqualTo(before);
        }
        assertThat(deaths).isEqualTo(2 * (int) steps);
        System.out.printf("binding: killed %d times at %d steps%n", deaths, steps);
    }

    private int dies() {
        int exitCode =
                Forked.java(Binder.class)
                        .option(model.option(), "-XX:TieredStopAtLevel=1")
                        .run()
                        .exitCode();
        assertThat(exitCode).isIn(0, 137);
        return exitCode == 0 ? 0 : 1;
    }

    /** Binds in a process of its own, which may be killed. */
    static final class Binder {
        private Binder() {}

        public static void main(String[] arguments) {
            DriverBinding.of(Kernel.system()).bind(VF, UserspaceDriver.VFIO_PCI, false);
        }
    }

    @Test
    void shouldLeaveADeviceThatHasVanished() throws KernelException {
        boot(withVfs());
        Binding was = binding.bind(VF, UserspaceDriver.VFIO_PCI, false);
        kernel.write("/sys/bus/pci/devices/" + PF + "/sriov_numvfs", "0");
        assertThat(binding.restore(was)).isEqualTo(Restoration.DEVICE_GONE);
        assertThatThrownBy(() -> binding.bind(VF, UserspaceDriver.VFIO_PCI, false))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("no PCI device at 0000:01:10.0");
    }

    @Test
    void shouldLeaveADeviceDriverlessWhoseDriverHasGone() {
        boot(withVfs());
        Binding was = binding.bind(VF, UserspaceDriver.VFIO_PCI, false);
        Binding gone =
                new Binding(
                        VF,
                        Optional.of("vanished"),
                        was.driverOverride(),
                        was.mtu(),
                        was.up(),
                        was.temporaryId(),
                        was.twins(),
                        was.unsafeNoIommu());
        assertThat(binding.restore(gone)).isEqualTo(Restoration.DRIVER_GONE);
        assertThat(driver(VF)).isEmpty();
        assertThat(binding.restore(was)).isEqualTo(Restoration.DONE);
    }

    @Test
    void shouldLeaveADeviceThatSomebodyElseGaveAway() throws KernelException {
        boot(withVfs());
        kernel.write("/sys/bus/pci/devices/" + VF + "/driver/unbind", VF.toString());
        Binding was = binding.bind(VF, UserspaceDriver.VFIO_PCI, false);
        kernel.write("/sys/bus/pci/devices/" + VF + "/driver/unbind", VF.toString());
        kernel.write("/sys/bus/pci/devices/" + VF + "/driver_override", "\n");
        kernel.write("/sys/bus/pci/drivers/igbvf/bind", VF.toString());
        assertThat(binding.restore(was)).isEqualTo(Restoration.TAKEN_OVER);
        assertThat(driver(VF)).contains("igbvf");
    }

    @Test
    void shouldNotRebindBifurcatedDriversEvenByForce() {
        boot(
                Machine.builder()
                        .nic(Nic.of("0000:03:00.0", NicModel.MLX5).withVfs(2))
                        .nic(Nic.of("0000:04:00.0", NicModel.E1000E)));
        for (PciFunction function : PciBus.of(kernel).functions()) {
            if (function.vendorId() == 0x15b3) {
                refuses(
                        function.address(),
                        UserspaceDriver.VFIO_PCI,
                        true,
                        "mlx5_core",
                        "/dev/infiniband");
            }
        }
    }

    @Test
    void shouldNotRebindABridgeNorAPfWithVfs() {
        boot(withVfs());
        PciAddress bridge =
                PciBus.of(kernel).functions().stream()
                        .filter(PciFunction::bridge)
                        .findFirst()
                        .orElseThrow()
                        .address();
        refuses(bridge, UserspaceDriver.VFIO_PCI, true, "is a bridge");
        refuses(PF, UserspaceDriver.VFIO_PCI, true, "has 3 virtual functions", "vfs set");
    }

    @Test
    void shouldRefuseASharedGroupAndNameTheSiblings() {
        boot(Machine.builder().nic(Nic.of(Machine.IGB0, NicModel.IGB).withoutAcs().withVfs(2)));
        refuses(
                VF,
                UserspaceDriver.VFIO_PCI,
                false,
                "shares IOMMU group",
                "0000:01:00.0 (8086:10c9, on igb)",
                "0000:01:10.2 (8086:10ca, on igbvf)");
    }

    @Test
    void shouldBindWhenTheSiblingsOfTheGroupHaveNoDriverOrVfio() throws KernelException {
        boot(
                Machine.builder()
                        .nic(Nic.of("0000:04:00.0", NicModel.E1000E).inGroup("port0"))
                        .nic(Nic.of("0000:05:00.0", NicModel.E1000E).inGroup("port0")));
        PciAddress one = PciAddress.parse("0000:04:00.0");
        PciAddress two = PciAddress.parse("0000:05:00.0");
        refuses(one, UserspaceDriver.VFIO_PCI, false, "0000:05:00.0");
        kernel.write("/sys/bus/pci/devices/" + two + "/driver/unbind", two.toString());
        binding.bind(one, UserspaceDriver.VFIO_PCI, false);
        binding.bind(two, UserspaceDriver.VFIO_PCI, false);
        assertThat(driver(one)).contains("vfio-pci");
        assertThat(driver(two)).contains("vfio-pci");
    }

    @Test
    void shouldRefuseVfioWithoutAnIommuButDoWithoutItByChoice() throws KernelException {
        boot(withVfs().withoutIommu().loaded("vfio_pci"));
        refuses(VF, UserspaceDriver.VFIO_PCI, true, "no IOMMU group", "intel_iommu=on");
        final String before = model.snapshot();
        String parameter = "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode";
        final Binding first = binding.bind(VF, UserspaceDriver.VFIO_NOIOMMU, false);
        final Binding second = binding.bind(SECOND, UserspaceDriver.VFIO_NOIOMMU, false);
        assertThat(driver(VF)).contains("vfio-pci");
        assertThat(kernel.read(parameter)).isEqualTo("Y");
        refuses(VF, UserspaceDriver.VFIO_PCI, true, "no IOMMU group");
        binding.restore(first);
        assertThat(kernel.read(parameter)).as("the second still needs it").isEqualTo("Y");
        binding.restore(second);
        assertThat(kernel.read(parameter)).isEqualTo("N");
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldRefuseNoIommuWhereItIsNeedlessOrNotBuiltIn() {
        boot(withVfs());
        refuses(VF, UserspaceDriver.VFIO_NOIOMMU, true, "Choose vfio-pci");
        model.close();
        boot(withVfs().withoutIommu().withoutNoIommuOption());
        refuses(VF, UserspaceDriver.VFIO_NOIOMMU, true, "CONFIG_VFIO_NOIOMMU");
    }

    @Test
    void shouldRefuseWhatLockdownForbids() {
        boot(withVfs().lockdown("integrity"));
        refuses(VF, UserspaceDriver.UIO_PCI_GENERIC, true, "lockdown (integrity)", "vfio-pci");
        binding.bind(VF, UserspaceDriver.VFIO_PCI, false);
        assertThat(driver(VF)).contains("vfio-pci");
    }

    @Test
    void shouldRefuseWithoutRoot() {
        boot(withVfs().uid(1000));
        refuses(VF, UserspaceDriver.VFIO_PCI, true, "needs root");
    }

    @Test
    void shouldNameTheModuleThatIsMissingOrForbidden() {
        boot(withVfs().refused("uio_pci_generic"));
        refuses(VF, UserspaceDriver.IGB_UIO, false, "no module igb_uio");
        refuses(VF, UserspaceDriver.UIO_PCI_GENERIC, false, "EPERM");
    }

    @Test
    void shouldTeachTheIdWhereThereIsNoOverrideAndLeaveItsTwinsAlone() throws KernelException {
        boot(withVfs());
        Kernel old = withoutOverride(kernel);
        DriverBinding oldBinding = DriverBinding.of(old);
        kernel.write("/sys/bus/pci/devices/" + THIRD + "/driver/unbind", THIRD.toString());
        final String before = model.snapshot();
        Binding was = oldBinding.bind(VF, UserspaceDriver.VFIO_PCI, false);
        assertThat(was.temporaryId()).isTrue();
        assertThat(driver(VF)).contains("vfio-pci");
        assertThat(driver(SECOND)).contains("igbvf");
        assertThat(driver(THIRD)).as("it had no driver, and the same ID").isEmpty();
        assertThat(model.snapshot()).doesNotContain("new_id");
        oldBinding.restore(was);
        assertThat(model.snapshot()).isEqualTo(before);
        final long steps = model.steps();
        for (int k = 1; k <= steps; k++) {
            model.faults().clear().failChange(k, Errno.EIO);
            try {
                Binding again = oldBinding.bind(VF, UserspaceDriver.VFIO_PCI, false);
                model.faults().clear();
                oldBinding.restore(again);
            } catch (SriovException e) {
                assertThat(e).hasMessageContaining("EIO");
            }
            model.faults().clear();
            assertThat(model.snapshot()).as("error at step %d", k).isEqualTo(before);
        }
    }

    /** As it was before 3.16. */
    private static Kernel withoutOverride(Kernel kernel) {
        return new KernelView(kernel) {
            private static void check(String path) throws KernelException {
                if (path.endsWith("/driver_override")) {
                    throw new KernelException("open " + path, Errno.ENOENT);
                }
            }

            @Override
            public String read(String path) throws KernelException {
                check(path);
                return super.read(path);
            }

            @Override
            public void write(String path, String text) throws KernelException {
                check(path);
                super.write(path, text);
            }

            @Override
            public Optional<FileStatus> status(String path) throws KernelException {
                return path.endsWith("/driver_override") ? Optional.empty() : super.status(path);
            }
        };
    }

    @Test
    void shouldNotTakeADeviceFromAProcessThatHasItOpen() {
        boot(withVfs());
        Binding was = binding.bind(VF, UserspaceDriver.VFIO_PCI, false);
        int group = PciBus.of(kernel).function(VF).iommuGroup().getAsInt();
        DriverBinding watchful = DriverBinding.of(withUser(kernel, "/dev/vfio/" + group));
        for (ThrowingCallable attempt :
                List.<ThrowingCallable>of(
                        () -> watchful.restore(was),
                        () -> watchful.unbind(VF),
                        () -> watchful.bind(VF, UserspaceDriver.UIO_PCI_GENERIC, true))) {
            assertThatThrownBy(attempt)
                    .isInstanceOf(SriovException.class)
                    .hasMessageContaining("in use by process 4711 (testpmd)");
            assertThat(driver(VF)).contains("vfio-pci");
        }
        Binding other = binding.bind(SECOND, UserspaceDriver.VFIO_PCI, false);
        assertThat(watchful.restore(other)).isEqualTo(Restoration.DONE);
    }

    /** With a process that has a node open, beside one that we may not look into. */
    private static Kernel withUser(Kernel kernel, String node) {
        return new KernelView(kernel) {
            @Override
            public List<String> list(String path) throws KernelException {
                return switch (path) {
                    case "/proc" -> List.of("1", "4711", "self", "uptime");
                    case "/proc/1/fd/" -> throw new KernelException("list", Errno.EACCES);
                    case "/proc/4711/fd/" -> List.of("0", "9");
                    default -> super.list(path);
                };
            }

            @Override
            public String readLink(String path) throws KernelException {
                return switch (path) {
                    case "/proc/4711/fd/0" -> "/dev/null";
                    case "/proc/4711/fd/9" -> node;
                    default -> super.readLink(path);
                };
            }

            @Override
            public String read(String path) throws KernelException {
                return path.equals("/proc/4711/comm") ? "testpmd" : super.read(path);
            }
        };
    }
}
