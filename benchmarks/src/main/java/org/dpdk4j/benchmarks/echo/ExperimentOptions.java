// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.dpdk4j.benchmarks.evaluation.JvmOptions;
import org.dpdk4j.benchmarks.evaluation.Launch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** What each experiment in a process of its own is told. */
public final class ExperimentOptions {
    private static final Pattern PATH_SEPARATOR = Pattern.compile(":");

    @Option(
            names = "--experiment",
            required = true,
            paramLabel = "FILE",
            description = "Where the result is written, as JSON.")
    Path experiment = Path.of("");

    @Option(
            names = "--image",
            paramLabel = "NAME",
            description = "The container's image; without it, nothing runs in a container.")
    String image = "";

    @Option(
            names = "--preload",
            paramLabel = "FILE",
            description = "The library of EAL, for JVMs that forward to load first (LD_PRELOAD).")
    @Nullable Path preload;

    @Option(names = "--c-forwarder", paramLabel = "FILE", description = "forwarder.c, compiled.")
    @Nullable Path cForwarder;

    @Option(
            names = "--cpus",
            split = ",",
            paramLabel = "CPU",
            description = "One to measure on, and one to forward on (default: 0,1).")
    List<Integer> cpus = List.of(0, 1);

    @Option(
            names = "--java-options",
            split = " ",
            paramLabel = "OPTIONS",
            description = "For the JVMs that forward (default: ${DEFAULT-VALUE}).")
    List<String> javaOptions = JvmOptions.usual();

    @Option(names = "--seed", paramLabel = "N", description = "Of all that is drawn.")
    long seed = System.nanoTime();

    @Option(names = "--help", usageHelp = true, description = "Shows this.")
    boolean help;

    /** With nothing chosen. */
    public ExperimentOptions() {}

    /** {@return where the result goes} */
    public Path experiment() {
        return experiment;
    }

    /** {@return whether there is an image for a container} */
    public boolean contained() {
        return !image.isEmpty();
    }

    /** {@return the CPU to measure on} */
    public int measuringCpu() {
        return cpus.getFirst();
    }

    /** {@return the CPU to forward on} */
    public int forwardingCpu() {
        return cpus.getLast();
    }

    /**
     * {@return how forwarders are started}
     *
     * @param more options of those in Java
     */
    public Launch launch(String... more) {
        List<Path> classPath =
                PATH_SEPARATOR
                        .splitAsStream(System.getProperty("java.class.path"))
                        .filter(entry -> !entry.isEmpty())
                        .map(entry -> Path.of(entry).toAbsolutePath())
                        .toList();
        return new Launch(
                cpus,
                java(more),
                preload,
                cForwarder,
                contained() ? image : null,
                Map.of(),
                classPath);
    }

    /** The options of JVMs that forward, and some more. */
    List<String> java(String... more) {
        return Stream.concat(javaOptions.stream(), Stream.of(more)).toList();
    }

    /**
     * Runs an experiment and ends the process.
     *
     * @param experiment a command of picocli
     * @param args its arguments
     */
    public static void run(Object experiment, String... args) {
        CommandLine command = new CommandLine(experiment);
        String name = experiment.getClass().getSimpleName();
        command.setParameterExceptionHandler((e, arguments) -> {
            System.err.println(name + ": " + e.getMessage() + " (--help shows how)");
            return CommandLine.ExitCode.USAGE;
        });
        command.setExecutionExceptionHandler((e, failed, parsed) -> {
            System.err.println(
                    name + ": " + (e.getMessage() == null ? e.toString() : e.getMessage()));
            return CommandLine.ExitCode.SOFTWARE;
        });
        System.exit(command.execute(args));
    }
}
