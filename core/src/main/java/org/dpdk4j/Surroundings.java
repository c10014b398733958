// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What this process finds around it: CPUs that it may use, hugepages, devices bound for userspace.
 *
 * <p>Everything is read below a root directory, so that a test can make one up.
 */
final class Surroundings {
    private static final Set<String> CONTAINER_MARKS =
            Set.of("docker", "kubepods", "containerd", "libpod", "crio", "lxc");

    /** {@code CAP_SYS_NICE}, as a bit of a set of capabilities. */
    private static final long SYS_NICE = 1L << 23;

    private final SystemFiles files;
    private final Map<String, String> environment;

    Surroundings(Path root, Map<String, String> environment) {
        this.files = new SystemFiles(root);
        this.environment = environment;
    }

    static Surroundings here() {
        return new Surroundings(Path.of("/"), System.getenv());
    }

    Hugepages hugepages() {
        return new Hugepages(files);
    }

    PciDevices pciDevices() {
        return new PciDevices(files);
    }

    /** What this container was given, if anybody says so. */
    Optional<NetInfo> netInfo() {
        return NetInfo.find(files.root(), environment);
    }

    /** The CPUs that this process was started on; any kind of cpuset shows here, and taskset. */
    CpuSet cpus() {
        return status("Cpus_allowed_list:")
                .map(CpuSet::parse)
                .orElseThrow(() ->
                        new IllegalStateException("no Cpus_allowed_list in /proc/self/status"));
    }

    /**
     * Whether this process may probably not say on which NUMA node its memory is to be, without
     * which EAL does not start on hugepages: the usual seccomp profiles of container engines tie
     * {@code set_mempolicy} to a capability that they don't give.
     */
    boolean memoryPolicyRefused() {
        boolean filtered = status("Seccomp:").filter("2"::equals).isPresent();
        long capabilities =
                status("CapEff:").map(set -> Long.parseUnsignedLong(set, 16)).orElse(0L);
        return container() && filtered && (capabilities & SYS_NICE) == 0;
    }

    /** Whether this looks like a container. */
    boolean container() {
        return Files.exists(files.resolve(".dockerenv"))
                || Files.exists(files.resolve("run/.containerenv"))
                || environment.containsKey("KUBERNETES_SERVICE_HOST")
                || files.lines("proc/self/cgroup").stream()
                        .anyMatch(line -> CONTAINER_MARKS.stream().anyMatch(line::contains));
    }

    private Optional<String> status(String key) {
        return files.lines("proc/self/status").stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).strip())
                .findFirst();
    }
}
