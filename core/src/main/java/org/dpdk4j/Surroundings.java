// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dpdk4j.bindings.memory.Flock;

/**
 * What this process finds around it: CPUs that it may use, hugepages, devices bound for userspace.
 *
 * <p>Everything is read below a root directory, so that a test can make one up.
 */
final class Surroundings {
    private static final String VFIO = "vfio-pci";

    /** Drivers under which a PCI device can be used by DPDK. */
    private static final List<String> USERSPACE_DRIVERS =
            List.of(VFIO, "igb_uio", "uio_pci_generic", "mlx4_core", "mlx5_core");

    private static final Set<String> CONTAINER_MARKS =
            Set.of("docker", "kubepods", "containerd", "libpod", "crio", "lxc");

    /** Those of them that know physical addresses only. */
    private static final List<String> UIO_DRIVERS = List.of("igb_uio", "uio_pci_generic");

    private static final Path PCI_DEVICES = Path.of("sys/bus/pci/devices");

    /** {@code CAP_SYS_NICE}, as a bit of a set of capabilities. */
    private static final long SYS_NICE = 1L << 23;

    private final Path root;
    private final Map<String, String> environment;

    Surroundings(Path root, Map<String, String> environment) {
        this.root = root;
        this.environment = environment;
    }

    static Surroundings here() {
        return new Surroundings(Path.of("/"), System.getenv());
    }

    /** What this container was given, if anybody says so. */
    Optional<NetInfo> netInfo() {
        return NetInfo.find(root, environment);
    }

    /** The CPUs that the scheduler may put this process on; any kind of cpuset shows here. */
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

    /**
     * Bytes of free hugepages of the size that the kernel uses by default, as far as this process's
     * control groups let it have them: Kubernetes lets a pod have none that did not ask for any.
     */
    long freeHugepageBytes() {
        return freeHugepageBytes(0);
    }

    /**
     * The same, once EAL has begun and removed those that processes left in the hugetlbfs which
     * were killed, as {@code clear_hugedir} of {@code eal_hugepage_info.c} does.
     */
    long hugepageBytesToBeFree() {
        long used = hugepageBytes() - meminfo("HugePages_Free:") * meminfo("Hugepagesize:") * 1024;
        return freeHugepageBytes(Math.min(abandonedHugepageBytes(), Math.max(0, used)));
    }

    private long freeHugepageBytes(long returned) {
        long kibibytes = meminfo("Hugepagesize:");
        long free = meminfo("HugePages_Free:") * kibibytes * 1024 + returned;
        return lines("proc/self/cgroup").stream()
                .flatMap(line -> ControlGroup.ofHugepages(line, this::lines).stream())
                .mapToLong(group -> group.hugepageAllowance(kibibytes, returned))
                .reduce(free, Math::min);
    }

    /** Of whatever file prefix, if nobody has the lock on them that EAL has on its own. */
    private long abandonedHugepageBytes() {
        Optional<Path> directory = hugetlbfs().filter(Files::isWritable);
        if (directory.isEmpty()) {
            return 0;
        }
        // Between making a file and locking it, EAL holds a lock on the directory.
        try (Flock lock = Flock.tryLock(directory.get())) {
            return lock == null
                    ? 0
                    : hugepageFiles(directory.get(), "*")
                            .filter(Surroundings::nobodyHas)
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
    List<Path> hugepageFiles(String prefix) {
        return hugetlbfsMounts().flatMap(mount -> hugepageFiles(mount.directory, prefix)).toList();
    }

    private static Stream<Path> hugepageFiles(Path directory, String prefix) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, prefix + "map_*")) {
            files.forEach(found::add);
        } catch (IOException | DirectoryIteratorException e) {
            // Others come and go there, or it isn't ours to look at.
        }
        return found.stream();
    }

    /** Bytes of hugepages of that size, free or not. */
    long hugepageBytes() {
        return meminfo("HugePages_Total:") * meminfo("Hugepagesize:") * 1024;
    }

    /** Whether a hugetlbfs is mounted that this process can make files in. */
    boolean hugetlbfsWritable() {
        return hugetlbfs().filter(Files::isWritable).isPresent();
    }

    /** Where EAL makes files of hugepages of the default size: the first that has such. */
    private Optional<Path> hugetlbfs() {
        long kibibytes = meminfo("Hugepagesize:");
        String size = kibibytes < 1 << 10 ? kibibytes + "K" : (kibibytes >> 10) + "M";
        return hugetlbfsMounts()
                .filter(mount -> mount.hasPagesOf(size))
                .map(Mount::directory)
                .findFirst();
    }

    private Stream<Mount> hugetlbfsMounts() {
        return lines("proc/self/mounts").stream()
                .map(line -> line.split(" ", -1))
                .filter(mount -> mount.length > 3 && mount[2].equals("hugetlbfs"))
                .map(mount -> new Mount(root.resolve(mount[1].substring(1)), mount[3]));
    }

    /** PCI addresses of devices whose driver lets DPDK use them. */
    List<String> userspacePciDevices() {
        List<String> devices = new ArrayList<>();
        for (String driver : USERSPACE_DRIVERS) {
            Path directory = root.resolve("sys/bus/pci/drivers").resolve(driver);
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*:*:*.*")) {
                entries.forEach(entry -> devices.add(entry.getFileName().toString()));
            } catch (IOException | DirectoryIteratorException e) {
                // No such driver here, or no sysfs at all: no such devices.
            }
        }
        return devices;
    }

    /** Whether a PCI device's driver lets DPDK use it. */
    boolean forUserspace(NetInfo.Device device) {
        return isUserspaceDriver(driver(device));
    }

    boolean isUserspaceDriver(String driver) {
        return USERSPACE_DRIVERS.contains(driver);
    }

    /** mlx4 names its ports after the InfiniBand device, without a PCI address. */
    boolean namesPortsOtherwise(String address) {
        return pciDriver(address).filter("mlx4_core"::equals).isPresent();
    }

    boolean hasPciDevice(String address) {
        return Files.exists(root.resolve(PCI_DEVICES).resolve(address));
    }

    /** Whether this process could open a PCI device that VFIO has; true for other drivers. */
    boolean mayOpen(String address) {
        if (!pciDriver(address).equals(Optional.of(VFIO))) {
            return true;
        }
        Path link = root.resolve(PCI_DEVICES).resolve(address).resolve("iommu_group");
        try {
            Path group = Files.readSymbolicLink(link).getFileName();
            Path nodes = root.resolve("dev/vfio");
            return Files.exists(nodes.resolve(group))
                    || Files.exists(nodes.resolve("noiommu-" + group));
        } catch (IOException e) {
            return true;
        }
    }

    /** Whether a PCI device is a network controller, for all that can be seen. */
    boolean mayBeNic(String address) {
        String type = pciAttribute(address, "class");
        return type.isEmpty() || type.startsWith("0x02");
    }

    /** Vendor and device, as {@code lspci -n} writes them. */
    String pciId(String address) {
        return Stream.of("vendor", "device")
                .map(attribute -> pciAttribute(address, attribute).replaceFirst("^0x", ""))
                .collect(Collectors.joining(":"));
    }

    /** The kernel's driver of a PCI device, if one has it. */
    Optional<String> pciDriver(String address) {
        try {
            Path link = root.resolve(PCI_DEVICES).resolve(address).resolve("driver");
            return Optional.of("" + Files.readSymbolicLink(link).getFileName());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private String pciAttribute(String address, String name) {
        return String.join("", lines(PCI_DEVICES.resolve(address).resolve(name)));
    }

    /** Whether a PCI device's driver demands physical addresses. */
    boolean needsPhysicalAddresses(NetInfo.Device device) {
        return UIO_DRIVERS.contains(driver(device));
    }

    /** What sysfs says, which holds now, or else what we were told. */
    private String driver(NetInfo.Device device) {
        return pciDriver(device.pciAddress()).orElse(device.driver());
    }

    /** Whether this looks like a container. */
    boolean container() {
        return Files.exists(root.resolve(".dockerenv"))
                || Files.exists(root.resolve("run/.containerenv"))
                || environment.containsKey("KUBERNETES_SERVICE_HOST")
                || lines("proc/self/cgroup").stream()
                        .anyMatch(line -> CONTAINER_MARKS.stream().anyMatch(line::contains));
    }

    private Optional<String> status(String key) {
        return lines("proc/self/status").stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).strip())
                .findFirst();
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
        return lines(Path.of(path));
    }

    private List<String> lines(Path path) {
        try (Stream<String> lines = Files.lines(root.resolve(path))) {
            return lines.toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
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
