// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockFileTest {
    @TempDir Path directory;

    @Test
    void shouldHoldEachKeyOnce() throws IOException {
        try (LockFile locks = LockFile.open(directory)) {
            LockFile.Claim claim = locks.tryClaim(7).orElseThrow();
            assertThat(locks.tryClaim(7)).isEmpty();
            assertThat(locks.claim(7, Duration.ofMillis(20))).isEmpty();
            locks.tryClaim(1L << 61 | 7).orElseThrow().close();
            claim.close();
            locks.tryClaim(7).orElseThrow().close();
        }
    }

    @Test
    void shouldKeepItsLocksWhenAnotherUserOfThisProcessCloses() throws Exception {
        try (LockFile locks = LockFile.open(directory)) {
            LockFile.Claim claim = locks.tryClaim(7).orElseThrow();
            LockFile.open(directory.resolve(".")).close();
            assertThat(heldInTheKernel(7)).isTrue();
            claim.close();
            assertThat(heldInTheKernel(7)).isFalse();
        }
    }

    /** Asks the kernel: its list has the inode, the process and the byte of each record lock. */
    private boolean heldInTheKernel(long key) throws IOException {
        long pid = ProcessHandle.current().pid();
        Object inode = java.nio.file.Files.getAttribute(directory.resolve("locks"), "unix:ino");
        return java.nio.file.Files.readAllLines(Path.of("/proc/locks")).stream()
                .anyMatch(line ->
                        line.contains("POSIX")
                                && line.matches(
                                        ".* " + pid + " \\S+:" + inode + " " + key + " " + key));
    }
}
