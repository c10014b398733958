// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The time that a process's control group has for threads with real-time priority. Where Linux
 * keeps such accounts (CONFIG_RT_GROUP_SCHED with version 1 of control groups), a group has none
 * until it is given some, and a container's thread can't get the priority before.
 *
 * <p>Closing it takes away again what was given, from groups that are still there.
 */
final class RealTimeBudget implements Closeable {
    private static final Path GROUPS = Path.of("/sys/fs/cgroup/cpu");
    private static final String FILE = "cpu.rt_runtime_us";
    private static final String NOTHING = "0";

    private final List<Path> given = new ArrayList<>();

    private RealTimeBudget() {}

    /** Gives a process's groups what the group of all has, if they have nothing. */
    static RealTimeBudget of(long pid) throws IOException {
        return of(Path.of("/proc", Long.toString(pid), "cgroup"), GROUPS);
    }

    /** With files like those of {@code /proc} and {@code /sys}. */
    static RealTimeBudget of(Path membership, Path groups) throws IOException {
        RealTimeBudget budget = new RealTimeBudget();
        Path all = groups.resolve(FILE);
        if (Files.exists(all)) {
            try {
                Path group = groups;
                for (Path name : groupOf(membership)) {
                    group = group.resolve(name);
                    budget.give(group.resolve(FILE), Files.readString(all));
                }
            } catch (IOException e) {
                budget.close();
                throw e;
            }
        }
        return budget;
    }

    private void give(Path file, String microseconds) throws IOException {
        if (Files.exists(file) && Files.readString(file).strip().equals(NOTHING)) {
            Files.writeString(file, microseconds);
            given.addFirst(file);
        }
    }

    /** Its path below the group of all: {@code 4:cpu,cpuacct:/docker/0123}. */
    private static Path groupOf(Path membership) throws IOException {
        for (String line : Files.readAllLines(membership)) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && Arrays.asList(parts[1].split(",")).contains("cpu")) {
                return Path.of(parts[2].substring(1));
            }
        }
        return Path.of("");
    }

    @Override
    public void close() throws IOException {
        for (Path file : given) {
            // A container's group goes with it.
            if (Files.exists(file)) {
                Files.writeString(file, NOTHING);
            }
        }
    }
}
