// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.hugepages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.FileStatus;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.model.KernelModelProcess;
import org.dpdk4j.sriov.model.Machine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HugepagesTest {
    private static final long MIB = 1 << 20;
    private static final long SMALL = 2 * MIB;
    private static final long LARGE = 1024 * MIB;

    private KernelModelProcess model;
    private Hugepages hugepages;

    private void boot(Machine.Builder machine) {
        model = KernelModelProcess.start(machine.build());
        hugepages = Hugepages.of(model.kernel());
    }

    @AfterEach
    void end() {
        model.close();
    }

    @Test
    void shouldReadEachSizeOnEachNode() {
        boot(Machine.builder().memory(2, 4096));
        hugepages.reserve(SMALL, 1, 10);
        model.surroundings().usePages(2048, 1, 4);
        assertThat(hugepages.pools())
                .containsExactly(
                        new HugepagePool(SMALL, 0, 0, 0),
                        new HugepagePool(SMALL, 1, 10, 6),
                        new HugepagePool(LARGE, 0, 0, 0),
                        new HugepagePool(LARGE, 1, 0, 0));
        assertThat(hugepages.pool(SMALL, 1)).hasToString("2 MiB pages on node 1: 6 of 10 free");
    }

    @Test
    void shouldReserveWithoutTouchingOtherSizesAndNodesAndUndo() {
        boot(Machine.builder().memory(2, 4096));
        hugepages.reserve(LARGE, 0, 1);
        hugepages.reserve(SMALL, 1, 7);
        final String before = model.snapshot();
        HugepageReservation first = hugepages.reserve(SMALL, 0, 64);
        assertThat(first).isEqualTo(new HugepageReservation(SMALL, 0, 0, 64));
        assertThat(hugepages.pool(SMALL, 0).total()).isEqualTo(64);
        assertThat(hugepages.pool(SMALL, 1).total()).isEqualTo(7);
        assertThat(hugepages.pool(LARGE, 0).total()).isEqualTo(1);
        final HugepageReservation enough = hugepages.reserve(SMALL, 0, 10);
        assertThat(hugepages.pool(SMALL, 0).total()).as("never fewer").isEqualTo(64);
        HugepageReservation more = hugepages.reserve(SMALL, 0, 100);
        hugepages.undo(HugepageReservation.parse(first.text()));
        assertThat(hugepages.pool(SMALL, 0).total()).as("what others added").isEqualTo(36);
        hugepages.undo(enough);
        assertThat(hugepages.pool(SMALL, 0).total()).isEqualTo(36);
        hugepages.undo(more);
        // Those of before the second reservation were the first one's, which had been undone.
        assertThat(hugepages.pool(SMALL, 0).total()).isEqualTo(36);
        hugepages.undo(first);
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldExplainWhenMemoryIsShortAndPutBackWhatWas() {
        boot(Machine.builder().memory(1, 100));
        hugepages.reserve(SMALL, 0, 20);
        final String before = model.snapshot();
        assertThatThrownBy(() -> hugepages.reserve(SMALL, 0, 200))
                .isInstanceOf(SriovException.class)
                .hasMessageContainingAll(
                        "200 pages of 2 MiB on NUMA node 0",
                        "found memory for 50",
                        "there are 20 as before",
                        "hugepagesz=2M hugepages=200");
        assertThat(model.snapshot()).isEqualTo(before);
        assertThatThrownBy(() -> hugepages.reserve(LARGE, 0, 1))
                .hasMessageContainingAll("found memory for 0", "hugepagesz=1G");
        assertThatThrownBy(() -> hugepages.reserve(SMALL, 0, -1))
                .isInstanceOf(SriovException.class);
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldRefuseSizesAndNodesThatThereAreNot() {
        boot(Machine.builder().memory(1, 100));
        assertThatThrownBy(() -> hugepages.reserve(4 * MIB, 0, 1))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("no hugepages of 4 MiB on NUMA node 0");
        assertThatThrownBy(() -> hugepages.reserve(SMALL, 3, 1))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("NUMA node 3");
    }

    @Test
    void shouldMountForAUserAndUnmount() throws KernelException {
        boot(Machine.builder());
        final String before = model.snapshot();
        HugetlbfsMount mount = hugepages.mount("/dev/pages of alice", SMALL, 1000, 1001, 0750);
        assertThat(mount.made()).isTrue();
        assertThat(mount.directoryMade()).isTrue();
        FileStatus made = model.kernel().status("/dev/pages of alice").orElseThrow();
        assertThat(made)
                .isEqualTo(
                        new FileStatus(FileStatus.Type.DIRECTORY, 0750, 1000, 1001, made.inode()));
        assertThat(hugepages.mounts()).hasSize(1);
        assertThat(hugepages.mounts().getFirst().sizeBytes()).isEqualTo(SMALL);
        HugetlbfsMount again = hugepages.mount("/dev/pages of alice", SMALL, 1000, 1001, 0750);
        assertThat(again.made()).isFalse();
        assertThatThrownBy(() -> hugepages.mount("/dev/pages of alice", LARGE, 0, 0, 0700))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("mounted there with pages of 2 MiB");
        hugepages.unmount(again);
        assertThat(hugepages.mounts()).hasSize(1);
        hugepages.unmount(mount);
        hugepages.unmount(mount);
        assertThat(model.snapshot()).isEqualTo(before);
        assertThat(model.kernel().status("/dev/pages of alice")).isEmpty();
    }

    @Test
    void shouldLeaveNothingBehindWhenMountingFails() {
        boot(Machine.builder());
        final String before = model.snapshot();
        model.faults().failMatching("(?i)^mount", Errno.EPERM, 1);
        assertThatThrownBy(() -> hugepages.mount("/dev/pages", SMALL, 0, 0, 0700))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("EPERM");
        assertThat(model.snapshot()).isEqualTo(before);
        for (String odd : List.of("pages", "/", "/dev/../etc", "/dev//x", "/dev/./x", "/a\nb")) {
            assertThatThrownBy(() -> hugepages.mount(odd, SMALL, 0, 0, 0700))
                    .isInstanceOf(SriovException.class)
                    .hasMessageContaining("absolute path");
        }
        assertThatThrownBy(() -> hugepages.mount("/dev/pages", 4 * MIB, 0, 0, 0700))
                .hasMessageContaining("no pages of 4 MiB");
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldRefuseWithoutRoot() {
        boot(Machine.builder().uid(1000));
        assertThatThrownBy(() -> hugepages.reserve(SMALL, 0, 1)).hasMessageContaining("root");
        assertThatThrownBy(() -> hugepages.mount("/dev/pages", SMALL, 0, 0, 0700))
                .hasMessageContaining("root");
    }
}
