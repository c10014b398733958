// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dpdk4j.benchmarks.evaluation.DpdkProcess;
import org.dpdk4j.benchmarks.evaluation.Launch;
import org.dpdk4j.benchmarks.forward.JavaForwarder;

/**
 * Starts forwarders with one port that send back what they receive.
 *
 * @param launch what they have in common
 * @param descriptors of each queue
 */
record EchoCommand(Launch launch, int descriptors) {
    private static final int BURST = 32;
    private static final int LEAST_BUFFERS = 8191;

    /** With the usual descriptors. */
    EchoCommand(Launch launch) {
        this(launch, JavaForwarder.DESCRIPTORS);
    }

    /** The forwarder in Java, on the host. */
    DpdkProcess java(String title, String device) throws IOException {
        return java(title, List.of(), launch, device);
    }

    /** The same behind a command that runs others, or by another JVM. */
    DpdkProcess java(String title, List<String> prefix, Launch how, String device)
            throws IOException {
        return start(
                title,
                name -> {
                    List<String> command = new ArrayList<>(prefix);
                    command.addAll(how.java());
                    command.addAll(javaOptions(name, device));
                    return command;
                },
                false);
    }

    /** The forwarder in Java, in a container that sees a directory of sockets. */
    DpdkProcess contained(String title, String device, Path sockets) throws IOException {
        return start(
                title,
                name -> {
                    List<String> command = new ArrayList<>(launch.container(name, sockets));
                    command.addAll(launch.javaInside());
                    command.addAll(javaOptions(name, device));
                    return command;
                },
                true);
    }

    /** The least in C. */
    DpdkProcess c(String title, String device) throws IOException {
        return start(
                title,
                name -> {
                    List<String> command = new ArrayList<>();
                    command.add(String.valueOf(launch.cForwarder()));
                    command.addAll(javaOptions(name, device));
                    return command;
                },
                false);
    }

    /** DPDK's own program, with one port or as a switch between two. */
    DpdkProcess testpmd(String title, List<String> devices) throws IOException {
        return start(
                title,
                name -> {
                    List<String> command = new ArrayList<>(List.of("dpdk-testpmd"));
                    command.addAll(ealOptions(name, devices));
                    command.addAll(
                            List.of(
                                    "--",
                                    "-i",
                                    "--auto-start",
                                    "--disable-link-check",
                                    "--nb-cores=1",
                                    "--forward-mode=io",
                                    "--burst=" + BURST,
                                    "--rxd=" + descriptors,
                                    "--txd=" + descriptors,
                                    "--total-num-mbufs=" + buffers(),
                                    "--mbcache=" + JavaForwarder.CACHE));
                    return command;
                },
                false);
    }

    /** Another program, with a log of its own. */
    static DpdkProcess other(String title, List<String> command) throws IOException {
        return start(title, name -> command, false);
    }

    private List<String> javaOptions(String name, String device) {
        List<String> options = new ArrayList<>(ealOptions(name, List.of(device)));
        options.addAll(List.of("--", "io", "32", "0"));
        options.addAll(List.of(Integer.toString(ProbeFrame.LENGTH), Integer.toString(buffers())));
        if (descriptors != JavaForwarder.DESCRIPTORS) {
            options.add(Integer.toString(descriptors));
        }
        return options;
    }

    private int buffers() {
        return Math.max(LEAST_BUFFERS, 4 * descriptors - 1);
    }

    private List<String> ealOptions(String name, List<String> devices) {
        List<String> options = new ArrayList<>(launch.ealOptions(name));
        if (devices.stream().anyMatch(device -> device.startsWith("net_virtio_user"))) {
            // What vhost-user asks of whoever shares memory with it.
            options.add("--single-file-segments");
        }
        devices.forEach(device -> options.addAll(List.of("--vdev", device)));
        return options;
    }

    private interface Words {
        List<String> of(String name) throws IOException;
    }

    private static DpdkProcess start(String title, Words words, boolean contained)
            throws IOException {
        Path directory = Files.createTempDirectory("dpdk4j-echo");
        String name = directory.getFileName().toString();
        try {
            return DpdkProcess.start(title, words.of(name), name, directory, contained);
        } catch (IOException e) {
            DpdkProcess.deleteTraces(directory, name);
            throw e;
        }
    }
}
