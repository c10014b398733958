// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is detected in surroundings that are made up. */
class SurroundingsTest {
    @TempDir Path root;

    @BeforeEach
    void makeALaptop() throws IOException {
        file("proc/self/status", "Name:\tjava\nCpus_allowed_list:\t0-3\n");
        file("proc/meminfo", "MemTotal: 9 kB\nHugePages_Free: 0\nHugepagesize: 2048 kB\n");
        file("proc/self/mounts", "proc /proc proc rw 0 0\n");
        file("proc/self/cgroup", "0::/user.slice\n");
    }

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private List<String> detected(String... given) {
        return EalBuilder.detected(EalOptions.parse(List.of(given)), new Surroundings(root));
    }

    @Test
    void shouldNeedNeitherHugepagesNorNicOnALaptop() {
        assertThat(detected())
                .startsWith("-l", "0-3", "--no-huge", "-m", "256", "--no-pci", "--file-prefix")
                .doesNotContain("--iova-mode");
    }

    @Test
    void shouldUseHugepagesWhereThereAre() throws IOException {
        file("proc/meminfo", "HugePages_Free: 512\nHugepagesize: 2048 kB\n");
        assertThat(detected()).contains("--in-memory").doesNotContain("--no-huge", "-m");
        Files.createDirectories(root.resolve("dev/hugepages"));
        file("proc/self/mounts", "hugetlbfs /dev/hugepages hugetlbfs rw 0 0\n");
        assertThat(detected())
                .contains("--file-prefix")
                .doesNotContain("--no-huge", "--in-memory", "-m");
    }

    @Test
    void shouldFindDevicesBoundForUserspace() throws IOException {
        file("sys/bus/pci/drivers/vfio-pci/bind", "");
        assertThat(detected()).contains("--no-pci");
        Files.createDirectories(root.resolve("sys/bus/pci/drivers/vfio-pci/0000:01:10.0"));
        assertThat(detected()).doesNotContain("--no-pci");
    }

    @Test
    void shouldUseVirtualAddressesInAContainer() throws IOException {
        file(".dockerenv", "");
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
        assertThat(detected("--no-huge")).containsSequence("-m", "256").doesNotContain("--no-huge");
        assertThat(detected("--no-huge", "-m64")).doesNotContain("-m");
    }

    @Test
    void shouldMapLcoresToCpusWhoseNumbersAreTooHigh() throws IOException {
        file("proc/self/status", "Cpus_allowed_list:\t128-129\n");
        assertThat(detected()).startsWith("--lcores", "0@128,1@129");
    }

    @Test
    void shouldNeverClashWithItself() {
        assertThat(detected().getLast()).isNotEqualTo(detected().getLast());
    }
}
