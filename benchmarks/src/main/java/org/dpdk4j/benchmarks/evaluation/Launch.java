// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dpdk4j.benchmarks.forward.JavaForwarder;
import org.jspecify.annotations.Nullable;

/**
 * How the programs are started: the same EAL options for all of them.
 *
 * @param cpus one for everything else, and one to forward on
 * @param javaOptions for every JVM that forwards
 * @param preload a library that these JVMs load before all others, by {@code LD_PRELOAD}: EAL's,
 *     which C's programs load then; null for none
 * @param cForwarder forwarder.c, compiled; null without a compiler
 * @param image of the container, null without an engine
 * @param vfs for {@link Transport#VF}: PCI addresses of two functions of a NIC, for each program
 *     that has some
 * @param classPath the harness's own, and that of other projects' packet functions
 */
public record Launch(
        List<Integer> cpus,
        List<String> javaOptions,
        @Nullable Path preload,
        @Nullable Path cForwarder,
        @Nullable String image,
        Map<Program, List<String>> vfs,
        List<Path> classPath) {
    private static final String MEBIBYTES = "96";
    private static final String NO_PCI = "--no-pci";
    private static final String LD_PRELOAD = "LD_PRELOAD=";

    /**
     * It has no l3fwd, and its csum would have less to do: the frames that it starts with are
     * without UDP's checksum, and it sums up none where there is none.
     */
    private static final Set<String> WITHOUT_TESTPMD = Set.of("l3fwd", "csum");

    /** Whether that program does this work, and has virtual functions if it is to be on a NIC. */
    boolean offers(Program program, Workload workload) {
        if (workload.transport() == Transport.VF && !vfs.containsKey(program)) {
            return false;
        }
        return switch (program) {
            case HOST, HOST_AGAIN, CONTAINER -> true;
            case C -> workload.mode();
            case TESTPMD -> workload.mode() && !WITHOUT_TESTPMD.contains(workload.work());
        };
    }

    List<String> command(Program program, Workload workload, String filePrefix, Path directory)
            throws IOException {
        List<String> command = new ArrayList<>();
        switch (program) {
            case HOST, HOST_AGAIN -> command.addAll(java());
            case CONTAINER -> {
                command.addAll(
                        container(filePrefix, directory, containerOptions(program, workload)));
                command.addAll(javaInside());
            }
            case C -> command.add(String.valueOf(cForwarder));
            case TESTPMD -> command.add("dpdk-testpmd");
        }
        command.addAll(lcoresAndMemory(filePrefix));
        command.addAll(devices(workload, vfsOf(program, workload), directory));
        command.add("--");
        if (program == Program.TESTPMD) {
            command.addAll(testpmdOptions(workload));
            command.add("--forward-mode=" + workload.work());
        } else {
            command.addAll(workload.arguments());
        }
        return command;
    }

    /** The testpmd on the other side of a transport that has one, on the other CPU. */
    List<String> partner(Workload workload, String filePrefix, Path directory) {
        List<String> command = new ArrayList<>(List.of("dpdk-testpmd"));
        command.addAll(
                List.of("--lcores", "0@" + cpus.get(0) + ",1@" + cpus.get(0), "--main-lcore", "0"));
        command.addAll(memory(filePrefix));
        command.add(NO_PCI);
        command.addAll(workload.transport().partner(directory));
        command.add("--");
        command.addAll(testpmdOptions(workload));
        // What the forwarder sent by then is to go round, not to be dropped at the start.
        command.add("--no-flush-rx");
        return command;
    }

    private List<String> vfsOf(Program program, Workload workload) {
        return workload.transport() == Transport.VF
                ? vfs.getOrDefault(program, List.of())
                : List.of();
    }

    /** What docker run is told of the network, and of devices with the memory that they may use. */
    private List<String> containerOptions(Program program, Workload workload) {
        List<String> options = new ArrayList<>(workload.transport().containerNetwork());
        List<String> ownVfs = vfsOf(program, workload);
        if (!ownVfs.isEmpty()) {
            options.addAll(List.of("--device", "/dev/vfio/vfio", "--ulimit", "memlock=-1"));
        }
        for (String group : VfPairs.iommuGroups(VfPairs.SYSFS, ownVfs)) {
            options.addAll(List.of("--device", "/dev/vfio/" + group));
        }
        return options;
    }

    /** {@return the command of the forwarder in Java on the host, up to EAL's options} */
    public List<String> java() {
        List<String> command = new ArrayList<>();
        if (preload != null) {
            command.addAll(List.of("env", LD_PRELOAD + preload));
        }
        command.addAll(javaInside());
        return command;
    }

    /** {@return the same behind the command of a container, which sets the environment} */
    public List<String> javaInside() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaOptions);
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(
                List.of("-cp", String.join(":", classPath.stream().map(Path::toString).toList())));
        command.add(JavaForwarder.class.getName());
        return command;
    }

    /**
     * Nothing but what an EAL with hugepages of its own memory needs: SYS_NICE, since Docker's
     * seccomp profile lets nobody else call set_mempolicy. Telemetry and sockets are at the same
     * place as on the host, and so are Java and the jars.
     *
     * @param filePrefix EAL's; the container gets it as its name
     * @param directory of sockets, which the container sees, too
     * @return the command of Docker, up to what the container shall run
     * @throws IOException if EAL's directory can't be made
     */
    public List<String> container(String filePrefix, Path directory) throws IOException {
        return container(filePrefix, directory, List.of("--network", "none"));
    }

    private List<String> container(String filePrefix, Path directory, List<String> more)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("docker", "run", "--rm", "-i"));
        command.addAll(List.of("--name", filePrefix, "--read-only"));
        command.addAll(more);
        command.addAll(List.of("--cap-drop", "ALL", "--cap-add", "SYS_NICE"));
        command.addAll(List.of("--security-opt", "no-new-privileges", "--tmpfs", "/tmp:exec"));
        Path runtime = Telemetry.runtimeDirectory(filePrefix);
        Files.createDirectories(runtime);
        for (Path place : List.of(runtime, directory)) {
            command.addAll(List.of("--volume", place + ":" + place));
        }
        String home = System.getProperty("java.home");
        command.addAll(List.of("--volume", home + ":" + home + ":ro"));
        for (Path file : classPath) {
            command.addAll(List.of("--volume", file + ":" + file + ":ro"));
        }
        if (preload != null) {
            command.addAll(List.of("--env", LD_PRELOAD + preload));
        }
        command.add(String.valueOf(image));
        return command;
    }

    /**
     * {@return EAL's options, but for devices}
     *
     * @param filePrefix EAL's
     */
    public List<String> ealOptions(String filePrefix) {
        List<String> options = lcoresAndMemory(filePrefix);
        options.add(NO_PCI);
        return options;
    }

    private List<String> lcoresAndMemory(String filePrefix) {
        List<String> options = new ArrayList<>();
        options.addAll(
                List.of("--lcores", "0@" + cpus.get(0) + ",1@" + cpus.get(1), "--main-lcore", "0"));
        options.addAll(memory(filePrefix));
        return options;
    }

    private static List<String> memory(String filePrefix) {
        return List.of(
                "--in-memory", "-m", MEBIBYTES, "--iova-mode=va", "--file-prefix", filePrefix);
    }

    private static List<String> devices(Workload workload, List<String> vfs, Path directory) {
        List<String> options = new ArrayList<>();
        vfs.forEach(address -> options.addAll(List.of("--allow", address)));
        if (vfs.isEmpty()) {
            options.add(NO_PCI);
        }
        for (String device : workload.transport().devices(directory, workload.frameBytes())) {
            options.addAll(List.of("--vdev", device));
        }
        return options;
    }

    private static List<String> testpmdOptions(Workload workload) {
        return List.of(
                "-i",
                "--nb-cores=1",
                "--burst=" + workload.burst(),
                "--rxd=" + JavaForwarder.DESCRIPTORS,
                "--txd=" + JavaForwarder.DESCRIPTORS,
                "--total-num-mbufs=" + workload.buffers(),
                "--mbuf-size=" + workload.bufferBytes(),
                "--mbcache=" + JavaForwarder.CACHE,
                "--txpkts=" + workload.frameBytes());
    }
}
