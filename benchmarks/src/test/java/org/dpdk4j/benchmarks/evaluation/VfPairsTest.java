// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VfPairsTest {
    private static final String A = "0000:01:10.0";
    private static final String B = "0000:01:10.2";
    private static final String C = "0000:01:10.4";
    private static final String D = "0000:01:10.6";

    @TempDir Path sysfs;

    @Test
    void shouldTakePairsOfOnePort() throws IOException {
        device(A, "vfio-pci", "0000:01:00.0", "20");
        device(B, "vfio-pci", "0000:01:00.0", "21");
        assertThatCode(() -> VfPairs.check(sysfs, List.of(A, B))).doesNotThrowAnyException();
        assertThatCode(() -> VfPairs.check(sysfs, List.of())).doesNotThrowAnyException();
    }

    @Test
    void shouldSayWhyAFunctionIsOfNoUse() throws IOException {
        device(A, "vfio-pci", "0000:01:00.0", "20");
        device(B, "vfio-pci", "0000:02:00.0", "21");
        device(C, "iavf", "0000:01:00.0", "22");
        refused("pairs of PCI addresses", A);
        refused("pairs of PCI addresses", A, "eth0");
        refused("no such device", A, D);
        refused("bind it to vfio-pci", A, C);
        refused("named twice", A, A);
        refused("not virtual functions of one port", A, B);
        device(D, "vfio-pci", "0000:01:00.0", "20");
        refused("one IOMMU group", A, D);
        Files.delete(sysfs.resolve("bus/pci/devices").resolve(D).resolve("iommu_group"));
        refused("no IOMMU group", A, D);
    }

    @Test
    void shouldHandThemOutToThoseWhoTakePart() {
        Set<Program> possible = EnumSet.allOf(Program.class);
        possible.remove(Program.HOST_AGAIN);
        var pairs = VfPairs.handOut(List.of(A, B, C, D), possible);

        assertThat(pairs)
                .isEqualTo(
                        Map.of(
                                Program.HOST, List.of(A, B),
                                Program.CONTAINER, List.of(C, D)));
        assertThat(VfPairs.leftOut(pairs, possible))
                .containsExactly(
                        "vf without C: --vfs has no functions left for it",
                        "vf without testpmd, which sends its first frames to addresses of its own");
    }

    private void refused(String why, String... vfs) {
        assertThatThrownBy(() -> VfPairs.check(sysfs, List.of(vfs)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    private void device(String address, String driver, String port, String group)
            throws IOException {
        Path device = Files.createDirectories(sysfs.resolve("bus/pci/devices").resolve(address));
        Files.createSymbolicLink(device.resolve("driver"), Path.of("../../drivers", driver));
        Files.createSymbolicLink(device.resolve("physfn"), Path.of("..", port));
        Files.createSymbolicLink(device.resolve("iommu_group"), Path.of("../../groups", group));
    }
}
