// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.dpdk4j.testing.Forked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which directories of other processes are removed. */
class FilePrefixTest {
    @TempDir Path base;

    private Path directory(String name, Duration age) throws IOException {
        Path directory = Files.createDirectory(base.resolve(name));
        Files.writeString(directory.resolve("config"), "x");
        Files.createDirectory(directory.resolve("dpdk_telemetry.v2"));
        Files.setLastModifiedTime(directory, FileTime.from(Instant.now().minus(age)));
        return directory;
    }

    @Test
    void shouldRemoveWhatKilledProcessesLeft() throws Exception {
        Path killed = directory("dpdk4j_1234567890abcdef", Duration.ofMinutes(2));
        Path unshared = directory("dpdk4j_0000000000000001", Duration.ofMinutes(2));
        Files.delete(unshared.resolve("config"));
        Files.setLastModifiedTime(unshared, Files.getLastModifiedTime(killed));
        Path young = directory("dpdk4j_0000000000000002", Duration.ofSeconds(1));
        Path chosen = directory("dpdk4j_mine", Duration.ofDays(2));
        Path other = directory("rte", Duration.ofDays(2));
        Path pointedAt = directory("elsewhere", Duration.ofDays(2));
        Files.createSymbolicLink(base.resolve("dpdk4j_0000000000000004"), pointedAt);
        Path trap = directory("dpdk4j_0000000000000005", Duration.ofMinutes(2));
        Files.delete(trap.resolve("config"));
        makeFifo(trap.resolve("config"));
        Files.setLastModifiedTime(trap, Files.getLastModifiedTime(killed));
        Path living = directory("dpdk4j_0000000000000003", Duration.ofMinutes(2));
        Process user = Forked.java(HoldsALock.class).args("" + living.resolve("config")).start();
        try {
            assertThat(user.inputReader().readLine()).isEqualTo("locked");
            FilePrefix.removeAbandoned(base);
            assertThat(base)
                    .isDirectoryNotContaining(path -> path.equals(killed))
                    .isDirectoryContaining(path -> path.equals(unshared))
                    .isDirectoryContaining(path -> path.equals(trap));
            assertThat(pointedAt.resolve("config")).exists();
            assertThat(young.resolve("config")).exists();
            assertThat(chosen.resolve("config")).exists();
            assertThat(other.resolve("config")).exists();
            assertThat(living.resolve("config")).exists();
        } finally {
            user.destroyForcibly();
            user.waitFor();
        }
        FilePrefix.removeAbandoned(base);
        assertThat(living).as("its process was killed").doesNotExist();
    }

    private static void makeFifo(Path path) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("mkfifo", "" + path).start().waitFor()).isZero();
    }

    /** As EAL does with the file of its configuration. */
    static final class HoldsALock {
        public static void main(String[] args) throws Exception {
            try (FileChannel file = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE)) {
                assertThat(file.lock().isValid()).isTrue();
                System.out.println("locked");
                Thread.sleep(Duration.ofMinutes(1));
            }
        }
    }

    @Test
    void shouldNotMindThatThereIsNone() {
        FilePrefix.removeAbandoned(base.resolve("nowhere"));
        assertThat(base).isEmptyDirectory();
    }
}
