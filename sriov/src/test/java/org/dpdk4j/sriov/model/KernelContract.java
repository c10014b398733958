// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.FileStatus;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the product relies on in the kernel, and what could surprise it. Runs against the model and
 * against a real kernel with igb, so that the model can't drift away from what it stands for.
 */
abstract class KernelContract {
    private static final String BUS = "/sys/bus/pci/";
    private static final String PF = "0000:01:00.0";
    private static final String VF = "0000:01:10.0";
    private static final String PF_PATH = BUS + "devices/" + PF;
    private static final String VF_PATH = BUS + "devices/" + VF;
    private static final String NUMVFS = PF_PATH + "/sriov_numvfs";
    private static final String OVERRIDE = VF_PATH + "/driver_override";
    private static final String PROBE = BUS + "drivers_probe";
    private static final String PAGES = "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages";

    private Kernel kernel;

    /** A machine with the lab's NICs, where igbvf is loaded and vfio-pci can be. */
    abstract Kernel machine();

    /** Waits for what comes by and by. */
    abstract void settle();

    @BeforeEach
    void begin() throws KernelException {
        kernel = machine();
        kernel.loadModule("igbvf");
        kernel.loadModule("vfio-pci");
        kernel.write(NUMVFS, "0");
    }

    @AfterEach
    void end() throws KernelException {
        kernel.write(PF_PATH + "/sriov_drivers_autoprobe", "1");
        kernel.write(NUMVFS, "0");
        settle();
    }

    @Test
    void shouldTellOfDevicesInHexadecimal() throws KernelException {
        makeVf();
        assertThat(kernel.read(PF_PATH + "/vendor")).isEqualTo("0x8086");
        assertThat(kernel.read(PF_PATH + "/device")).isEqualTo("0x10c9");
        assertThat(kernel.read(PF_PATH + "/class")).isEqualTo("0x020000");
        assertThat(kernel.read(VF_PATH + "/device")).isEqualTo("0x10ca");
        assertThat(kernel.read(VF_PATH + "/irq")).isEqualTo("0");
        assertThat(kernel.read(PF_PATH + "/sriov_totalvfs")).isEqualTo("7");
        assertThat(kernel.read(PF_PATH + "/sriov_offset")).isEqualTo("128");
        assertThat(kernel.read(PF_PATH + "/sriov_stride")).isEqualTo("2");
        assertThat(kernel.read(PF_PATH + "/sriov_vf_device")).isEqualTo("10ca");
        assertThat(kernel.read(PF_PATH + "/current_link_speed")).endsWith("GT/s PCIe");
        assertThat(Integer.parseInt(kernel.read(PF_PATH + "/numa_node"))).isBetween(-1, 1);
        assertThat(kernel.read(VF_PATH + "/uevent").lines())
                .contains("DRIVER=igbvf", "PCI_ID=8086:10CA", "PCI_SLOT_NAME=" + VF);
    }

    @Test
    void shouldLinkDevicesRelatively() throws KernelException {
        makeVf();
        assertThat(kernel.readLink(BUS + "devices/" + PF))
                .startsWith("../../../devices/pci0000:00/0000:00:")
                .endsWith("/" + PF);
        assertThat(kernel.readLink(PF_PATH + "/driver"))
                .isEqualTo("../../../../bus/pci/drivers/igb");
        assertThat(kernel.readLink(PF_PATH + "/virtfn0")).isEqualTo("../" + VF);
        assertThat(kernel.readLink(VF_PATH + "/physfn")).isEqualTo("../" + PF);
        assertThat(kernel.readLink(PF_PATH + "/iommu_group"))
                .matches("\\Q../../../../kernel/iommu_groups/\\E\\d+");
        String group = kernel.readLink(VF_PATH + "/iommu_group").replaceAll(".*/", "");
        String members = "/sys/kernel/iommu_groups/" + group + "/devices";
        assertThat(kernel.list(members)).containsExactly(VF);
        assertThat(kernel.readLink(members + "/" + VF))
                .startsWith("../../../../devices/pci0000:00/")
                .endsWith("/" + VF);
        assertThat(kernel.readLink(BUS + "drivers/igbvf/" + VF))
                .startsWith("../../../../devices/pci0000:00/");
        assertThat(kernel.readLink(BUS + "drivers/igbvf/module"))
                .isEqualTo("../../../../module/igbvf");
        String netdev = kernel.list(PF_PATH + "/net").getFirst();
        assertThat(kernel.readLink("/sys/class/net/" + netdev))
                .startsWith("../../devices/pci0000:00/")
                .endsWith("/" + PF + "/net/" + netdev);
        assertThat(kernel.readLink("/sys/class/net/" + netdev + "/device"))
                .isEqualTo("../../../" + PF);
    }

    @Test
    void shouldCountVfsAsTheStoreFunctionDoes() throws KernelException {
        fails(Errno.ERANGE, () -> kernel.write(NUMVFS, "8"));
        for (String nonsense : List.of("abc", "-1", "70000", " 2", "2 ", "1.0", "0x")) {
            fails(Errno.EINVAL, () -> kernel.write(NUMVFS, nonsense));
        }
        kernel.write(NUMVFS, "0x2");
        assertThat(kernel.read(NUMVFS)).isEqualTo("2");
        kernel.write(NUMVFS, "2\n");
        fails(Errno.EBUSY, () -> kernel.write(NUMVFS, "1"));
        fails(Errno.EBUSY, () -> kernel.write(NUMVFS, "3"));
        fails(Errno.ERANGE, () -> kernel.write(NUMVFS, "8"));
        assertThat(kernel.read(NUMVFS)).isEqualTo("2");
        assertThat(kernel.status(PF_PATH + "/virtfn2")).isEmpty();
        kernel.write(NUMVFS, "0");
        assertThat(kernel.status(VF_PATH)).isEmpty();
        assertThat(kernel.list(PF_PATH)).doesNotContain("virtfn0", "virtfn1");
    }

    @Test
    void shouldWriteNothingWhereNothingIsWritten() throws KernelException {
        makeVf();
        assertThat(kernel.read(OVERRIDE)).isEqualTo("(null)");
        kernel.write(OVERRIDE, "vfio-pci");
        kernel.write(OVERRIDE, "");
        assertThat(kernel.read(OVERRIDE)).isEqualTo("vfio-pci");
        kernel.write(OVERRIDE, "\n");
        assertThat(kernel.read(OVERRIDE)).isEqualTo("(null)");
        fails(Errno.EINVAL, () -> kernel.write(OVERRIDE, "x".repeat(4095)));
    }

    @Test
    void shouldBindOnlyWhatMatchesAndIsFree() throws KernelException {
        makeVf();
        String igbvf = BUS + "drivers/igbvf/";
        fails(Errno.ENODEV, () -> kernel.write(igbvf + "unbind", PF));
        fails(Errno.EBUSY, () -> kernel.write(igbvf + "bind", VF));
        kernel.write(igbvf + "unbind", VF + "\n");
        assertThat(kernel.status(VF_PATH + "/driver")).isEmpty();
        assertThat(kernel.status(VF_PATH + "/net")).isEmpty();
        fails(Errno.ENODEV, () -> kernel.write(igbvf + "unbind", VF));
        fails(Errno.ENODEV, () -> kernel.write(igbvf + "bind", PF));
        fails(Errno.ENODEV, () -> kernel.write(igbvf + "bind", "0000:01:1f.7"));
        fails(Errno.ENODEV, () -> kernel.write(BUS + "drivers/vfio-pci/bind", VF));
        kernel.write(igbvf + "bind", VF);
        assertThat(kernel.list(VF_PATH + "/net")).hasSize(1);
    }

    @Test
    void shouldNotSayWhetherAProbeFoundADriver() throws KernelException {
        makeVf();
        kernel.write(BUS + "drivers/igbvf/unbind", VF);
        kernel.write(OVERRIDE, "no-such-driver");
        kernel.write(PROBE, VF);
        assertThat(kernel.status(VF_PATH + "/driver")).isEmpty();
        fails(Errno.ENODEV, () -> kernel.write(BUS + "drivers/igbvf/bind", VF));
        fails(Errno.ENODEV, () -> kernel.write(PROBE, "nonsense"));
        // One that has a driver keeps it.
        kernel.write(PROBE, PF);
        assertThat(kernel.readLink(PF_PATH + "/driver")).endsWith("/igb");
    }

    @Test
    void shouldGiveNoInodeNumberTwice() throws KernelException {
        makeVf();
        long first = inode(PF_PATH + "/virtfn0");
        assertThat(inode(PF_PATH + "/virtfn0")).isEqualTo(first);
        kernel.write(PF_PATH + "/sriov_numvfs", "0");
        makeVf();
        assertThat(inode(PF_PATH + "/virtfn0")).isNotEqualTo(first);
    }

    private long inode(String path) throws KernelException {
        return kernel.status(path).orElseThrow().inode();
    }

    private void hasStatus(String path, FileStatus.Type type, int mode, int uid, int gid)
            throws KernelException {
        FileStatus status = kernel.status(path).orElseThrow();
        assertThat(status).isEqualTo(new FileStatus(type, mode, uid, gid, status.inode()));
    }

    @Test
    void shouldShowAGroupsNodeWhileVfioHasIt() throws KernelException {
        makeVf();
        String group = kernel.readLink(VF_PATH + "/iommu_group").replaceAll(".*/", "");
        bindVfio();
        assertThat(kernel.readLink(VF_PATH + "/driver")).endsWith("/vfio-pci");
        hasStatus("/dev/vfio/" + group, FileStatus.Type.CHARACTER_DEVICE, 0x180, 0, 0);
        assertThat(kernel.status("/dev/vfio/vfio").orElseThrow().mode()).isEqualTo(0x1b6);
        fails(Errno.EBUSY, () -> kernel.write(BUS + "drivers/vfio-pci/bind", VF));
        kernel.own("/dev/vfio/" + group, 1000, 1000, 0x1b0);
        hasStatus("/dev/vfio/" + group, FileStatus.Type.CHARACTER_DEVICE, 0x1b0, 1000, 1000);
        kernel.write(BUS + "drivers/vfio-pci/unbind", VF);
        assertThat(kernel.status("/dev/vfio/" + group)).isEmpty();
    }

    @Test
    void shouldAddIdsOnceAndTakeFreeDevices() throws KernelException {
        makeVf();
        String vfio = BUS + "drivers/vfio-pci/";
        kernel.write(BUS + "drivers/igbvf/unbind", VF);
        kernel.write(vfio + "new_id", "8086 10ca");
        try {
            assertThat(kernel.readLink(VF_PATH + "/driver")).endsWith("/vfio-pci");
            fails(Errno.EEXIST, () -> kernel.write(vfio + "new_id", "8086 10ca"));
            fails(Errno.EINVAL, () -> kernel.write(vfio + "new_id", "8086"));
            fails(Errno.EEXIST, () -> kernel.write(BUS + "drivers/igbvf/new_id", "8086 10ca"));
        } finally {
            kernel.write(vfio + "remove_id", "8086 10ca");
        }
        fails(Errno.ENODEV, () -> kernel.write(vfio + "remove_id", "8086 10ca"));
    }

    @Test
    void shouldProbeVfsOnlyIfAllowedOrOverridden() throws KernelException {
        fails(Errno.EINVAL, () -> kernel.write(PF_PATH + "/sriov_drivers_autoprobe", "maybe"));
        kernel.write(PF_PATH + "/sriov_drivers_autoprobe", "0");
        assertThat(kernel.read(PF_PATH + "/sriov_drivers_autoprobe")).isEqualTo("0");
        kernel.write(NUMVFS, "1");
        assertThat(kernel.status(VF_PATH + "/driver")).isEmpty();
        kernel.write(PROBE, VF);
        assertThat(kernel.status(VF_PATH + "/driver")).isEmpty();
        fails(Errno.ENODEV, () -> kernel.write(BUS + "drivers/igbvf/bind", VF));
        kernel.write(OVERRIDE, "igbvf");
        kernel.write(PROBE, VF);
        assertThat(kernel.readLink(VF_PATH + "/driver")).endsWith("/igbvf");
    }

    @Test
    void shouldResetWhatIsAskedWithOne() throws KernelException {
        makeVf();
        fails(Errno.EINVAL, () -> kernel.write(VF_PATH + "/reset", "2"));
        fails(Errno.EINVAL, () -> kernel.write(VF_PATH + "/reset", "x"));
        fails(Errno.EACCES, () -> kernel.read(VF_PATH + "/reset"));
        bindVfio();
        kernel.write(VF_PATH + "/reset", "1");
    }

    @Test
    void shouldTakeTheVfsAlongWhenThePfLosesItsDriver() throws KernelException {
        makeVf();
        kernel.write(BUS + "drivers/igb/unbind", PF);
        try {
            assertThat(kernel.status(VF_PATH)).isEmpty();
            assertThat(kernel.read(NUMVFS)).isEqualTo("0");
            fails(Errno.ENOENT, () -> kernel.write(NUMVFS, "1"));
            kernel.write(NUMVFS, "0");
        } finally {
            kernel.write(BUS + "drivers/igb/bind", PF);
        }
    }

    @Test
    void shouldKeepToThePermissionsOfSysfsEvenForRoot() {
        fails(Errno.EACCES, () -> kernel.write(PF_PATH + "/vendor", "0x1234"));
        fails(Errno.EACCES, () -> kernel.read(BUS + "drivers/igb/bind"));
        fails(Errno.ENOENT, () -> kernel.write(PF_PATH + "/nothing", "1"));
        fails(Errno.EISDIR, () -> kernel.write(PF_PATH, "1"));
        fails(Errno.EISDIR, () -> kernel.read(PF_PATH));
        fails(Errno.ENOTDIR, () -> kernel.read(PF_PATH + "/vendor/more"));
        fails(Errno.ENOTDIR, () -> kernel.list(PF_PATH + "/vendor"));
        fails(Errno.EINVAL, () -> kernel.readLink(PF_PATH + "/vendor"));
        fails(Errno.EPERM, () -> kernel.makeDirectory("/sys/made"));
        fails(Errno.EPERM, () -> kernel.removeDirectory("/sys/class"));
        fails(Errno.ENOENT, () -> kernel.makeDirectory("/proc/made"));
    }

    @Test
    void shouldTellOfNetdevs() throws KernelException {
        String netdev = "/sys/class/net/" + kernel.list(PF_PATH + "/net").getFirst();
        assertThat(kernel.read(netdev + "/address")).matches("([0-9a-f]{2}:){5}[0-9a-f]{2}");
        assertThat(kernel.read(netdev + "/mtu")).isEqualTo("1500");
        assertThat(kernel.read(netdev + "/type")).isEqualTo("1");
        assertThat(kernel.read(netdev + "/uevent")).contains("INTERFACE=");
        fails(Errno.EOPNOTSUPP, () -> kernel.read(netdev + "/phys_port_name"));
        fails(Errno.EOPNOTSUPP, () -> kernel.read(netdev + "/phys_switch_id"));
        fails(Errno.EINVAL, () -> kernel.write(netdev + "/mtu", "100000"));
        fails(Errno.EINVAL, () -> kernel.write(netdev + "/mtu", "10"));
    }

    @Test
    void shouldRenameNewNetdevsByAndBy() throws KernelException {
        makeVf();
        settle();
        List<String> first = kernel.list(VF_PATH + "/net");
        kernel.write(BUS + "drivers/igbvf/unbind", VF);
        kernel.write(BUS + "drivers/igbvf/bind", VF);
        settle();
        assertThat(kernel.list(VF_PATH + "/net")).isEqualTo(first);
    }

    @Test
    void shouldReserveHugepages() throws KernelException {
        final String before = kernel.read(PAGES);
        for (String nonsense : List.of("x", "-1", " 7")) {
            fails(Errno.EINVAL, () -> kernel.write(PAGES, nonsense));
        }
        long more = Long.parseLong(before) + 2;
        kernel.write(PAGES, Long.toString(more));
        assertThat(kernel.read(PAGES)).isEqualTo(Long.toString(more));
        kernel.write(PAGES, before);
        assertThat(kernel.read(PAGES)).isEqualTo(before);
        assertThat(kernel.list("/sys/devices/system/node/node0/hugepages"))
                .contains("hugepages-2048kB");
    }

    @Test
    void shouldMountHugetlbfs() throws KernelException {
        String path = "/mnt/dpdk4j-contract";
        fails(Errno.ENOENT, () -> kernel.mount("hugetlbfs", path, ""));
        kernel.makeDirectory(path);
        try {
            fails(Errno.EEXIST, () -> kernel.makeDirectory(path));
            fails(Errno.EINVAL, () -> kernel.mount("hugetlbfs", path, "pagesize=3M"));
            fails(Errno.EINVAL, () -> kernel.mount("hugetlbfs", path, "color=3"));
            fails(Errno.ENODEV, () -> kernel.mount("no-such-fs", path, ""));
            fails(Errno.EINVAL, () -> kernel.unmount(path));
            kernel.mount("hugetlbfs", path, "uid=1000,gid=1001,mode=0770,pagesize=2M");
            assertThat(kernel.read("/proc/mounts").lines())
                    .contains(
                            "hugetlbfs "
                                    + path
                                    + " hugetlbfs rw,relatime,uid=1000,gid=1001,mode=770"
                                    + ",pagesize=2M 0 0");
            hasStatus(path, FileStatus.Type.DIRECTORY, 0x1f8, 1000, 1001);
            kernel.mount("hugetlbfs", path, "mode=1777");
            assertThat(kernel.read("/proc/mounts").lines().filter(line -> line.contains(path)))
                    .hasSize(2)
                    .last()
                    .asString()
                    .contains("rw,relatime,mode=1777,pagesize=2M");
            fails(Errno.EBUSY, () -> kernel.removeDirectory(path));
            kernel.unmount(path);
            kernel.unmount(path);
            fails(Errno.EINVAL, () -> kernel.unmount(path));
        } finally {
            kernel.removeDirectory(path);
        }
        assertThat(kernel.status(path)).isEmpty();
    }

    @Test
    void shouldFindModulesByEitherSpelling() throws KernelException {
        kernel.loadModule("vfio_pci");
        kernel.loadModule("vfio-pci");
        assertThat(kernel.status("/sys/module/vfio_pci")).isPresent();
        fails(Errno.ENOENT, () -> kernel.loadModule("no_such_module"));
        fails(Errno.EINVAL, () -> kernel.loadModule("../vfio"));
    }

    private void makeVf() throws KernelException {
        kernel.write(NUMVFS, "1");
    }

    private void bindVfio() throws KernelException {
        kernel.write(BUS + "drivers/igbvf/unbind", VF);
        kernel.write(OVERRIDE, "vfio-pci");
        kernel.write(PROBE, VF);
    }

    static void fails(int errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        KernelException.class,
                        e -> assertThat(e.errnoName()).isEqualTo(Errno.name(errno)));
    }
}
