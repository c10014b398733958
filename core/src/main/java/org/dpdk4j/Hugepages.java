// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.dpdk4j.bindings.memory.Flock;

/** Hugepages, of the size that the kernel uses by default where nothing else is said. */
final class Hugepages {
    private final SystemFiles files;

    Hugepages(SystemFiles files) {
        this.files = files;
    }

    /** Bytes of them, free or not. */
    long totalBytes() {
        return meminfo("HugePages_Total:") * pageKibibytes() * 1024;
    }

    /**
     * Bytes of those that are free, as far as this process's control groups let it have them:
     * Kubernetes lets a pod have none that did not ask for any.
     */
    long freeBytes() {
        return freeBytes(0);
    }

    /**
     * The same, once EAL has begun and removed those that processes left in the hugetlbfs which
     * were killed, as {@code clear_hugedir} of {@code eal_hugepage_info.c} does.
     */
    long bytesToBeFree() {
        long used = totalBytes() - meminfo("HugePages_Free:") * pageKibibytes() * 1024;
        return freeBytes(Math.min(abandonedBytes(), Math.max(0, used)));
    }

    private long freeBytes(long returned) {
        long free = meminfo("HugePages_Free:") * pageKibibytes() * 1024 + returned;
        return files.lines("proc/self/cgroup").stream()
                .flatMap(line -> ControlGroup.ofHugepages(line, files::lines).stream())
                .mapToLong(group -> group.hugepageAllowance(pageKibibytes(), returned))
                .reduce(free, Math::min);
    }

    /** Of whatever file prefix, if nobody has the lock on them that EAL has on its own. */
    private long abandonedBytes() {
        Optional<Path> directory = directory().filter(Files::isWritable);
        if (directory.isEmpty()) {
            return 0;
        }
        // Between making a file and locking it, EAL holds a lock on the directory.
        try (Flock lock = Flock.tryLock(directory.get())) {
            return lock == null
                    ? 0
                    : filesIn(directory.get(), "*")
                            .filter(Hugepages::nobodyHas)
                            .mapToLong(file -> file.toFile().length())
                            .sum();
        }
    }

    private static boolean nobodyHas(Path file) {
        try (Flock lock = Flock.tryLock(file)) {
            return lock != null;
        }
    }

    /** EAL's files of hugepages, of every size, of the processes with a file prefix. */
    List<Path> filesOf(String prefix) {
        return mounts().flatMap(mount -> filesIn(mount.directory, prefix)).toList();
    }

    private static Stream<Path> filesIn(Path directory, String prefix) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, prefix + "map_*")) {
            files.forEach(found::add);
        } catch (IOException | DirectoryIteratorException e) {
            // Others come and go there, or it isn't ours to look at.
        }
        return found.stream();
    }

    /** Whether a hugetlbfs is mounted that this process can make files in. */
    boolean directoryWritable() {
        return directory().filter(Files::isWritable).isPresent();
    }

    /** Where EAL makes files of them: the first hugetlbfs that has such. */
    private Optional<Path> directory() {
        long kibibytes = pageKibibytes();
        String size = kibibytes < 1 << 10 ? kibibytes + "K" : (kibibytes >> 10) + "M";
        return mounts().filter(mount -> mount.hasPagesOf(size)).map(Mount::directory).findFirst();
    }

    private Stream<Mount> mounts() {
        return files.lines("proc/self/mounts").stream()
                .map(line -> line.split(" ", -1))
                .filter(mount -> mount.length > 3 && mount[2].equals("hugetlbfs"))
                .map(mount -> new Mount(files.resolve(mount[1].substring(1)), mount[3]));
    }

    private long pageKibibytes() {
        return meminfo("Hugepagesize:");
    }

    private long meminfo(String key) {
        return files.lines("proc/meminfo").stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).replace("kB", "").strip())
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }

    private record Mount(Path directory, String options) {
        /** Kernels that don't say it mean the default. */
        boolean hasPagesOf(String size) {
            return Arrays.stream(options.split(",", -1))
                    .filter(option -> option.startsWith("pagesize="))
                    .allMatch(("pagesize=" + size)::equals);
        }
    }
}
