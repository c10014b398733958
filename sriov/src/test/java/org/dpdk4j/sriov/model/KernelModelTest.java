// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.pf.EswitchMode;
import org.dpdk4j.sriov.pf.PhysicalFunction;
import org.dpdk4j.testing.Forked;
import org.junit.jupiter.api.Test;

class KernelModelTest {
    private static final String PF = "/sys/bus/pci/devices/" + Machine.IGB0;
    private static final String VF = "/sys/bus/pci/devices/0000:01:10.0";
    private static final String DRIVERS = "/sys/bus/pci/drivers/";
    private static final String NUMVFS = PF + "/sriov_numvfs";

    @Test
    void shouldMakeVfsAndTakeThemAway() throws KernelException {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.igb())) {
            Kernel kernel = model.kernel();
            final String before = model.snapshot();
            kernel.write(NUMVFS, "3");
            assertThat(kernel.read(NUMVFS)).isEqualTo("3");
            assertThat(kernel.readLink(PF + "/virtfn1")).isEqualTo("../0000:01:10.2");
            assertThat(kernel.readLink("/sys/bus/pci/devices/0000:01:10.2/driver"))
                    .isEqualTo("../../../../bus/pci/drivers/igbvf");
            model.settle();
            assertThat(kernel.list(PF + "/virtfn1/net")).containsExactly("enp1s0v1");
            assertThat(model.snapshot()).isNotEqualTo(before);
            fails(Errno.EBUSY, () -> kernel.write(NUMVFS, "4"));
            kernel.write(NUMVFS, "0");
            assertThat(model.snapshot()).isEqualTo(before);
            assertThat(model.steps()).isEqualTo(3);
        }
    }

    @Test
    void shouldFailWhereItIsTold() throws KernelException {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.igb())) {
            Kernel kernel = model.kernel();
            model.faults().failChange(2, Errno.EINTR);
            kernel.write(NUMVFS, "2");
            fails(Errno.EINTR, () -> kernel.write(NUMVFS, "0"));
            assertThat(kernel.read(NUMVFS)).isEqualTo("2");
            kernel.write(NUMVFS, "0");
            model.faults().failAfterChange(1, Errno.EINTR);
            fails(Errno.EINTR, () -> kernel.write(NUMVFS, "2"));
            assertThat(kernel.read(NUMVFS)).isEqualTo("2");
        }
    }

    @Test
    void shouldKillBeforeDuringAndAfterAChange() throws Exception {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.igb())) {
            model.faults().killBeforeChange(2);
            assertThat(writer(model)).isEqualTo(137);
            assertThat(model.kernel().read(NUMVFS)).isEqualTo("1");
            model.kernel().write(NUMVFS, "0");
            model.faults().clear().killAfterChange(2);
            assertThat(writer(model)).isEqualTo(137);
            assertThat(model.kernel().read(NUMVFS)).isEqualTo("0");
            model.faults().clear().killDuringChange(3);
            assertThat(writer(model)).isEqualTo(137);
            assertThat(model.kernel().read(NUMVFS)).isEqualTo("2");
            model.kernel().write(NUMVFS, "0");
            model.faults().clear();
            assertThat(writer(model)).isZero();
        }
    }

    @Test
    void shouldLetVfsComeLater() throws KernelException {
        Machine late =
                Machine.builder()
                        .nic(Nic.of(Machine.IGB0, NicModel.IGB))
                        .vfsLater()
                        .vfDelay(Duration.ofMinutes(5))
                        .build();
        try (KernelModelProcess model = KernelModelProcess.start(late)) {
            Kernel kernel = model.kernel();
            kernel.write(NUMVFS, "2");
            assertThat(kernel.read(NUMVFS)).isEqualTo("2");
            assertThat(kernel.status(PF + "/virtfn0")).isEmpty();
            // Taken away before they came: they never come.
            kernel.write(NUMVFS, "0");
            kernel.write(NUMVFS, "1");
            model.settle();
            assertThat(kernel.status(PF + "/virtfn0")).isPresent();
            assertThat(kernel.status(PF + "/virtfn1")).isEmpty();
        }
    }

    @Test
    void shouldLetADriverRefuseAloudOrInSilence() throws KernelException {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.igb())) {
            Kernel kernel = model.kernel();
            model.faults().refuseDriver("igbvf", Errno.EIO, 2);
            kernel.write(NUMVFS, "1");
            assertThat(kernel.status(VF + "/driver")).isEmpty();
            fails(Errno.EIO, () -> kernel.write(DRIVERS + "igbvf/bind", "0000:01:10.0"));
            kernel.write("/sys/bus/pci/drivers_probe", "0000:01:10.0");
            assertThat(kernel.status(VF + "/driver")).isPresent();
            model.faults().refuseVfs(Machine.IGB0, Errno.ENOMEM, 1);
            fails(Errno.ENOMEM, () -> kernel.write(NUMVFS, "0"));
            assertThat(kernel.read(NUMVFS)).isEqualTo("1");
        }
    }

    @Test
    void shouldWaitForWhoHasADeviceOpen() throws Exception {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.igb())) {
            Kernel kernel = model.kernel();
            bindVfio(kernel);
            model.surroundings().open("0000:01:10.0");
            assertThat(model.surroundings().dirty("0000:01:10.0")).isTrue();
            CompletableFuture<Void> unbind =
                    CompletableFuture.runAsync(() -> {
                        try {
                            kernel.write(DRIVERS + "vfio-pci/unbind", "0000:01:10.0");
                        } catch (KernelException e) {
                            throw new CompletionException(e);
                        }
                    });
            assertThatThrownBy(() -> unbind.get(200, TimeUnit.MILLISECONDS))
                    .isInstanceOf(TimeoutException.class);
            assertThat(kernel.status(VF + "/driver")).isPresent();
            model.surroundings().close("0000:01:10.0");
            unbind.get(1, TimeUnit.MINUTES);
            assertThat(kernel.status(VF + "/driver")).isEmpty();
            kernel.write(VF + "/reset", "1");
            assertThat(model.surroundings().dirty("0000:01:10.0")).isFalse();
        }
    }

    @Test
    void shouldOpenViableGroupsOnly() throws KernelException {
        Machine machine =
                Machine.builder()
                        .nic(Nic.of(Machine.IGB0, NicModel.IGB).withoutAcs().withVfs(2))
                        .build();
        try (KernelModelProcess model = KernelModelProcess.start(machine)) {
            Kernel kernel = model.kernel();
            String group = kernel.readLink(VF + "/iommu_group").replaceAll(".*/", "");
            assertThat(kernel.list("/sys/kernel/iommu_groups/" + group + "/devices"))
                    .containsExactly("0000:01:00.0", "0000:01:10.0", "0000:01:10.2");
            kernel.write(VF + "/driver_override", "vfio-pci");
            kernel.write(VF + "/driver/unbind", "0000:01:10.0");
            kernel.loadModule("vfio-pci");
            assertThat(kernel.readLink(VF + "/driver")).endsWith("/vfio-pci");
            assertThatThrownBy(() -> model.surroundings().open("0000:01:10.0"))
                    .hasMessageContaining("EPERM");
        }
    }

    @Test
    void shouldBindWithoutAnIommuOnlyInTheUnsafeMode() throws KernelException {
        Machine machine =
                Machine.builder().nic(Nic.of(Machine.IGB0, NicModel.IGB)).withoutIommu().build();
        try (KernelModelProcess model = KernelModelProcess.start(machine)) {
            Kernel kernel = model.kernel();
            bindVfio(kernel);
            assertThat(kernel.status(VF + "/driver")).isEmpty();
            fails(Errno.EINVAL, () -> kernel.write(DRIVERS + "vfio-pci/bind", "0000:01:10.0"));
            kernel.write("/sys/module/vfio/parameters/enable_unsafe_noiommu_mode", "1");
            kernel.write(DRIVERS + "vfio-pci/bind", "0000:01:10.0");
            assertThat(kernel.list("/dev/vfio")).containsExactly("noiommu-0", "vfio");
            assertThat(kernel.read(VF + "/iommu_group/name")).isEqualTo("vfio-noiommu");
            kernel.write(DRIVERS + "vfio-pci/unbind", "0000:01:10.0");
            assertThat(kernel.list("/dev/vfio")).containsExactly("vfio");
            assertThat(kernel.status(VF + "/iommu_group")).isEmpty();
        }
    }

    @Test
    void shouldAllowOthersThanRootToLook() throws KernelException {
        Machine machine =
                Machine.builder()
                        .nic(Nic.of(Machine.IGB0, NicModel.IGB).withVfs(1))
                        .uid(1000)
                        .memlockBytes(65536)
                        .lockdown("integrity")
                        .build();
        try (KernelModelProcess model = KernelModelProcess.start(machine)) {
            Kernel kernel = model.kernel();
            assertThat(kernel.effectiveUid()).isEqualTo(1000);
            assertThat(kernel.memlockBytes()).isEqualTo(65536);
            assertThat(kernel.read(NUMVFS)).isEqualTo("1");
            fails(Errno.EACCES, () -> kernel.write(NUMVFS, "0"));
            fails(Errno.EACCES, () -> kernel.write(DRIVERS + "igbvf/unbind", "0000:01:10.0"));
            fails(Errno.EACCES, () -> kernel.makeDirectory("/mnt/here"));
            fails(Errno.EPERM, () -> kernel.mount("hugetlbfs", "/mnt", ""));
            fails(Errno.EPERM, () -> kernel.loadModule("vfio-pci"));
            fails(Errno.EPERM, () -> kernel.own("/dev", 1000, 1000, 0x1ff));
            assertThat(kernel.read("/sys/kernel/security/lockdown"))
                    .isEqualTo("none [integrity] confidentiality");
        }
    }

    @Test
    void shouldHaveRdmaAndRepresentors() throws KernelException {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.mlx5())) {
            Kernel kernel = model.kernel();
            PhysicalFunction pf = PhysicalFunction.of(kernel, PciAddress.parse("0000:03:00.0"));
            pf.numVfs(2, Duration.ofMinutes(1));
            assertThat(kernel.list("/sys/class/infiniband"))
                    .containsExactly("mlx5_0", "mlx5_1", "mlx5_2", "mlx5_3");
            assertThat(kernel.status("/dev/infiniband/uverbs2")).isPresent();
            assertThat(pf.representors()).isEmpty();
            pf.eswitchMode(EswitchMode.SWITCHDEV);
            model.settle();
            assertThat(pf.representors())
                    .isEqualTo(Map.of(0, "enp3s0f0npf0vf0", 1, "enp3s0f0npf0vf1"));
            assertThat(kernel.read("/sys/class/net/enp3s0f0npf0vf1/phys_port_name"))
                    .isEqualTo("pf0vf1");
            pf.eswitchMode(EswitchMode.LEGACY);
            assertThat(pf.representors()).isEmpty();
        }
    }

    @Test
    void shouldGiveNoMorePagesThanThereAre() throws KernelException {
        Machine machine = Machine.builder().memory(2, 100).build();
        try (KernelModelProcess model = KernelModelProcess.start(machine)) {
            Kernel kernel = model.kernel();
            String all = "/sys/kernel/mm/hugepages/hugepages-2048kB/";
            String second = "/sys/devices/system/node/node1/hugepages/hugepages-2048kB/";
            kernel.write(all + "nr_hugepages", "9");
            assertThat(kernel.read(second + "nr_hugepages")).isEqualTo("4");
            model.surroundings().usePages(2048, 1, 3);
            assertThat(kernel.read(all + "free_hugepages")).isEqualTo("6");
            // Those in use stay; nobody is told.
            kernel.write(second + "nr_hugepages", "0");
            assertThat(kernel.read(second + "nr_hugepages")).isEqualTo("3");
            kernel.write(second + "nr_hugepages", "1000");
            assertThat(kernel.read(second + "nr_hugepages")).isEqualTo("50");
        }
    }

    @Test
    void shouldForgetAllAtAReboot() throws KernelException {
        Machine machine =
                Machine.builder().nic(Nic.of(Machine.IGB0, NicModel.IGB).withVfs(1)).build();
        try (KernelModelProcess model = KernelModelProcess.start(machine)) {
            Kernel kernel = model.kernel();
            final String before = model.snapshot();
            final String boot = kernel.read("/proc/sys/kernel/random/boot_id");
            kernel.write(NUMVFS, "0");
            bindVfio(kernel);
            assertThat(model.snapshot()).isNotEqualTo(before);
            model.reboot();
            assertThat(model.snapshot()).isEqualTo(before);
            assertThat(kernel.read("/proc/sys/kernel/random/boot_id")).isNotEqualTo(boot);
        }
    }

    @Test
    void shouldSpreadManyVfsOverBuses() throws KernelException {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.wide())) {
            Kernel kernel = model.kernel();
            String pf = "/sys/bus/pci/devices/0000:20:00.0/";
            kernel.write(pf + "sriov_numvfs", "1024");
            assertThat(kernel.readLink(pf + "virtfn1023")).isEqualTo("../0000:24:00.7");
            assertThat(kernel.list("/sys/bus/pci/devices")).hasSize(1026);
        }
    }

    private static void bindVfio(Kernel kernel) throws KernelException {
        kernel.write(NUMVFS, "1");
        kernel.loadModule("vfio-pci");
        kernel.write(VF + "/driver/unbind", "0000:01:10.0");
        kernel.write(VF + "/driver_override", "vfio-pci");
        kernel.write("/sys/bus/pci/drivers_probe", "0000:01:10.0");
    }

    private static int writer(KernelModelProcess model) throws IOException, InterruptedException {
        Process process = Forked.java(Writer.class).option(model.option()).start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    /** Makes one VF, none, two. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] none) throws KernelException {
            Kernel kernel = Kernel.system();
            kernel.write(NUMVFS, "1");
            kernel.write(NUMVFS, "0");
            kernel.write(NUMVFS, "2");
        }
    }

    private static void fails(int errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        KernelException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }
}
