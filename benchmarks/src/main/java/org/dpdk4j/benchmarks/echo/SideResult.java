// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.HdrHistogram.Histogram;
import org.dpdk4j.benchmarks.evaluation.Distribution;

/**
 * What was measured on one side, in a form that can be evaluated quickly for any choice of rounds.
 */
final class SideResult {
    private static final double[] QUANTILES = {0.5, 0.99, 0.999, 0.9999, 1};

    private final String name;
    private final double[] rates;

    /** All latencies that occurred, ascending. */
    private final long[] values;

    /** For each round, indices into the values, and how often each occurred. */
    private final int[][] indices;

    private final long[][] counts;

    /** How many rounds belong to each start of the side's forwarder. */
    private final int[] starts;

    private SideResult(
            String name,
            int[] starts,
            double[] rates,
            long[] values,
            int[][] indices,
            long[][] counts) {
        this.name = name;
        this.starts = starts;
        this.rates = rates;
        this.values = values;
        this.indices = indices;
        this.counts = counts;
    }

    /** Of a forwarder that was started once. */
    static SideResult of(String name, List<Double> rates, List<Histogram> latencies) {
        return of(name, new int[] {rates.size()}, rates, latencies);
    }

    /** Of a forwarder that was started several times, with so many rounds after each. */
    static SideResult of(String name, int[] starts, List<Double> rates, List<Histogram> latencies) {
        long[] values =
                latencies.stream()
                        .flatMapToLong(histogram ->
                                Arrays.stream(recorded(histogram)).mapToLong(v -> v[0]))
                        .sorted()
                        .distinct()
                        .toArray();
        int rounds = latencies.size();
        int[][] indices = new int[rounds][];
        long[][] counts = new long[rounds][];
        for (int round = 0; round < rounds; round++) {
            long[][] recorded = recorded(latencies.get(round));
            indices[round] =
                    Arrays.stream(recorded)
                            .mapToInt(v -> Arrays.binarySearch(values, v[0]))
                            .toArray();
            counts[round] = Arrays.stream(recorded).mapToLong(v -> v[1]).toArray();
        }
        double[] mpps = rates.stream().mapToDouble(Double::doubleValue).toArray();
        return new SideResult(name, starts, mpps, values, indices, counts);
    }

    String name() {
        return name;
    }

    int rounds() {
        return rates.length;
    }

    /** How often its forwarder was started. */
    int starts() {
        return starts.length;
    }

    /** Rounds drawn with replacement: starts, and as many rounds as each had from among its own. */
    int[] draw(Random random) {
        int[] firsts = new int[starts.length];
        for (int i = 1; i < starts.length; i++) {
            firsts[i] = firsts[i - 1] + starts[i - 1];
        }
        return IntStream.range(0, starts.length)
                .map(i -> random.nextInt(starts.length))
                .flatMap(start ->
                        IntStream.range(0, starts[start])
                                .map(i -> firsts[start] + random.nextInt(starts[start])))
                .toArray();
    }

    /** What one metric was in each round, by start. */
    List<List<Double>> perRound(Metric metric) {
        List<List<Double>> values = new ArrayList<>();
        int round = 0;
        for (int count : starts) {
            List<Double> ofStart = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ofStart.add(metrics(new int[] {round++})[metric.index()]);
            }
            values.add(ofStart);
        }
        return values;
    }

    /** Each metric over all rounds, in the order of {@link Metric}. */
    double[] metrics() {
        return metrics(IntStream.range(0, rounds()).toArray());
    }

    /** Each metric over a choice of rounds, in which a round may occur several times. */
    double[] metrics(int[] chosen) {
        long[] merged = new long[values.length];
        for (int round : chosen) {
            for (int i = 0; i < indices[round].length; i++) {
                merged[indices[round][i]] += counts[round][i];
            }
        }
        long total = Arrays.stream(merged).sum();
        double[] metrics = new double[Metric.values().length];
        metrics[Metric.MPPS.index()] =
                median(Arrays.stream(chosen).mapToDouble(round -> rates[round]).toArray());
        for (int i = 0; i < QUANTILES.length; i++) {
            metrics[Metric.P50.index() + i] = quantile(merged, total, QUANTILES[i]) / 1e3;
        }
        return metrics;
    }

    private double quantile(long[] merged, long total, double quantile) {
        long rank = (long) Math.ceil(quantile * total);
        long seen = 0;
        for (int i = 0; i < merged.length; i++) {
            seen += merged[i];
            if (seen >= rank) {
                return values[i];
            }
        }
        return Double.NaN;
    }

    private static double median(double[] numbers) {
        return new Distribution(numbers).median();
    }

    private static long[][] recorded(Histogram histogram) {
        return StreamSupport.stream(histogram.recordedValues().spliterator(), false)
                .map(v -> new long[] {v.getValueIteratedTo(), v.getCountAtValueIteratedTo()})
                .toArray(long[][]::new);
    }
}
