// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
 * @param noise the same of two equals, in the same cases
 * @param claim what is claimed of it
 */
record Summary(
        String title,
        String quantity,
        String over,
        int cases,
        Ratio ratio,
        Ratio noise,
        @Nullable Claim claim) {
    private static final long SEED = 7;
    private static final String NET_RING = "net_ring";
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

    private static void addThroughput(List<Summary> summaries, List<Case> cases) {
        List<Case> usual = cases.stream().filter(Summary::usual).toList();
        List<Case> ring = with(usual, "transport", NET_RING);
        List<Case> others =
                usual.stream().filter(c -> OTHERS.contains(parameter(c, "transport"))).toList();
        String names = String.join(", ", OTHERS);
        Ratios rate = new Ratios(summaries, RATE, Throughput.MPPS);
        rate.add(Program.CONTAINER, Program.HOST, "all cases", cases, Claim.atLeast(0.99));
        rate.add(Program.HOST, Program.TESTPMD, names, others, Claim.atLeast(1));
        rate.add(Program.HOST, Program.C, names, others, Claim.atLeast(0.98));
        // Of rxonly, Java does more by itself than C, which calls a function of DPDK's library.
        rate.add(
                Program.HOST,
                Program.C,
                "the same without rxonly",
                others.stream().filter(c -> !parameter(c, "mode").equals("rxonly")).toList(),
                Claim.atLeast(0.98));
        rate.add(
                Program.HOST,
                Program.C,
                "net_ring, io",
                with(ring, "mode", "io"),
                Claim.atLeast(0.85));
        rate.add(
                Program.HOST,
                Program.C,
                "net_ring, packets touched",
                ring.stream().filter(c -> !parameter(c, "mode").equals("io")).toList(),
                Claim.atLeast(0.95));
    }

    /** At each load, over the transports. */
    private static void addLatency(List<Summary> summaries, List<Case> cases) {
        Ratios median = new Ratios(summaries, "p50 latency", "p50 µs of a slice");
        Ratios tail = new Ratios(summaries, "p99.9 latency", "p99.9 µs of a slice");
        for (String load : cases.stream().map(c -> parameter(c, "load")).distinct().toList()) {
            List<Case> loaded = with(cases, "load", load);
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
        void add(Program side, Program base, String over, List<Case> cases, Claim claim) {
            List<Case> with =
                    cases.stream()
                            .filter(c -> raw(c, side) != null && raw(c, base) != null)
                            .filter(c -> raw(c, Program.HOST_AGAIN) != null)
                            .toList();
            if (!with.isEmpty()) {
                summaries.add(
                        new Summary(
                                side.title() + " ÷ " + base.title(),
                                quantity,
                                over,
                                with.size(),
                                ratio(with, side, base),
                                ratio(with, Program.HOST_AGAIN, Program.HOST),
                                claim));
            }
        }

        private Ratio ratio(List<Case> cases, Program side, Program base) {
            return Ratio.ofAll(raws(cases, side), raws(cases, base), new Random(SEED));
        }

        private List<List<List<Double>>> raws(List<Case> cases, Program program) {
            return cases.stream().map(c -> raw(c, program)).flatMap(Stream::ofNullable).toList();
        }

        private @Nullable List<List<Double>> raw(Case setting, Program program) {
            return setting.score(program.title(), unit).map(Score::raw).orElse(null);
        }
    }

    private static boolean usual(Case setting) {
        return parameter(setting, "burst").equals("32") && parameter(setting, "frame").equals("64");
    }

    private static List<Case> with(List<Case> cases, String name, String value) {
        return cases.stream().filter(c -> parameter(c, name).equals(value)).toList();
    }

    private static String parameter(Case setting, String name) {
        return setting.parameters().getOrDefault(name, "");
    }
}
