// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.dpdk4j.benchmarks.evaluation.Case;
import org.dpdk4j.benchmarks.evaluation.DpdkProcess;
import org.dpdk4j.benchmarks.evaluation.Evaluation;
import org.dpdk4j.benchmarks.evaluation.Experiment;
import org.dpdk4j.benchmarks.evaluation.Launch;
import org.dpdk4j.benchmarks.evaluation.Score;
import org.dpdk4j.benchmarks.evaluation.Temporary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a forwarder costs before its first packet, and besides its packets. */
@Command(
        name = "CostExperiment",
        sortOptions = false,
        description = "Measures start, memory and CPU time of forwarders in Java and in C.")
public final class CostExperiment implements Callable<Integer> {
    private static final int WINDOW = 512;

    /** Until compiled code runs. */
    private static final Duration WARM_UP = Duration.ofSeconds(2);

    private static final Duration MEASURED = Duration.ofMillis(500);

    @Mixin final ExperimentOptions options = new ExperimentOptions();

    @Option(
            names = "--repetitions",
            paramLabel = "N",
            defaultValue = "5",
            description = "Starts of each program, in turn (default ${DEFAULT-VALUE}).")
    int repetitions;

    private final List<String> notes = new ArrayList<>();

    /**
     * Runs it.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        ExperimentOptions.run(new CostExperiment(), args);
    }

    private enum Program {
        JAVA("Java"),
        JAVA_CACHED("Java with an AOT cache"),
        CONTAINER("Java in a container"),
        C("C"),
        TESTPMD("testpmd");

        private final String title;

        Program(String title) {
            this.title = title;
        }
    }

    /** What one start of a program gave. */
    private record Cost(
            double startMillis, double mebibytes, double privateMebibytes, double cpuMillis) {}

    @Override
    public Integer call() throws IOException {
        Path directory = Temporary.make("dpdk4j-cost");
        Path cache = directory.resolve("forwarder.aot");
        SequencedMap<Program, Link> links = new LinkedHashMap<>();
        for (Program program : Program.values()) {
            if (offered(program)) {
                Path folder = Files.createDirectory(directory.resolve(program.name()));
                links.put(program, link(program, links.size(), folder));
            }
        }
        Random random = new Random(options.seed);
        Map<Program, List<Cost>> costs = new LinkedHashMap<>();
        List<String> faults = new ArrayList<>();
        try (MeasuringProcess process =
                MeasuringProcess.start(options.measuringCpu(), List.copyOf(links.values()))) {
            if (!train(process, Objects.requireNonNull(links.get(Program.JAVA)), cache)) {
                links.remove(Program.JAVA_CACHED);
                notes.add("No AOT cache: this JVM made none.");
            }
            links.keySet().forEach(program -> costs.put(program, new ArrayList<>()));
            for (int i = 0; i < repetitions; i++) {
                System.out.printf("cost: repetition %d of %d%n", i + 1, repetitions);
                List<Program> order = new ArrayList<>(links.keySet());
                Collections.shuffle(order, random);
                for (Program program : order) {
                    Link link = Objects.requireNonNull(links.get(program));
                    Objects.requireNonNull(costs.get(program))
                            .add(measure(process, program, link, cache, faults, random));
                }
            }
        } finally {
            Temporary.delete(directory);
        }
        notes.addAll(faults);
        Evaluation.write(experiment(costs), options.experiment());
        return faults.isEmpty() ? 0 : 1;
    }

    private boolean offered(Program program) {
        return switch (program) {
            case CONTAINER -> has(options.contained(), "No container: no engine was to be used.");
            case C -> has(options.cForwarder != null, "No C: it was not compiled.");
            default -> true;
        };
    }

    private boolean has(boolean offered, String otherwise) {
        if (!offered) {
            notes.add(otherwise);
        }
        return offered;
    }

    private static Link link(Program program, int index, Path folder) {
        String device =
                "net_memif%d,role=server,socket-abstract=no,socket=%s"
                        .formatted(index, folder.resolve("memif"));
        return new Link(program.title, device, ProbeFrame.plain(index), WINDOW);
    }

    /** Lets a JVM write down what it loaded and linked while it forwarded for a moment. */
    private boolean train(MeasuringProcess process, Link link, Path cache) throws IOException {
        System.out.println("cost: making an AOT cache");
        try (Contender contender = new Contender()) {
            contender.add(start(Program.JAVA, link, "-XX:AOTCacheOutput=" + cache));
            process.awaitEcho(link, contender);
        }
        return Files.exists(cache);
    }

    private Cost measure(
            MeasuringProcess process,
            Program program,
            Link link,
            Path cache,
            List<String> faults,
            Random random)
            throws IOException {
        String[] jvm =
                program == Program.JAVA_CACHED
                        ? new String[] {"-XX:AOTCache=" + cache}
                        : new String[0];
        try (Contender contender = new Contender()) {
            long began = System.nanoTime();
            contender.add(start(program, link, jvm));
            long echoed = process.awaitEcho(link, contender);
            Usage usage = new Usage(contender.pid());
            process.measure(
                    Map.of(link, contender),
                    List.of(Phase.throughput()),
                    WARM_UP,
                    Duration.ZERO,
                    random);
            // It is stopped, and gets the CPU for its slices only.
            long before = usage.cpuNanos();
            Tally tally = new Tally();
            tally.add(
                    process.measure(
                            Map.of(link, contender),
                            List.of(Phase.throughput()),
                            Duration.ZERO,
                            MEASURED,
                            random));
            long cpuNanos = usage.cpuNanos() - before;
            faults.addAll(tally.faults());
            return new Cost(
                    (echoed - began) / 1e6,
                    usage.kibibytes("Rss") / 1024.0,
                    usage.kibibytes("Pss") / 1024.0,
                    cpuNanos / (double) tally.sent());
        }
    }

    private DpdkProcess start(Program program, Link link, String... jvm) throws IOException {
        Launch launch = options.launch(jvm);
        EchoCommand command = new EchoCommand(launch);
        Path socket = Path.of(link.device().substring(link.device().lastIndexOf('=') + 1));
        String device = "net_memif0,role=client,socket-abstract=no,socket=" + socket;
        return switch (program) {
            case JAVA, JAVA_CACHED -> command.java(program.title, device);
            case CONTAINER ->
                    command.contained(
                            program.title, device, Objects.requireNonNull(socket.getParent()));
            case C -> command.c(program.title, device);
            case TESTPMD -> command.testpmd(program.title, List.of(device));
        };
    }

    private Experiment experiment(Map<Program, List<Cost>> costs) {
        List<Score> scores = new ArrayList<>();
        costs.forEach((program, all) -> {
            scores.add(score(program, "ms to the first packet", all, Cost::startMillis));
            scores.add(score(program, "MiB resident", all, Cost::mebibytes));
            scores.add(score(program, "MiB of its own", all, Cost::privateMebibytes));
            scores.add(score(program, "ms of CPU time per million packets", all, Cost::cpuMillis));
        });
        Map<String, String> parameters = Map.of("transport", "memif");
        return new Experiment(
                "cost",
                "Cost",
                "What do Java and a container cost, besides packets?",
                "Each program is started in turn, in an order that is drawn, with the same EAL"
                        + " options. To the first packet: from the start of its process, or of docker"
                        + " run, until a frame that is sent to it every millisecond first came back."
                        + " Memory: Rss and Pss of /proc/PID/smaps_rollup, which leaves out the"
                        + " hugepages, the same 96 MiB for all; pages that several processes share"
                        + " count in part in the second. CPU time: of all threads of the process"
                        + " while it forwards as many frames as come back, with time for compilation"
                        + " before; it polls, so this is the inverse of its rate and what other"
                        + " threads add.",
                List.of(new Case(parameters, scores, List.of())),
                notes);
    }

    private interface Of {
        double value(Cost cost);
    }

    private static Score score(Program program, String unit, List<Cost> costs, Of of) {
        return Score.of(program.title, unit, List.of(costs.stream().map(of::value).toList()));
    }
}
