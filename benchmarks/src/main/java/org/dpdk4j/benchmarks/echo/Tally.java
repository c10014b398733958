// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import static java.util.Locale.ROOT;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import org.HdrHistogram.Histogram;
import org.dpdk4j.benchmarks.evaluation.Case;
import org.dpdk4j.benchmarks.evaluation.Claim;
import org.dpdk4j.benchmarks.evaluation.Comparison;
import org.dpdk4j.benchmarks.evaluation.Score;

/** What was measured of each side in all starts of its forwarder, and what that says. */
final class Tally {
    private final SequencedMap<String, List<Side>> starts = new LinkedHashMap<>();

    /** Adds what one start of the forwarders gave. */
    void add(List<Side> sides) {
        for (Side side : sides) {
            starts.computeIfAbsent(side.name(), name -> new ArrayList<>()).add(side);
        }
    }

    /** Millions of frames per second that the slowest side moved in a phase, the median of each. */
    double slowest(int phase) {
        return starts.values().stream()
                .mapToDouble(
                        sides -> sideResult("", sides, phase, phase).metrics()[Metric.MPPS.index()])
                .min()
                .orElse(Double.NaN);
    }

    /** Frames that were sent to all sides. */
    long sent() {
        return all().stream().mapToLong(Side::sent).sum();
    }

    /** What was lost or wrong, in sentences; none if all came back as it was sent. */
    List<String> faults() {
        return all().stream()
                .filter(side -> side.lost() != 0 || side.wrong() != 0)
                .map(side ->
                        String.format(
                                ROOT,
                                "%s: of %,d frames %,d were lost and %,d wrong.",
                                side.name(),
                                side.sent(),
                                side.lost(),
                                side.wrong()))
                .toList();
    }

    /** What each side moved, from one phase, and how long frames took, from the same or another. */
    Outcome outcome(int ratePhase, int latencyPhase) {
        SequencedMap<String, SideResult> results = new LinkedHashMap<>();
        starts.forEach((name, sides) -> {
            SideResult result = sideResult(name, sides, ratePhase, latencyPhase);
            if (result.rounds() > 0) {
                results.put(name, result);
            }
        });
        return new Outcome(results);
    }

    private List<Side> all() {
        return starts.values().stream().flatMap(List::stream).toList();
    }

    private static SideResult sideResult(
            String name, List<Side> sides, int ratePhase, int latencyPhase) {
        List<Double> rates =
                sides.stream().flatMap(side -> side.rates(ratePhase).stream()).toList();
        List<Histogram> latencies =
                sides.stream().flatMap(side -> side.latencies(latencyPhase).stream()).toList();
        int[] rounds =
                sides.stream()
                        .mapToInt(side -> side.rates(ratePhase).size())
                        .filter(count -> count > 0)
                        .toArray();
        return SideResult.of(name, rounds, rates, latencies);
    }

    /** The sides' results in one setting. */
    static final class Outcome {
        private final SequencedMap<String, SideResult> results;
        private final List<Comparison> comparisons = new ArrayList<>();

        private Outcome(SequencedMap<String, SideResult> results) {
            this.results = results;
        }

        /**
         * Compares two equals, if both were measured.
         *
         * @return how far the method leaves open how they compare, for {@link #compare}
         */
        Map<Metric, Double> compareEquals(
                Scope scope, String side, String base, Set<Metric> metrics, Random random) {
            Map<Metric, Double> bands = new EnumMap<>(Metric.class);
            if (results.containsKey(side) && results.containsKey(base)) {
                Ratios ratios = scope.ratios(result(side), result(base), random);
                metrics.forEach(metric -> bands.put(metric, ratios.ratio(metric).band()));
                add(scope, ratios, metrics, bands, Map.of());
            }
            return bands;
        }

        /** Compares two sides, if both were measured. */
        void compare(
                Scope scope,
                String side,
                String base,
                Set<Metric> metrics,
                Map<Metric, Double> bands,
                Map<Metric, Claim> claims,
                Random random) {
            if (results.containsKey(side) && results.containsKey(base)) {
                Ratios ratios = scope.ratios(result(side), result(base), random);
                add(scope, ratios, metrics, bands, claims);
            }
        }

        private SideResult result(String side) {
            return Objects.requireNonNull(results.get(side));
        }

        private void add(
                Scope scope,
                Ratios ratios,
                Set<Metric> metrics,
                Map<Metric, Double> bands,
                Map<Metric, Claim> claims) {
            for (Metric metric : metrics) {
                comparisons.add(
                        new Comparison(
                                ratios.side().name(),
                                ratios.base().name(),
                                scope.unit(metric),
                                ratios.ratio(metric),
                                bands.getOrDefault(metric, Double.NaN),
                                claims.get(metric)));
            }
        }

        /** {@return the setting with what was measured: metrics of all frames, and of slices} */
        Case toCase(Map<String, String> parameters, Set<Metric> ofFrames, Set<Metric> ofSlices) {
            List<Score> scores = new ArrayList<>();
            for (Metric metric : ofFrames) {
                results.forEach((name, result) ->
                        scores.add(
                                new Score(
                                        name,
                                        Scope.FRAMES.unit(metric),
                                        result.metrics()[metric.index()],
                                        result.perRound(metric))));
            }
            for (Metric metric : ofSlices) {
                results.forEach((name, result) ->
                        scores.add(
                                Score.of(
                                        name, Scope.SLICES.unit(metric), result.perRound(metric))));
            }
            return new Case(parameters, scores, List.copyOf(comparisons));
        }
    }

    /** The names of the sides, in the order in which they came. */
    List<String> names() {
        return List.copyOf(starts.sequencedKeySet());
    }
}
