// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is detected in surroundings that are made up. */
class SurroundingsTest {
    private MadeUpSystem system;

    @BeforeEach
    void makeALaptop(@TempDir Path root) throws IOException {
        system = new MadeUpSystem(root);
        system.file("proc/self/status", "Name:\tjava\nCpus_allowed_list:\t0-3\n");
        system.file("proc/meminfo", "MemTotal: 9 kB\nHugePages_Free: 0\nHugepagesize: 2048 kB\n");
        system.file("proc/self/mounts", "proc /proc proc rw 0 0\n");
        system.file("proc/self/cgroup", "0::/user.slice\n");
    }

    private List<String> detected(String... given) {
        return EalBuilder.detected(EalOptions.parse(List.of(given)), system.surroundings());
    }

    @Test
    void shouldNeedNeitherHugepagesNorNicOnALaptop() {
        assertThat(detected())
                .startsWith("-l", "0-3", "--no-huge", "-m", "192", "--no-pci", "--file-prefix")
                .doesNotContain("--iova-mode");
    }

    @Test
    void shouldUseHugepagesWhereThereAre() throws IOException {
        system.file(
                "proc/meminfo",
                "HugePages_Total: 600\nHugePages_Free: 512\nHugepagesize: 2048 kB\n");
        assertThat(system.surroundings().hugepages().totalBytes()).isEqualTo(600L << 21);
        assertThat(detected()).contains("--in-memory").doesNotContain("--no-huge", "-m");
        system.directory("dev/hugepages");
        system.file("proc/self/mounts", "hugetlbfs /dev/hugepages hugetlbfs rw 0 0\n");
        assertThat(detected())
                .contains("--file-prefix")
                .doesNotContain("--no-huge", "--in-memory", "-m");
    }

    @Test
    void shouldCountAsFreeWhatKilledProcessesLeftInTheHugetlbfs() throws Exception {
        system.file(
                "proc/meminfo", "HugePages_Total: 97\nHugePages_Free: 94\nHugepagesize: 2048 kB\n");
        system.file(
                "proc/self/mounts",
                """
                hugetlbfs /large hugetlbfs rw,pagesize=1024M 0 0
                hugetlbfs /usual hugetlbfs rw,pagesize=2M 0 0
                """);
        system.directory("large");
        Path directory = system.directory("usual");
        assertThat(detected()).as("two too few").contains("--no-huge");
        Path used = hugepageFile(directory.resolve("dpdk4j_1map_0"));
        hugepageFile(directory.resolve("rtemap_65"));
        hugepageFile(directory.resolve("somebody else's"));
        Process user = new ProcessBuilder("flock", "--no-fork", "-s", "" + used, "cat").start();
        try {
            // It says that it is there by what it is told.
            user.outputWriter().append("locked\n").flush();
            assertThat(user.inputReader().readLine()).isEqualTo("locked");
            assertThat(detected()).as("one of two is in use").contains("--no-huge");
        } finally {
            user.destroy();
            user.waitFor();
        }
        assertThat(detected())
                .as("nobody uses them")
                .contains("--file-prefix")
                .doesNotContain("--no-huge", "--in-memory");
        assertThat(detected("--huge-unlink=never")).as("EAL removes none").contains("--no-huge");
        system.file("proc/self/cgroup", "0::/pod\n");
        system.file("sys/fs/cgroup/pod/hugetlb.2MB.max", "201326592\n");
        system.file("sys/fs/cgroup/pod/hugetlb.2MB.current", "4194304\n");
        assertThat(detected()).as("counted against the pod").doesNotContain("--no-huge");
        system.file("sys/fs/cgroup/pod/hugetlb.2MB.current", "6291456\n");
        assertThat(detected()).as("others in the pod use some").contains("--no-huge");
        system.file(
                "proc/meminfo", "HugePages_Total: 95\nHugePages_Free: 94\nHugepagesize: 2048 kB\n");
        system.file("proc/self/cgroup", "0::/\n");
        assertThat(detected()).as("no more than are used can come back").contains("--no-huge");
    }

    private static Path hugepageFile(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(2 << 20);
        }
        return path;
    }

    @Test
    void shouldLeaveHugepagesToContainersThatMayPlaceMemory() throws IOException {
        system.file("proc/meminfo", "HugePages_Free: 512\nHugepagesize: 2048 kB\n");
        String status = "Cpus_allowed_list:\t0\nCapEff:\t00000000%s80425fb\nSeccomp:\t%d\n";
        system.file("proc/self/status", status.formatted("a", 2));
        assertThat(detected()).as("no container").contains("--in-memory");
        system.file(".dockerenv", "");
        assertThat(detected()).contains("--no-huge", "-m").doesNotContain("--in-memory");
        assertThat(detected("--in-memory")).as("as was asked for").doesNotContain("--no-huge");
        system.file("proc/self/status", status.formatted("a", 0));
        assertThat(detected()).as("not filtered").contains("--in-memory");
        system.file("proc/self/status", status.replace("80425fb", "8c425fb").formatted("a", 2));
        assertThat(detected()).as("with SYS_NICE").contains("--in-memory");
    }

    @Test
    void shouldLeaveHugepagesThatItsControlGroupsForbid() throws IOException {
        system.file("proc/meminfo", "HugePages_Free: 512\nHugepagesize: 2048 kB\n");
        system.file("proc/self/cgroup", "0::/pods/one\n");
        String limit = "sys/fs/cgroup/pods/hugetlb.2MB";
        system.file(limit + ".max", "max\n");
        assertThat(detected()).as("no limit").contains("--in-memory");
        system.file(limit + ".max", "0\n");
        assertThat(detected()).as("none for these pods").contains("--no-huge", "-m");
        system.file(limit + ".max", "1073741824\n");
        system.file(limit + ".current", "1071644672\n");
        assertThat(detected()).as("nearly all taken").contains("--no-huge", "-m");
        system.file(limit + ".current", "0\n");
        assertThat(detected()).as("enough left").contains("--in-memory");
        system.file("sys/fs/cgroup/pods/one/hugetlb.2MB.rsvd.max", "0\n");
        assertThat(detected()).as("none to be reserved").contains("--no-huge", "-m");
        system.file("proc/self/cgroup", "0::/../elsewhere\n");
        assertThat(detected()).as("a group that can't be seen").contains("--in-memory");
    }

    @Test
    void shouldTakeNoHugepagesThatTheFirstVersionOfControlGroupsForbids() throws IOException {
        system.file("proc/meminfo", "HugePages_Free: 512\nHugepagesize: 2048 kB\n");
        system.file("proc/self/cgroup", "9:memory:/pods/one\n8:pids,hugetlb:/pods/one\n0::/init\n");
        String limit = "sys/fs/cgroup/hugetlb/pods/hugetlb.2MB";
        system.file("sys/fs/cgroup/hugetlb/hugetlb.2MB.limit_in_bytes", "9223372036852678656\n");
        system.file(limit + ".limit_in_bytes", "1073741824\n");
        system.file(limit + ".usage_in_bytes", "0\n");
        assertThat(detected()).contains("--in-memory");
        system.file(limit + ".usage_in_bytes", "1073741824\n");
        assertThat(detected()).contains("--no-huge");
    }

    @Test
    void shouldFindDevicesBoundForUserspace() throws IOException {
        system.file("sys/bus/pci/drivers/vfio-pci/bind", "");
        assertThat(detected()).contains("--no-pci");
        system.directory("sys/bus/pci/drivers/vfio-pci/0000:01:10.0");
        assertThat(detected()).doesNotContain("--no-pci");
    }

    @Test
    void shouldUseTheDevicesThatTheContainerWasGivenAndNoOther() throws IOException {
        system.bind("0000:01:10.0", "vfio-pci");
        system.bind("0000:01:10.2", "vfio-pci");
        system.bind("0000:01:10.4", "igbvf");
        system.file(".dockerenv", "");
        system.file(
                "run/dpdk4j/netinfo.json",
                """
                {"version": 1, "later": [1.5, true, null, {"x": {}}],
                 "devices": [
                   {"network": "mynet", "pciAddress": "0000:01:10.2", "driver": "vfio-pci",
                    "macAddress": "02:00:00:00:00:07", "addresses": ["40.0.0.2/24"],
                    "gateways": ["40.0.0.1"], "vlan": 7, "mtu": 1500, "numaNode": 0},
                   {"network": "plain", "pciAddress": "0000:01:10.4", "interface": "eth1"}],
                 "hugepages": {"directory": "/dev/hugepages"}}
                """);
        assertThat(detected())
                .containsSequence("--allow", "0000:01:10.2", "--iova-mode", "va")
                .containsOnlyOnce("--allow")
                .doesNotContain("--no-pci");
        NetInfo info = NetInfo.find(system.root(), system.environment()).orElseThrow();
        assertThat(info.hugepageDirectory()).contains("/dev/hugepages");
        NetInfo.Device device = info.devices().getFirst();
        assertThat(device.network()).isEqualTo("mynet");
        assertThat(device.macAddress()).contains(MacAddress.parse("02:00:00:00:00:07"));
        assertThat(device.addresses()).containsExactly("40.0.0.2/24");
        assertThat(device.gateways()).containsExactly("40.0.0.1");
        assertThat(device.vlan()).hasValue(7);
        assertThat(info.devices().getLast().networkInterface()).contains("eth1");
        assertThat(detected("-a", "0000:01:10.0")).doesNotContain("--allow", "--no-pci");
    }

    @Test
    void shouldScanNothingWhereTheContainerWasGivenNothingForUserspace() throws IOException {
        system.bind("0000:01:10.0", "vfio-pci");
        system.file("run/dpdk4j/netinfo.json", "{\"version\": 1}");
        assertThat(detected()).contains("--no-pci");
    }

    @Test
    void shouldUsePhysicalAddressesWithUio() throws IOException {
        system.bind("0000:01:10.0", "uio_pci_generic");
        system.file(".dockerenv", "");
        system.environment().put("PCIDEVICE_INTEL_COM_VF", "0000:01:10.0");
        assertThat(detected()).containsSequence("--allow", "0000:01:10.0", "--iova-mode", "pa");
    }

    @Test
    void shouldUsePhysicalAddressesWhereVfioHasNoIommu() throws IOException {
        system.bind("0000:01:10.0", "vfio-pci");
        system.file(".dockerenv", "");
        system.environment().put("PCIDEVICE_INTEL_COM_VF", "0000:01:10.0");
        String parameter = "sys/module/vfio/parameters/enable_unsafe_noiommu_mode";
        system.file(parameter, "N\n");
        assertThat(detected()).containsSequence("--iova-mode", "va");
        system.file(parameter, "Y\n");
        assertThat(detected()).containsSequence("--iova-mode", "pa");
    }

    @Test
    void shouldLookAtTheDevicesThatAreNamed() throws IOException {
        system.bind("0000:01:10.0", "igb_uio");
        system.bind("0000:01:10.2", "vfio-pci");
        system.file(".dockerenv", "");
        assertThat(detected("--allow=01:10.0,key=1")).containsSequence("--iova-mode", "pa");
        assertThat(detected("-a", "0000:01:10.2")).containsSequence("--iova-mode", "va");
        assertThat(detected()).as("nobody's").containsSequence("--iova-mode", "va");
    }

    @Test
    void shouldReadTheVariablesOfKubernetesDevicePlugin() throws IOException {
        system.environment().put("PCIDEVICE_INTEL_COM_VF", "0000:01:10.0,0000:01:10.2");
        system.environment().put("PCIDEVICE_INTEL_COM_VF_INFO", "{}");
        system.bind("0000:01:10.0", "vfio-pci");
        system.bind("0000:01:10.2", "vfio-pci");
        assertThat(detected())
                .containsSequence("--allow", "0000:01:10.0", "--allow", "0000:01:10.2");
        system.environment().put("PCIDEVICE_INTEL_COM_VF", "0000:01:10.0,;reboot");
        assertThatThrownBy(this::detected).hasMessageContaining("no PCI address: \";reboot\"");
    }

    @Test
    void shouldSayWhatIsWrongWithTheFile() throws IOException {
        String[][] wrong = {
            {"", "not one JSON object"},
            {"[1]", "not one JSON object"},
            {"{} {}", "not one JSON object"},
            {"{\"version\": 2}", "version is 2"},
            {"{\"version\": 99999999999999}", "field \"version\" has the wrong type"},
            {"{\"version\": 1, \"devices\": {}}", "field \"devices\" has the wrong type"},
            {"{\"version\": 1, \"devices\": [{}]}", "no pciAddress"},
            {"{\"version\": 1, \"devices\": [{\"pciAddress\": \"../x\"}]}", "no PCI address"},
            {"{\"version\": 1, \"version\": 1}", "Duplicate"},
            {"{\"version\"", "Unexpected end"},
        };
        for (String[] text : wrong) {
            system.file("run/dpdk4j/netinfo.json", text[0]);
            assertThatThrownBy(this::detected)
                    .as(text[0])
                    .isInstanceOf(DpdkException.class)
                    .hasMessageContaining(text[1]);
        }
        system.environment().put(NetInfo.VARIABLE, "/nowhere");
        assertThatThrownBy(this::detected).hasMessageContaining("nowhere");
    }

    @Test
    void shouldUseVirtualAddressesInAContainer() throws IOException {
        system.file(".dockerenv", "");
        assertThat(detected()).containsSequence("--iova-mode", "va");
    }

    @Test
    void shouldLeaveToTheCallerWhatTheCallerDecided() {
        assertThat(
                        detected(
                                "--lcores=1@2",
                                "--in-memory",
                                "--file-prefix",
                                "mine",
                                "--iova-mode=pa",
                                "-a",
                                "0000:01:10.0"))
                .isEmpty();
        assertThat(detected("-c3")).doesNotContain("-l");
        assertThat(detected("--no-huge")).containsSequence("-m", "192").doesNotContain("--no-huge");
        assertThat(detected("--no-huge", "-m64")).doesNotContain("-m");
    }

    @Test
    void shouldMapLcoresToCpusWhoseNumbersAreTooHigh() throws IOException {
        system.file("proc/self/status", "Cpus_allowed_list:\t128-129\n");
        assertThat(detected()).startsWith("--lcores", "0@128,1@129");
    }

    @Test
    void shouldNeverClashWithItself() {
        assertThat(detected().getLast()).isNotEqualTo(detected().getLast());
    }
}
