// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import static java.util.Locale.ROOT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.dpdk4j.benchmarks.evaluation.Case;
import org.dpdk4j.benchmarks.evaluation.DpdkProcess;
import org.dpdk4j.benchmarks.evaluation.Evaluation;
import org.dpdk4j.benchmarks.evaluation.Experiment;
import org.dpdk4j.benchmarks.evaluation.Score;
import org.dpdk4j.benchmarks.evaluation.Temporary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whether a forwarder in Java runs on without pauses and losses, under each collector. */
@Command(
        name = "SoakExperiment",
        sortOptions = false,
        description =
                "Forwards at 80 % load under each garbage collector, and counts pauses and losses.")
public final class SoakExperiment implements Callable<Integer> {
    private static final List<String> COLLECTORS =
            List.of("Serial", "Parallel", "G1", "Z", "Shenandoah");
    private static final String SIDE = "Java";
    private static final int DESCRIPTORS = 4096;
    private static final int RING_BITS = 12;
    private static final int WINDOW = 512;
    private static final double LOAD = 0.8;
    private static final double LEAST_RATE = 10_000;
    private static final long LONGEST_PAUSE_NANOS = 50_000;
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration CALIBRATION = Duration.ofSeconds(2);

    @Mixin final ExperimentOptions options = new ExperimentOptions();

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "10",
            description = "How long, all collectors together (default ${DEFAULT-VALUE}).")
    double minutes;

    private final List<String> notes = new ArrayList<>();
    private final List<Case> cases = new ArrayList<>();

    /**
     * Runs it.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        ExperimentOptions.run(new SoakExperiment(), args);
    }

    @Override
    public Integer call() throws IOException {
        Path directory = Temporary.make("dpdk4j-soak");
        List<String> collectors = COLLECTORS.stream().filter(this::offered).toList();
        Duration each = Duration.ofMillis((long) (minutes * 60_000)).dividedBy(collectors.size());
        Link link =
                new Link(
                        SIDE,
                        "net_memif0,role=server,socket-abstract=no,rsize=%d,socket=%s"
                                .formatted(RING_BITS, directory.resolve("memif")),
                        ProbeFrame.plain(0),
                        WINDOW);
        try (MeasuringProcess process =
                MeasuringProcess.start(options.measuringCpu(), List.of(link), DESCRIPTORS)) {
            for (String collector : collectors) {
                System.out.printf(ROOT, "soak: %s, for %d s%n", collector, each.toSeconds());
                soak(process, link, collector, directory, each);
            }
        } finally {
            Temporary.delete(directory);
        }
        Evaluation.write(experiment(), options.experiment());
        return notes.isEmpty() ? 0 : 1;
    }

    private boolean offered(String collector) {
        try {
            Process java =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-XX:+Use" + collector + "GC",
                                    "-version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (java.waitFor() == 0) {
                return true;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.out.println("soak: this JVM has no collector called " + collector);
        return false;
    }

    private void soak(
            MeasuringProcess process, Link link, String collector, Path directory, Duration time)
            throws IOException {
        Path log = directory.resolve(collector + ".log");
        try (Contender contender = new Contender()) {
            contender.add(start(collector, log, directory));
            process.awaitEcho(link, contender);
            Tally calibration =
                    process.rehearse(
                            Map.of(link, contender),
                            List.of(Phase.latency(Double.POSITIVE_INFINITY)),
                            WARM_UP,
                            CALIBRATION,
                            new Random(options.seed));
            contender.begin();
            double rate = Math.max(calibration.slowest(0) * 1e6, LEAST_RATE) * LOAD;
            Usage usage = new Usage(contender.pid());
            long allocated = AllocatedBytes.of(contender.pid());
            DpdkProcess.sleep(Duration.ofMillis(100));
            long waited = usage.workerWaitedNanos();
            long from = System.nanoTime();
            MeasuringProcess.Load load = process.load(link, contender, rate, time);
            long to = System.nanoTime();
            waited = usage.workerWaitedNanos() - waited;
            allocated = AllocatedBytes.of(contender.pid()) - allocated;
            record(collector, load, PauseLog.read(log, from, to), allocated, waited, to - from);
        }
    }

    private DpdkProcess start(String collector, Path log, Path directory) throws IOException {
        String[] jvm = {
            "-XX:-UseSerialGC",
            "-XX:+Use" + collector + "GC",
            "-Xlog:safepoint,gc:file=" + log + ":timenanos,tags"
        };
        String device =
                "net_memif0,role=client,socket-abstract=no,rsize=%d,socket=%s"
                        .formatted(RING_BITS, directory.resolve("memif"));
        return new EchoCommand(options.launch(jvm), DESCRIPTORS).java(SIDE, device);
    }

    private void record(
            String collector,
            MeasuringProcess.Load load,
            PauseLog pauses,
            long allocatedBytes,
            long waitedNanos,
            long nanos) {
        Side side = load.side();
        OpenLoop loop = load.loop();
        List<Score> scores =
                List.of(
                        score("Mpps", side.received() * 1e3 / nanos),
                        score("frames lost", loop.lost()),
                        score("frames wrong", side.wrong()),
                        score("frames lost by the sender's pauses", loop.lostWhenLate()),
                        score("pauses of the sender over 0.5 ms", loop.late()),
                        score("ms that the forwarder waited for its CPU", waitedNanos / 1e6),
                        score("safepoints", pauses.count()),
                        score("µs of the longest safepoint", pauses.longestNanos() / 1e3),
                        score("collections", pauses.collections()),
                        score("bytes allocated per packet", (double) allocatedBytes / side.sent()));
        cases.add(new Case(Map.of("collector", collector), scores, List.of()));
        if (loop.lost() > 0 || side.wrong() > 0) {
            notes.add(
                    String.format(
                            ROOT,
                            "%s: of %,d frames %,d were lost and %,d wrong; the forwarder waited %.1f ms"
                                    + " for its CPU.",
                            collector,
                            loop.offered(),
                            loop.lost(),
                            side.wrong(),
                            waitedNanos / 1e6));
        }
        if (pauses.longestNanos() > LONGEST_PAUSE_NANOS) {
            notes.add(
                    String.format(
                            ROOT,
                            "%s: a safepoint took %.1f µs; there were %s.",
                            collector,
                            pauses.longestNanos() / 1e3,
                            pauses.safepoints()));
        }
    }

    private static Score score(String unit, long count) {
        return score(unit, (double) count);
    }

    private static Score score(String unit, double value) {
        return Score.of(SIDE, unit, value);
    }

    private Experiment experiment() {
        return new Experiment(
                "soak",
                "Soak",
                "Does the forwarder run on without pauses, garbage and losses, under each collector?",
                "A forwarder over memif with 4096 descriptors, at 80 % of the rate that was found"
                        + " just before, under one collector after the other (heap 64 MiB). Frames"
                        + " are sent when they are due, and lost if the ring has no room. What is"
                        + " lost while the sender itself had no CPU is counted apart. Safepoints and"
                        + " collections: all that the JVM logged meanwhile. Allocated: what jcmd's"
                        + " thread dumps before and after say of the forwarding thread, to 1 KiB.",
                cases,
                notes);
    }
}
