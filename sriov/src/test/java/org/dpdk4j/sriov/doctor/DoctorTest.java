// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.binding.DriverBinding;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.doctor.Finding.Level;
import org.dpdk4j.sriov.hugepages.HugepagePool;
import org.dpdk4j.sriov.hugepages.Hugepages;
import org.dpdk4j.sriov.kernel.FileStatus;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.model.KernelModelProcess;
import org.dpdk4j.sriov.model.KernelView;
import org.dpdk4j.sriov.model.Machine;
import org.dpdk4j.sriov.model.Nic;
import org.dpdk4j.sriov.model.NicModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DoctorTest {
    private static final long MIB = 1 << 20;

    private KernelModelProcess model;
    private Kernel kernel;

    private void boot(Machine.Builder machine) {
        model = KernelModelProcess.start(machine.build());
        model.settle();
        kernel = model.kernel();
    }

    @AfterEach
    void end() {
        model.close();
    }

    private static Machine.Builder igb() {
        return Machine.builder().nic(Nic.of(Machine.IGB0, NicModel.IGB));
    }

    private void finds(Level level, String subject, String what) {
        assertThat(Doctor.of(kernel).findings())
                .anySatisfy(finding -> {
                    assertThat(finding.level()).isEqualTo(level);
                    assertThat(finding.subject()).isEqualTo(subject);
                    assertThat(finding.what()).contains(what);
                    assertThat(finding.why().isEmpty()).isEqualTo(level == Level.OK);
                    assertThat(finding.remedy().isEmpty()).isEqualTo(level == Level.OK);
                });
    }

    @Test
    void shouldFindNothingWrongWithAGoodMachine() {
        boot(
                Machine.builder()
                        .nic(Nic.of(Machine.IGB0, NicModel.IGB).withVfs(2))
                        .loaded("vfio_pci")
                        .loaded("uio_pci_generic"));
        Hugepages hugepages = Hugepages.of(kernel);
        for (HugepagePool pool : hugepages.pools()) {
            hugepages.reserve(pool.sizeBytes(), pool.node(), 2);
        }
        hugepages.mount("/dev/hugepages", 2 * MIB, 0, 0, 0755);
        assertThat(Doctor.of(kernel).findings())
                .filteredOn(finding -> finding.level() == Level.FAIL)
                .isEmpty();
        finds(Level.OK, "root", "this is root");
        finds(Level.OK, "iommu", "it is on");
        finds(Level.OK, "iommu groups", "no network device shares one");
        finds(Level.OK, "modules", "vfio-pci is loaded");
        finds(Level.OK, "modules", "uio_pci_generic is loaded");
        finds(Level.OK, "no-iommu", "VFIO insists on an IOMMU");
        finds(Level.OK, "lockdown", "not locked down");
        finds(Level.OK, "hugepages", "1 GiB pages on node 1: 2 of 2 free");
        finds(Level.OK, "hugepages", "mounted at /dev/hugepages");
        finds(Level.OK, "memlock", "no limit");
        finds(Level.OK, "sr-iov", "0000:01:00.0 (enp1s0, igb) has 2 of 7 virtual functions");
        finds(Level.OK, "devices", "0000:01:10.2 (enp1s0v1, igbvf) is free to be bound");
    }

    @Test
    void shouldSayWhyThereIsNoIommu() {
        boot(igb().withoutIommu());
        finds(Level.FAIL, "iommu", "there is none");
        model.close();
        boot(igb().withoutIommu());
        kernel = with("/sys/firmware/acpi/tables/DMAR", "");
        finds(Level.FAIL, "iommu", "it is off");
        assertThat(remedy("iommu")).contains("intel_iommu=on");
        kernel = with("/proc/cmdline", "quiet intel_iommu=on,sm_off iommu=off");
        assertThat(remedy("iommu")).contains("Take iommu=off");
        kernel = with("/sys/firmware/acpi/tables/IVRS", "");
        assertThat(remedy("iommu")).contains("dmesg");
    }

    private String remedy(String subject) {
        return Doctor.of(kernel).findings().stream()
                .filter(finding -> finding.subject().equals(subject))
                .findFirst()
                .orElseThrow()
                .remedy();
    }

    /** The model's kernel with one more file. */
    private Kernel with(String file, String text) {
        return new KernelView(model.kernel()) {
            @Override
            public String read(String path) throws KernelException {
                return path.equals(file) ? text : super.read(path);
            }

            @Override
            public Optional<FileStatus> status(String path) throws KernelException {
                return path.equals(file)
                        ? Optional.of(new FileStatus(FileStatus.Type.FILE, 0444, 0, 0, 1))
                        : super.status(path);
            }
        };
    }

    @Test
    void shouldNameSharedGroups() {
        boot(
                Machine.builder()
                        .nic(Nic.of("0000:04:00.0", NicModel.E1000E).inGroup("port0"))
                        .nic(Nic.of("0000:05:00.0", NicModel.E1000E).inGroup("port0")));
        finds(Level.WARN, "iommu groups", "0000:04:00.0 shares group");
        finds(Level.WARN, "iommu groups", "0000:05:00.0 shares group");
        finds(Level.WARN, "sr-iov", "no network device has it");
    }

    @Test
    void shouldTellModulesThatAreMissing() {
        boot(igb());
        finds(Level.WARN, "modules", "vfio-pci is not loaded");
        kernel = with("/lib/modules/6.12.0-model/modules.dep", "kernel/net/veth.ko.xz:\n");
        finds(Level.FAIL, "modules", "this kernel has no vfio-pci");
        String dep = "kernel/drivers/vfio/pci/vfio-pci.ko.xz: kernel/drivers/vfio/vfio.ko.xz\n";
        kernel = with("/lib/modules/6.12.0-model/modules.dep", dep);
        finds(Level.OK, "modules", "vfio-pci can be loaded");
        kernel = with("/lib/modules/6.12.0-model/modules.builtin", "kernel/x/vfio_pci.ko\n");
        finds(Level.OK, "modules", "vfio-pci can be loaded");
    }

    @Test
    void shouldWarnOfUnsafeNoIommu() throws KernelException {
        boot(igb().withoutIommu().loaded("vfio_pci"));
        kernel.write("/sys/module/vfio/parameters/enable_unsafe_noiommu_mode", "Y");
        finds(Level.WARN, "no-iommu", "VFIO may do without an IOMMU");
    }

    @Test
    void shouldTellWhatLockdownLeaves() {
        boot(igb().lockdown("integrity"));
        finds(Level.WARN, "lockdown", "locked down (integrity)");
        model.close();
        boot(igb().lockdown("confidentiality").withoutIommu());
        finds(Level.FAIL, "lockdown", "locked down (confidentiality)");
    }

    @Test
    void shouldTellHugepagesThatAreMissing() {
        boot(Machine.builder().nic(Nic.of(Machine.IGB0, NicModel.IGB).onNode(1)));
        finds(Level.FAIL, "hugepages", "none are reserved");
        Hugepages.of(kernel).reserve(2 * MIB, 0, 4);
        finds(Level.OK, "hugepages", "2 MiB pages on node 0: 4 of 4 free");
        finds(Level.WARN, "hugepages", "none on node 1, where a NIC is");
        finds(Level.WARN, "hugepages", "hugetlbfs is not mounted");
        model.surroundings().usePages(2048, 0, 4);
        finds(Level.WARN, "hugepages", "2 MiB pages on node 0: 0 of 4 free");
    }

    @Test
    void shouldTellASmallMemlockAndWhoIsNotRoot() {
        boot(igb().memlockBytes(8 * MIB).uid(1000));
        finds(Level.WARN, "memlock", "only 8 MiB");
        finds(Level.WARN, "root", "this is not root");
    }

    @Test
    void shouldTellOfVfsWithoutDriverAndNarrowLinks() throws KernelException {
        boot(igb());
        finds(Level.WARN, "pcie link", "has 8 GT/s x8, capable of 16 GT/s x16");
        kernel.write("/sys/bus/pci/devices/0000:01:00.0/sriov_drivers_autoprobe", "0");
        finds(Level.WARN, "sr-iov", "gives its virtual functions no driver");
        kernel = with("/sys/bus/pci/devices/0000:01:00.0/sriov_totalvfs", "0");
        finds(Level.WARN, "sr-iov", "offers no virtual functions");
        kernel = with("/sys/bus/pci/devices/0000:01:00.0/max_link_width", "8");
        kernel = with("/sys/bus/pci/devices/0000:01:00.0/max_link_speed", "8.0 GT/s PCIe");
        finds(Level.WARN, "pcie link", "capable of 8 GT/s x16");
    }

    @Test
    void shouldTellWhoHasTheDevices() {
        boot(
                Machine.builder()
                        .nic(Nic.of(Machine.IGB0, NicModel.IGB).withVfs(1))
                        .nic(Nic.of("0000:03:00.0", NicModel.MLX5)));
        model.surroundings().address("enp1s0", "192.0.2.1/24");
        DriverBinding.of(kernel)
                .bind(PciAddress.parse("0000:01:10.0"), UserspaceDriver.VFIO_PCI, false);
        finds(Level.WARN, "devices", "0000:01:00.0 (enp1s0, igb) is in use by the kernel");
        finds(Level.OK, "devices", "0000:01:10.0 (vfio-pci) is a program's");
        finds(Level.OK, "devices", "stays with the kernel while DPDK uses it");
    }

    @Test
    void shouldLookForDocker() {
        boot(igb());
        finds(Level.WARN, "docker", "no socket at /run/docker.sock");
        kernel = with("/run/docker.sock", "");
        finds(Level.OK, "docker", "/run/docker.sock");
    }

    @Test
    void shouldReportWhatItCannotLookAt() {
        boot(igb());
        model.faults().failMatching("(?i)list .*iommu_groups", 13, 1000);
        List<Finding> findings = Doctor.of(kernel).findings();
        assertThat(findings)
                .anyMatch(finding ->
                        finding.subject().equals("iommu")
                                && finding.what().equals("could not be looked at"));
        assertThat(findings).anyMatch(finding -> finding.subject().equals("docker"));
    }
}
