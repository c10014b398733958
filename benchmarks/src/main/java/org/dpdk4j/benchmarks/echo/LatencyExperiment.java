// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import static java.util.Locale.ROOT;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.dpdk4j.benchmarks.evaluation.Case;
import org.dpdk4j.benchmarks.evaluation.Claim;
import org.dpdk4j.benchmarks.evaluation.Closing;
import org.dpdk4j.benchmarks.evaluation.DpdkProcess;
import org.dpdk4j.benchmarks.evaluation.Evaluation;
import org.dpdk4j.benchmarks.evaluation.Experiment;
import org.dpdk4j.benchmarks.evaluation.Temporary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * How long a frame takes to a forwarder and back, on the host and in a container, at three loads.
 */
@Command(
        name = "LatencyExperiment",
        sortOptions = false,
        description = "Measures latency at 10, 50 and 90 % of the maximal rate of each transport.")
public final class LatencyExperiment implements Callable<Integer> {
    private static final String HOST = "Java";
    private static final String HOST_AGAIN = "Java again";
    private static final String CONTAINER = "Java in a container";
    private static final String TESTPMD = "testpmd";
    private static final int[] LOADS = {10, 50, 90};
    private static final int WINDOW = 512;

    /** From here on there is time for both transports, and to start the forwarders anew. */
    private static final int LONG_SECONDS = 60;

    private static final int LEAST_STARTS = 3;

    /** Starts differ more than rounds do; so a longer run has more of them, not longer ones. */
    private static final int SECONDS_FOR_A_START = 30;

    private static final double LEAST_RATE = 10_000;
    private static final Duration START_TIME = Duration.ofSeconds(12);
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration CALIBRATION = Duration.ofSeconds(2);
    private static final Duration REHEARSAL = Duration.ofSeconds(2);
    private static final Duration SHORTEST = Duration.ofSeconds(2);
    private static final Set<Metric> METRICS = EnumSet.allOf(Metric.class);
    private static final Set<Metric> LATENCIES = EnumSet.range(Metric.P50, Metric.MAX);
    private static final Set<Metric> OF_SLICES = EnumSet.of(Metric.P50, Metric.P999);
    private static final Map<Metric, Claim> CLAIMS =
            Map.of(Metric.P50, Claim.atMost(1.01), Metric.P999, Claim.atMost(1.05));

    @Mixin final ExperimentOptions options = new ExperimentOptions();

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "300",
            description = "About how long all of it may take (default ${DEFAULT-VALUE}).")
    int seconds;

    private final List<String> notes = new ArrayList<>();

    /**
     * Runs it.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        ExperimentOptions.run(new LatencyExperiment(), args);
    }

    @Override
    public Integer call() throws IOException {
        boolean brief = seconds < LONG_SECONDS;
        List<EchoTransport> transports =
                brief ? List.of(EchoTransport.MEMIF) : List.of(EchoTransport.values());
        int starts =
                brief
                        ? 1
                        : Math.max(LEAST_STARTS, seconds / SECONDS_FOR_A_START / transports.size());
        if (!options.contained()) {
            notes.add("No container: no engine was to be used.");
        }
        Duration each =
                Duration.ofSeconds(seconds)
                        .dividedBy((long) transports.size() * starts)
                        .minus(START_TIME);
        Duration measured = each.compareTo(SHORTEST) < 0 ? SHORTEST : each;
        Path directory = Temporary.make("dpdk4j-latency");
        Random random = new Random(options.seed);
        List<Case> cases = new ArrayList<>();
        boolean clean = true;
        Map<EchoTransport, List<Link>> links = new LinkedHashMap<>();
        transports.forEach(transport -> links.put(transport, links(transport, directory)));
        try (MeasuringProcess process =
                MeasuringProcess.start(
                        options.measuringCpu(),
                        links.values().stream().flatMap(List::stream).toList())) {
            for (Map.Entry<EchoTransport, List<Link>> entry : links.entrySet()) {
                EchoTransport transport = entry.getKey();
                Tally tally = new Tally();
                List<Double> maxima = new ArrayList<>();
                for (int start = 0; start < starts; start++) {
                    say(transport, start, starts);
                    maxima.add(
                            measure(process, transport, entry.getValue(), measured, tally, random));
                }
                notes.addAll(tally.faults());
                clean &= tally.faults().isEmpty();
                cases.addAll(cases(transport, maxima, tally, random));
            }
        } finally {
            Temporary.delete(directory);
        }
        Evaluation.write(experiment(cases), options.experiment());
        return clean ? 0 : 1;
    }

    private void say(EchoTransport transport, int start, int starts) {
        System.out.printf(
                ROOT, "latency over %s, start %d of %d%n", transport.title(), start + 1, starts);
    }

    private List<Link> links(EchoTransport transport, Path directory) {
        List<String> names = new ArrayList<>(List.of(HOST, HOST_AGAIN));
        if (options.contained()) {
            names.add(CONTAINER);
        }
        names.add(TESTPMD);
        List<Link> links = new ArrayList<>();
        for (String name : names) {
            int index = links.size();
            String device = transport.server(index, socket(directory, transport, index));
            links.add(new Link(name, device, ProbeFrame.plain(index), WINDOW));
        }
        return links;
    }

    private static Path socket(Path directory, EchoTransport transport, int index) {
        Path folder = directory.resolve(transport.name() + index);
        folder.toFile().mkdirs();
        return folder.resolve("socket");
    }

    /**
     * Starts the forwarders and lets them have their turns.
     *
     * @return the maximal rate, in frames per second
     */
    private double measure(
            MeasuringProcess process,
            EchoTransport transport,
            List<Link> links,
            Duration measured,
            Tally tally,
            Random random)
            throws IOException {
        SequencedMap<Link, Contender> contenders = new LinkedHashMap<>();
        links.forEach(link -> contenders.put(link, new Contender()));
        // Who comes first may be given better memory than who comes last.
        List<Map.Entry<Link, Contender>> order = new ArrayList<>(contenders.entrySet());
        Collections.shuffle(order, random);
        try (Closing closing = new Closing()) {
            contenders.values().forEach(closing::add);
            for (Map.Entry<Link, Contender> entry : order) {
                Link link = entry.getKey();
                Contender contender = entry.getValue();
                contender.add(start(transport, link));
                process.awaitEcho(link, contender);
                contender.end();
            }
            double maximum = maximalRate(process, contenders, random);
            List<Phase> phases =
                    IntStream.of(LOADS)
                            .mapToObj(load -> Phase.latency(maximum * load / 100))
                            .toList();
            process.rehearse(contenders, phases, Duration.ZERO, REHEARSAL, random);
            keepUndisturbed(contenders.values());
            tally.add(process.measure(contenders, phases, Duration.ZERO, measured, random));
            return maximum;
        }
    }

    /** What the slowest can move just now, in frames per second. */
    private double maximalRate(
            MeasuringProcess process, Map<Link, Contender> contenders, Random random)
            throws IOException {
        List<Phase> saturated = List.of(Phase.latency(Double.POSITIVE_INFINITY));
        double slowest =
                process.rehearse(contenders, saturated, WARM_UP, CALIBRATION, random).slowest(0)
                        * 1e6;
        if (slowest < LEAST_RATE) {
            notes.add("Something else kept the CPUs so busy that no maximal rate was found.");
        }
        return Math.max(slowest, LEAST_RATE);
    }

    private void keepUndisturbed(Collection<Contender> contenders) throws IOException {
        try {
            for (Contender contender : contenders) {
                contender.undisturbed();
            }
        } catch (IOException e) {
            // All of them, or none.
            for (Contender contender : contenders) {
                contender.disturbed();
            }
            String note =
                    "What else runs on these CPUs is in the tails: "
                            + e.getMessage()
                            + ", and without real-time priority it could not be held back.";
            if (!notes.contains(note)) {
                notes.add(note);
            }
        }
    }

    private DpdkProcess start(EchoTransport transport, Link link) throws IOException {
        EchoCommand command = new EchoCommand(options.launch());
        Path socket = Path.of(link.device().substring(link.device().lastIndexOf('=') + 1));
        String device = transport.client(socket);
        return switch (link.name()) {
            case CONTAINER ->
                    command.contained(
                            link.name(), device, Objects.requireNonNull(socket.getParent()));
            case TESTPMD -> command.testpmd(link.name(), List.of(device));
            default -> command.java(link.name(), device);
        };
    }

    private static List<Case> cases(
            EchoTransport transport, List<Double> maxima, Tally tally, Random random) {
        List<Case> cases = new ArrayList<>();
        double usual =
                maxima.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
        for (int phase = 0; phase < LOADS.length; phase++) {
            Tally.Outcome outcome = tally.outcome(phase, phase);
            compare(outcome, Scope.FRAMES, LATENCIES, random);
            compare(outcome, Scope.SLICES, OF_SLICES, random);
            SequencedMap<String, String> parameters = new LinkedHashMap<>();
            parameters.put("transport", transport.title());
            parameters.put("load", LOADS[phase] + " %");
            parameters.put("frames/s", String.format(ROOT, "%,.0f", usual * LOADS[phase] / 100));
            cases.add(outcome.toCase(parameters, METRICS, OF_SLICES));
        }
        return cases;
    }

    private static void compare(
            Tally.Outcome outcome, Scope scope, Set<Metric> metrics, Random random) {
        Map<Metric, Double> bands = outcome.compareEquals(scope, HOST_AGAIN, HOST, metrics, random);
        outcome.compare(scope, CONTAINER, HOST, metrics, bands, CLAIMS, random);
        outcome.compare(scope, HOST, TESTPMD, metrics, bands, Map.of(), random);
    }

    private Experiment experiment(List<Case> cases) {
        return new Experiment(
                "latency",
                "Latency",
                "How long does a frame take to a forwarder and back, on the host and in a container?",
                "The measuring process, on one CPU, sends frames of 64 bytes to forwarders on"
                        + " another, in slices of 100 ms in turn; those whose turn it is not are"
                        + " stopped. The maximal rate is what the slowest side of a transport moves"
                        + " with the same loop after each start; all sides get the same rates."
                        + " The time of each frame counts from when it was to be sent, so that a"
                        + " pause is seen by all frames that it delays (coordinated omission), and"
                        + " contains the pauses of both CPUs. In a slice, the thread that forwards and"
                        + " the one that measures have real-time priority (SCHED_FIFO), as on CPUs"
                        + " of their own; what else wants these CPUs gets them for 20 ms between"
                        + " slices. Quantiles are of all frames of all"
                        + " rounds (HdrHistogram, three digits); those of a slice are the medians of"
                        + " what each slice's own frames gave, and of their ratios. Intervals by the bootstrap over"
                        + " starts and rounds. Each frame has to come back once, in order, with its"
                        + " contents.",
                cases,
                notes);
    }
}
