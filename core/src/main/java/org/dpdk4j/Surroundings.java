// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What this process finds around it: CPUs that it may use, hugepages, devices bound for userspace.
 *
 * <p>Everything is read below a root directory, so that a test can make one up.
 */
final class Surroundings {
    /** Drivers under which a PCI device can be used by DPDK. */
    private static final List<String> USERSPACE_DRIVERS =
            List.of("vfio-pci", "igb_uio", "uio_pci_generic", "mlx4_core", "mlx5_core");

    private static final Set<String> CONTAINER_MARKS =
            Set.of("docker", "kubepods", "containerd", "libpod", "crio", "lxc");

    private final Path root;

    Surroundings(Path root) {
        this.root = root;
    }

    static Surroundings here() {
        return new Surroundings(Path.of("/"));
    }

    /** The CPUs that the scheduler may put this process on; any kind of cpuset shows here. */
    CpuSet cpus() {
        for (String line : lines("proc/self/status")) {
            if (line.startsWith("Cpus_allowed_list:")) {
                return CpuSet.parse(line.substring(line.indexOf(':') + 1));
            }
        }
        throw new IllegalStateException("no Cpus_allowed_list in /proc/self/status");
    }

    /** Bytes of free hugepages of the size that the kernel uses by default. */
    long freeHugepageBytes() {
        return meminfo("HugePages_Free:") * meminfo("Hugepagesize:") * 1024;
    }

    /** Whether a hugetlbfs is mounted that this process can make files in. */
    boolean hugetlbfsWritable() {
        return lines("proc/self/mounts").stream()
                .map(line -> line.split(" ", -1))
                .filter(mount -> mount.length > 2 && mount[2].equals("hugetlbfs"))
                .anyMatch(mount -> Files.isWritable(root.resolve(mount[1].substring(1))));
    }

    /** PCI addresses of devices whose driver lets DPDK use them. */
    List<String> userspacePciDevices() {
        List<String> devices = new ArrayList<>();
        for (String driver : USERSPACE_DRIVERS) {
            Path directory = root.resolve("sys/bus/pci/drivers").resolve(driver);
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*:*:*.*")) {
                entries.forEach(entry -> devices.add(entry.getFileName().toString()));
            } catch (IOException e) {
                // No such driver here, or no sysfs at all: no such devices.
            }
        }
        return devices;
    }

    /** Whether this looks like a container. */
    boolean container() {
        return Files.exists(root.resolve(".dockerenv"))
                || Files.exists(root.resolve("run/.containerenv"))
                || lines("proc/self/cgroup").stream()
                        .anyMatch(line -> CONTAINER_MARKS.stream().anyMatch(line::contains));
    }

    private long meminfo(String key) {
        return lines("proc/meminfo").stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).replace("kB", "").strip())
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }

    private List<String> lines(String path) {
        try (Stream<String> lines = Files.lines(root.resolve(path))) {
            return lines.toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }
}
