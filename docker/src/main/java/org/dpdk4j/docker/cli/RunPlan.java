// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.dpdk4j.docker.CdiSpec;
import org.dpdk4j.docker.NetInfoFile;
import org.dpdk4j.docker.engine.EngineContainer;
import org.dpdk4j.sriov.binding.UserspaceDriver;

/**
 * The {@code docker run} to be made. What it asks for beyond what was typed is as little as the
 * driver lets it be; each option's reason is said where it is added.
 *
 * @param name of the container
 * @param networks in the order in which they were typed
 * @param devices of all networks, in that order
 * @param driver that the devices are on
 * @param netInfo the directory on the host that the container sees
 * @param cidFile where the client is to write the container's ID, if nobody else says where
 * @param cdi whether the engine reads CDI specs
 * @param hugepages what to mount, if the machine has any
 * @param cpuset CPUs for the container, if they were given by our option
 * @param owner the container's user and group, if they are not root and not for the engine to find
 * @param line as it was typed
 */
record RunPlan(
        String name,
        List<Net> networks,
        List<Device> devices,
        UserspaceDriver driver,
        String netInfo,
        Optional<String> cidFile,
        boolean cdi,
        Optional<HugepageMount> hugepages,
        Optional<String> cpuset,
        Optional<Owner> owner,
        RunLine line) {
    /** Where the container finds hugepages. */
    static final String HUGEPAGES = "/dev/hugepages";

    /**
     * A network of the container.
     *
     * @param choice as it was typed
     * @param reservation its number; nothing if the network is none of ours
     */
    record Net(NetworkChoice choice, Optional<String> reservation) {}

    /**
     * A device of the container.
     *
     * @param network the name of its network
     * @param pciAddress where it sits
     * @param nodes below {@code /dev}
     * @param sysfs its own directory in sysfs
     */
    record Device(String network, String pciAddress, List<String> nodes, String sysfs) {
        /** Copies what is mutable. */
        Device {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * Hugepages of a size.
     *
     * @param pageSize such as {@code 2M}
     * @param limit of all of them together, such as {@code 1G}, if there is one
     */
    record HugepageMount(String pageSize, Optional<String> limit) {}

    /**
     * A container's user.
     *
     * @param uid its number
     * @param gid its group's number
     */
    record Owner(int uid, int gid) {}

    /** Copies what is mutable. */
    RunPlan {
        networks = List.copyOf(networks);
        devices = List.copyOf(devices);
    }

    /** All nodes, each once. */
    List<String> nodes() {
        Set<String> nodes = new LinkedHashSet<>();
        devices.forEach(device -> nodes.addAll(device.nodes()));
        return List.copyOf(nodes);
    }

    /** What the program is told by variables: the file, and what Kubernetes' device plugin says. */
    Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put(NetInfoFile.VARIABLE, NetInfoFile.CONTAINER_PATH);
        for (Device device : devices) {
            environment.merge(
                    "PCIDEVICE_DPDK4J_ORG_"
                            + device.network()
                                    .toUpperCase(Locale.ROOT)
                                    .replaceAll("[^A-Z0-9]", "_"),
                    device.pciAddress(),
                    (a, b) -> a + "," + b);
        }
        return environment;
    }

    /** The same for any engine that reads such. */
    CdiSpec spec() {
        return new CdiSpec(
                name,
                nodes(),
                owner.map(user -> OptionalInt.of(user.uid())).orElse(OptionalInt.empty()),
                owner.map(user -> OptionalInt.of(user.gid())).orElse(OptionalInt.empty()),
                environment(),
                Map.of(netInfo, NetInfoFile.CONTAINER_DIRECTORY));
    }

    /** All after {@code docker}. */
    List<String> arguments() {
        List<String> run = new ArrayList<>(List.of("run", "--name", name));
        List<String> reservations =
                networks.stream().flatMap(net -> net.reservation().stream()).toList();
        // By this a container is recognised as the owner of its reservations, whatever its name.
        add(
                run,
                "--label",
                EngineContainer.RESERVATION_LABEL + "=" + String.join(",", reservations));
        cidFile.ifPresent(file -> add(run, "--cidfile", file));
        for (Net net : networks) {
            add(
                    run,
                    "--network",
                    net.reservation().map(net.choice()::with).orElseGet(net.choice()::plain));
        }
        if (cdi) {
            add(run, "--device", spec().device());
        } else {
            // "rw" and no "m": who may make nodes could make others than these.
            nodes().forEach(node -> add(run, "--device", node + ":" + node + ":rw"));
            add(
                    run,
                    "--mount",
                    Csv.join(
                            List.of(
                                    "type=bind",
                                    "source=" + netInfo,
                                    "target=" + NetInfoFile.CONTAINER_DIRECTORY,
                                    "readonly")));
            environment().forEach((variable, value) -> add(run, "--env", variable + "=" + value));
        }
        // The device reaches the program's memory, so that memory is locked as long as it does.
        add(run, "--ulimit", "memlock=-1:-1");
        // EAL places memory by set_mempolicy, which Docker's seccomp profile ties to this one.
        add(run, "--cap-add", "SYS_NICE");
        unsafe(run);
        // A file system of the container's own: nobody else's hugepages are in it.
        hugepages.ifPresent(mount -> add(run, "--mount", mount(mount)));
        cpuset.ifPresent(cpus -> add(run, "--cpuset-cpus", cpus));
        run.addAll(line.docker());
        run.addAll(line.image());
        return run;
    }

    /** What drivers need that let a device reach all memory; there only if such was asked for. */
    private void unsafe(List<String> run) {
        if (!driver.unsafe() || devices.isEmpty()) {
            return;
        }
        // No IOMMU translates, so EAL reads physical addresses from /proc/self/pagemap.
        add(run, "--cap-add", "SYS_ADMIN");
        // The kernel asks for it when a device without an IOMMU is opened.
        add(run, "--cap-add", "SYS_RAWIO");
        if (driver != UserspaceDriver.VFIO_NOIOMMU) {
            // UIO gives interrupts alone: registers and bus mastering go through files in sysfs.
            for (Device device : devices) {
                add(
                        run,
                        "--mount",
                        Csv.join(
                                List.of(
                                        "type=bind",
                                        "source=" + device.sysfs(),
                                        "target=" + device.sysfs())));
            }
        }
    }

    private String mount(HugepageMount mount) {
        StringBuilder options = new StringBuilder("pagesize=" + mount.pageSize());
        mount.limit().ifPresent(limit -> options.append(",size=").append(limit));
        owner.ifPresent(user ->
                options.append(",uid=").append(user.uid()).append(",gid=").append(user.gid()));
        return Csv.join(
                List.of(
                        "type=volume",
                        "target=" + HUGEPAGES,
                        "volume-driver=local",
                        "volume-opt=type=hugetlbfs",
                        "volume-opt=device=hugetlbfs",
                        "volume-opt=o=" + options));
    }

    private static void add(List<String> run, String option, String value) {
        run.add(option);
        run.add(value);
    }
}
