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
 * @param over which cases
 * @param cases how many
 * @param ratio the mean and its interval
 * @param noise the same of two equals, in the same cases
 * @param claim what is claimed of it
 */
record Summary(
        String title, String over, int cases, Ratio ratio, Ratio noise, @Nullable Claim claim) {
    private static final long SEED = 7;
    private static final String NET_RING = "net_ring";

    /** All but net_ring and the kernel's. */
    private static final List<String> OTHERS = List.of("net_null", "memif", "vhost");

    /** What a run's throughput cases say, as far as it has them. */
    static List<Summary> of(Evaluation evaluation) {
        List<Case> cases =
                evaluation.experiment("throughput").map(Experiment::cases).orElse(List.of());
        List<Case> usual = cases.stream().filter(Summary::usual).toList();
        List<Case> ring = of(usual, NET_RING);
        List<Case> others =
                usual.stream().filter(c -> OTHERS.contains(parameter(c, "transport"))).toList();
        List<Summary> summaries = new ArrayList<>();
        add(summaries, Program.CONTAINER, Program.HOST, "all cases", cases, Claim.atLeast(0.99));
        add(
                summaries,
                Program.HOST,
                Program.TESTPMD,
                String.join(", ", OTHERS),
                others,
                Claim.atLeast(1));
        add(
                summaries,
                Program.HOST,
                Program.C,
                String.join(", ", OTHERS),
                others,
                Claim.atLeast(0.98));
        // Of rxonly, Java does more by itself than C, which calls a function of DPDK's library.
        add(
                summaries,
                Program.HOST,
                Program.C,
                "the same without rxonly",
                others.stream().filter(c -> !parameter(c, "mode").equals("rxonly")).toList(),
                Claim.atLeast(0.98));
        add(
                summaries,
                Program.HOST,
                Program.C,
                "net_ring, io",
                mode(ring, "io"),
                Claim.atLeast(0.85));
        add(
                summaries,
                Program.HOST,
                Program.C,
                "net_ring, packets touched",
                ring.stream().filter(c -> !parameter(c, "mode").equals("io")).toList(),
                Claim.atLeast(0.95));
        return summaries;
    }

    private static void add(
            List<Summary> summaries,
            Program side,
            Program base,
            String over,
            List<Case> cases,
            Claim claim) {
        List<Case> with =
                cases.stream()
                        .filter(c -> raw(c, side) != null && raw(c, base) != null)
                        .filter(c -> raw(c, Program.HOST_AGAIN) != null)
                        .toList();
        if (!with.isEmpty()) {
            summaries.add(
                    new Summary(
                            side.title() + " ÷ " + base.title(),
                            over,
                            with.size(),
                            ratio(with, side, base),
                            ratio(with, Program.HOST_AGAIN, Program.HOST),
                            claim));
        }
    }

    private static Ratio ratio(List<Case> cases, Program side, Program base) {
        return Ratio.ofAll(raws(cases, side), raws(cases, base), new Random(SEED));
    }

    private static List<List<List<Double>>> raws(List<Case> cases, Program program) {
        return cases.stream().map(c -> raw(c, program)).flatMap(Stream::ofNullable).toList();
    }

    private static @Nullable List<List<Double>> raw(Case setting, Program program) {
        return setting.score(program.title(), Throughput.MPPS).map(Score::raw).orElse(null);
    }

    private static boolean usual(Case setting) {
        return parameter(setting, "burst").equals("32") && parameter(setting, "frame").equals("64");
    }

    private static List<Case> of(List<Case> cases, String transport) {
        return cases.stream().filter(c -> parameter(c, "transport").equals(transport)).toList();
    }

    private static List<Case> mode(List<Case> cases, String mode) {
        return cases.stream().filter(c -> parameter(c, "mode").equals(mode)).toList();
    }

    private static String parameter(Case setting, String name) {
        return setting.parameters().getOrDefault(name, "");
    }
}
