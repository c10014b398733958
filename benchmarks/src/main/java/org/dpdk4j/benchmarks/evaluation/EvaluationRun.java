// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures what {@code benchmarks/run} is asked for, and writes the report. */
@Command(
        name = "benchmarks/run",
        sortOptions = false,
        description = {
            "Compares a forwarder in Java on the host with the same in a container, with the least C",
            "that does the same work, and with dpdk-testpmd; writes a report."
        })
public final class EvaluationRun implements Callable<Integer> {
    private static final Pattern PATH_SEPARATOR = Pattern.compile(":");

    @Mixin PlanOptions wanted = new PlanOptions();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Where the report is written.")
    Path out = Path.of("");

    @Option(
            names = "--programs",
            split = ",",
            paramLabel = "NAME",
            description = "Which of: ${COMPLETION-CANDIDATES} (default: all).")
    Set<Program> programs = EnumSet.allOf(Program.class);

    @Option(names = "--starts", paramLabel = "N", description = "Starts of the programs of a case.")
    int starts;

    @Option(names = "--rounds", paramLabel = "N", description = "Slices of a program after each.")
    int rounds;

    @Option(
            names = "--class-path",
            paramLabel = "PATH",
            description = "Where a --function is found.")
    String classPath = "";

    @Option(
            names = "--cpus",
            split = ",",
            arity = "1",
            paramLabel = "CPU",
            description = "One for everything else, and one to forward on (default: 0,1).")
    List<Integer> cpus = List.of(0, 1);

    @Option(
            names = "--java-options",
            split = " ",
            paramLabel = "OPTIONS",
            description = "For the JVMs that forward (default: ${DEFAULT-VALUE}).")
    List<String> javaOptions = JvmOptions.usual();

    @Option(
            names = "--preload",
            paramLabel = "FILE",
            description = "The library of EAL, for these JVMs to load first (LD_PRELOAD).")
    @Nullable Path preload;

    @Option(names = "--image", paramLabel = "NAME", description = "The container's image.")
    @Nullable String image;

    @Option(names = "--c-forwarder", paramLabel = "FILE", description = "forwarder.c, compiled.")
    @Nullable Path cForwarder;

    @Option(names = "--no-throughput", description = "Only the experiments that are given.")
    boolean noThroughput;

    @Option(
            names = "--experiment",
            paramLabel = "FILE",
            description = "Results of an experiment that was made before, for the report.")
    List<Path> others = List.of();

    @Option(
            names = "--again",
            paramLabel = "FILE",
            description = "Writes the report of an evaluation.json anew, and measures nothing.")
    @Nullable Path again;

    @Option(names = "--plan", description = "Says what would be measured, and measures nothing.")
    boolean planOnly;

    @Option(names = "--seed", paramLabel = "N", description = "Of all that is drawn.")
    long seed = System.nanoTime();

    @Option(names = "--help", usageHelp = true, description = "Shows this.")
    boolean help;

    private final PrintStream screen = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    /**
     * Runs it.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        CommandLine command = new CommandLine(new EvaluationRun());
        command.setCaseInsensitiveEnumValuesAllowed(true);
        command.setParameterExceptionHandler((e, arguments) -> {
            System.err.println("benchmarks/run: " + e.getMessage() + " (--help shows how)");
            return CommandLine.ExitCode.USAGE;
        });
        command.setExecutionExceptionHandler((e, failed, parsed) -> {
            System.err.println("benchmarks/run: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        });
        System.exit(command.execute(args));
    }

    @Override
    public Integer call() throws IOException {
        if (again != null) {
            report(Evaluation.read(again));
            return 0;
        }
        if (cpus.size() != 2) {
            throw new IllegalArgumentException("--cpus are two");
        }
        Plan plan = wanted.plan();
        if (planOnly) {
            plan.workloads().forEach(screen::println);
            return 0;
        }
        Set<Program> possible = possible();
        Map<Program, List<String>> pairs = VfPairs.handOut(wanted.vfs, possible);
        if (!noThroughput && !wanted.vfs.isEmpty()) {
            VfPairs.leftOut(pairs, possible).forEach(screen::println);
        }
        Launch launch =
                new Launch(cpus, javaOptions, preload, cForwarder, image, pairs, classPath());
        Map<String, String> environment = Environment.of(launch);
        int times = starts > 0 ? starts : plan.starts();
        int slices = rounds > 0 ? rounds : plan.rounds();
        environment.put("throughput", times + " starts of " + slices + " rounds, seed " + seed);
        Random random = new Random(seed);
        Contest contest = new Contest(launch, times, slices, random, () -> screen.print('.'));
        List<String> notes = new ArrayList<>();
        List<Case> cases =
                new Throughput(contest, random, screen)
                        .measure(
                                noThroughput ? List.of() : plan.workloads(),
                                List.copyOf(possible),
                                notes);
        List<Experiment> experiments = new ArrayList<>();
        if (!noThroughput) {
            experiments.add(Throughput.experiment(cases, notes));
        }
        for (Path file : others) {
            experiments.add(Evaluation.readExperiment(file));
        }
        report(new Evaluation(environment, experiments));
        return notes.isEmpty() ? 0 : 1;
    }

    /** Those that are wanted and that there is an image and a compiler for. */
    private Set<Program> possible() {
        Set<Program> possible = EnumSet.copyOf(programs);
        if (image == null) {
            possible.remove(Program.CONTAINER);
        }
        if (cForwarder == null) {
            possible.remove(Program.C);
        }
        return possible;
    }

    private void report(Evaluation evaluation) throws IOException {
        Files.createDirectories(out);
        evaluation.write(out.resolve("evaluation.json"));
        evaluation.writeJmh(out.resolve("jmh.json"));
        new HtmlReport(evaluation).write(out);
        screen.print(TextReport.of(evaluation));
    }

    private List<Path> classPath() {
        return Stream.of(System.getProperty("java.class.path"), classPath)
                .flatMap(PATH_SEPARATOR::splitAsStream)
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry).toAbsolutePath())
                .toList();
    }
}
