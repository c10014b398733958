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
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
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
    private static final Set<Transport> ALL = EnumSet.allOf(Transport.class);

    @Option(names = "--quick", description = "Few cases, in less than five minutes.")
    boolean quick;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Where the report is written.")
    Path out = Path.of("");

    @Option(
            names = "--transports",
            split = ",",
            paramLabel = "NAME",
            description = "Which of: ${COMPLETION-CANDIDATES} (default: all).")
    Set<Transport> transports = EnumSet.copyOf(ALL);

    @Option(
            names = "--leave-out",
            split = ",",
            paramLabel = "NAME",
            description = "Transports that this machine has not.")
    Set<Transport> leftOut = EnumSet.noneOf(Transport.class);

    @Option(
            names = "--sizes",
            split = ",",
            paramLabel = "BYTES",
            description = "Of frames (default: 64, 1518, 9000).")
    Set<Integer> sizes = new TreeSet<>();

    @Option(
            names = "--bursts",
            split = ",",
            paramLabel = "N",
            description = "Packets in a burst (default: 1, 4, 32, 64).")
    Set<Integer> bursts = new TreeSet<>();

    @Option(
            names = "--modes",
            split = ",",
            paramLabel = "MODE",
            description = {
                "Only these, on each of the transports that has packets for it (net_null's have no",
                "headers, and rxonly and txonly are for it alone), with each of the sizes and bursts",
                "that are given (default: 64 and 32; af_packet and af_xdp carry up to 1518 bytes):",
                "io, macswap, 5tswap, csum, rxonly, txonly, l3fwd."
            })
    List<String> modes = List.of();

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
            names = "--function",
            paramLabel = "CLASS",
            description = {
                "A PacketFunction of another project, which is measured instead of the built-in modes:",
                "in a container and on the host."
            })
    @Nullable String function;

    @Option(names = "--class-path", paramLabel = "PATH", description = "Where that is found.")
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

    @Option(
            names = "--vfs",
            split = ",",
            paramLabel = "ADDRESS",
            description = {
                "PCI addresses of virtual functions for the transport vf, bound to vfio-pci, pairs",
                "of the same port: for Java, Java again, the container, and C, without those that",
                "take no part. Programs for which there are none left are left out."
            })
    List<String> vfs = List.of();

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
        Map<Program, List<String>> pairs = VfPairs.handOut(vfs, programs, image, cForwarder);
        Launch launch =
                new Launch(cpus, javaOptions, preload, cForwarder, image, pairs, classPath());
        Plan plan = plan();
        if (planOnly) {
            plan.workloads().forEach(screen::println);
            return 0;
        }
        Map<String, String> environment = Environment.of(launch);
        Random random = new Random(seed);
        Contest contest =
                new Contest(
                        launch,
                        starts > 0 ? starts : plan.starts(),
                        rounds > 0 ? rounds : plan.rounds(),
                        random,
                        () -> screen.print('.'));
        List<String> notes = new ArrayList<>();
        List<Case> cases =
                new Throughput(contest, random, screen)
                        .measure(
                                noThroughput ? List.of() : plan.workloads(),
                                List.copyOf(programs),
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

    private void report(Evaluation evaluation) throws IOException {
        Files.createDirectories(out);
        evaluation.write(out.resolve("evaluation.json"));
        evaluation.writeJmh(out.resolve("jmh.json"));
        new HtmlReport(evaluation).write(out);
        screen.print(TextReport.of(evaluation));
    }

    private Plan plan() {
        boolean shaped = !modes.isEmpty() || !bursts.isEmpty() || !sizes.isEmpty();
        if (shaped && (quick || function != null)) {
            throw new IllegalArgumentException(
                    "--modes, --bursts and --sizes don't go with --quick or --function, which have"
                            + " their own");
        }
        if (vfs.isEmpty() && transports.contains(Transport.VF) && !transports.equals(ALL)) {
            throw new IllegalArgumentException("the transport vf needs --vfs");
        }
        VfPairs.check(VfPairs.SYSFS, vfs);
        if (function != null && function.indexOf('.') < 0) {
            throw new IllegalArgumentException(
                    "--function takes a class's whole name, with its package, not " + function);
        }
        Plan plan = chosenPlan();
        if (!vfs.isEmpty()
                && plan.workloads().stream().noneMatch(each -> each.transport() == Transport.VF)) {
            throw new IllegalArgumentException(
                    "--vfs is for the transport vf, of which there is no case: it has io alone, up"
                            + " to 1514 bytes, and no --function");
        }
        if (plan.workloads().isEmpty()) {
            throw new IllegalArgumentException(
                    "none of these transports has packets for that: rxonly and txonly are for"
                            + " net_null, whose packets have no headers, io and macswap for all, and"
                            + " the rest for the others; af_packet and af_xdp carry up to 1518 bytes"
                            + " and have no part in --quick and --function");
        }
        return plan;
    }

    private Plan chosenPlan() {
        Set<Transport> transports = EnumSet.copyOf(this.transports);
        transports.removeAll(leftOut);
        if (vfs.isEmpty()) {
            transports.remove(Transport.VF);
        }
        if (function != null) {
            return Plan.function(transports, function, quick);
        }
        if (!modes.isEmpty()) {
            return Plan.chosen(transports, modes, bursts, sizes);
        }
        return quick ? Plan.quick(transports) : Plan.full(transports, bursts, sizes);
    }

    private List<Path> classPath() {
        return Stream.of(System.getProperty("java.class.path"), classPath)
                .flatMap(PATH_SEPARATOR::splitAsStream)
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry).toAbsolutePath())
                .toList();
    }
}
