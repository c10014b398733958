// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What many cases say together: the geometric mean of their ratios, whose interval is narrower than
 * that of any one.
 *
 * @param title of the ratio
 * @param quantity of what it is the ratio
 * @param over which cases
 * @param cases how many
 * @param ratio the mean and its interval
 * @param lowest of the cases' ratios
 * @param highest of them
 * @param noise the same of two equals, in the same cases
 * @param claim what is claimed of it, if anything is
 */
record Summary(
        String title,
        String quantity,
        String over,
        int cases,
        Ratio ratio,
        double lowest,
        double highest,
        Ratio noise,
        @Nullable Claim claim) {
    private static final long SEED = 7;
    private static final List<String> NET_RING = List.of("net_ring");
    private static final List<String> IO = List.of("io");
    private static final List<String> USUAL_FRAME = List.of("64");
    private static final String RATE = "packets per second";

    /** All but net_ring and the kernel's. */
    private static final List<String> OTHERS = List.of("net_null", "memif", "vhost");

    /** What a run's cases of throughput and of latency say, as far as it has them. */
    static List<Summary> of(Evaluation evaluation) {
        List<Summary> summaries = new ArrayList<>();
        addThroughput(summaries, cases(evaluation, "throughput"));
        addLatency(summaries, cases(evaluation, "latency"));
        return summaries;
    }

    private static List<Case> cases(Evaluation evaluation, String experiment) {
        return evaluation.experiment(experiment).map(Experiment::cases).orElse(List.of());
    }

    private static void addThroughput(List<Summary> summaries, List<Case> all) {
        List<Case> usual = all.stream().filter(Summary::usual).toList();
        List<Case> others = of(usual, "transport", OTHERS);
        List<Case> ring = of(usual, "transport", NET_RING);
        List<Case> ringIo =
                of(of(of(all, "transport", NET_RING), "mode", IO), "frame", USUAL_FRAME);
        List<Case> large = not(of(all, "transport", List.of("memif")), "frame", USUAL_FRAME);
        String names = String.join(", ", OTHERS);
        String larger = "memif, larger frames";
        Ratios rate = new Ratios(summaries, RATE, Throughput.MPPS);
        rate.add(Program.CONTAINER, Program.HOST, "all cases", all, Claim.atLeast(0.99));
        Claim testpmd = Claim.atLeast(1);
        rate.add(Program.HOST, Program.TESTPMD, names, others, testpmd);
        // Testpmd is far behind in these two, which would carry the mean.
        List<Case> forwarding = not(others, "mode", List.of("rxonly", "txonly"));
        String both = "the same without rxonly and txonly";
        rate.add(Program.HOST, Program.TESTPMD, both, forwarding, testpmd);
        rate.add(Program.HOST, Program.TESTPMD, larger, large, testpmd);
        Claim c = Claim.atLeast(0.98);
        rate.add(Program.HOST, Program.C, names, others, c);
        // Of rxonly, Java does more by itself than C, which calls a function of DPDK's library.
        List<Case> alike = not(others, "mode", List.of("rxonly"));
        rate.add(Program.HOST, Program.C, "the same without rxonly", alike, c);
        rate.add(Program.HOST, Program.C, larger, large, c);
        List<Case> ofRing = of(ring, "mode", IO);
        rate.add(Program.HOST, Program.C, "net_ring, io", ofRing, Claim.atLeast(0.85));
        List<Case> touched = not(ring, "mode", IO);
        Claim ofTouched = Claim.atLeast(0.95);
        rate.add(Program.HOST, Program.C, "net_ring, packets touched", touched, ofTouched);
        List<Case> small = of(ringIo, "burst", List.of("1", "4"));
        rate.add(Program.HOST, Program.C, "net_ring, io, bursts of 1 and 4", small, null);
    }

    /** At each load, over the transports. */
    private static void addLatency(List<Summary> summaries, List<Case> cases) {
        Ratios median = new Ratios(summaries, "p50 latency of a slice", "p50 µs of a slice");
        Ratios tail = new Ratios(summaries, "p99.9 latency of a slice", "p99.9 µs of a slice");
        for (String load : cases.stream().map(c -> parameter(c, "load")).distinct().toList()) {
            List<Case> loaded = of(cases, "load", List.of(load));
            String over =
                    load
                            + " load: "
                            + String.join(
                                    ", ",
                                    loaded.stream().map(c -> parameter(c, "transport")).toList());
            median.add(Program.CONTAINER, Program.HOST, over, loaded, Claim.atMost(1.01));
            tail.add(Program.CONTAINER, Program.HOST, over, loaded, Claim.atMost(1.05));
        }
    }

    /** Adds ratios of one quantity to the summaries. */
    private record Ratios(List<Summary> summaries, String quantity, String unit) {
        void add(Program side, Program base, String over, List<Case> cases, @Nullable Claim claim) {
            List<Case> with =
                    cases.stream()
                            .filter(c -> raw(c, side) != null && raw(c, base) != null)
                            .filter(c -> raw(c, Program.HOST_AGAIN) != null)
                            .toList();
            if (!with.isEmpty()) {
                DoubleSummaryStatistics each = each(with, side, base);
                summaries.add(
                        new Summary(
                                side.title() + " ÷ " + base.title(),
                                quantity,
                                over,
                                with.size(),
                                ratio(with, side, base),
                                each.getMin(),
                                each.getMax(),
                                ratio(with, Program.HOST_AGAIN, Program.HOST),
                                claim));
            }
        }

        private Ratio ratio(List<Case> cases, Program side, Program base) {
            return Ratio.ofAll(raws(cases, side), raws(cases, base), new Random(SEED));
        }

        private DoubleSummaryStatistics each(List<Case> cases, Program side, Program base) {
            List<List<List<Double>>> sides = raws(cases, side);
            List<List<List<Double>>> bases = raws(cases, base);
            return IntStream.range(0, sides.size())
                    .mapToDouble(i -> Ratio.value(sides.get(i), bases.get(i)))
                    .summaryStatistics();
        }

        private List<List<List<Double>>> raws(List<Case> cases, Program program) {
            return cases.stream().map(c -> raw(c, program)).flatMap(Stream::ofNullable).toList();
        }

        private @Nullable List<List<Double>> raw(Case setting, Program program) {
            return setting.score(program.title(), unit).map(Score::raw).orElse(null);
        }
    }

    /** Whether it has the burst and the frame that all modes are measured with. */
    static boolean usual(Case setting) {
        return parameter(setting, "burst").equals("32")
                && USUAL_FRAME.contains(parameter(setting, "frame"));
    }

    /** Those of which a parameter has one of some values. */
    private static List<Case> of(List<Case> cases, String name, List<String> values) {
        return cases.stream().filter(c -> values.contains(parameter(c, name))).toList();
    }

    private static List<Case> not(List<Case> cases, String name, List<String> values) {
        return cases.stream().filter(c -> !values.contains(parameter(c, name))).toList();
    }

    private static String parameter(Case setting, String name) {
        return setting.parameters().getOrDefault(name, "");
    }
}
