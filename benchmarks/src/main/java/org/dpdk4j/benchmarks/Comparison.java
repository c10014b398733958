// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dpdk4j.benchmarks.evaluation.Distribution;

/**
 * One side divided by another, for each metric.
 *
 * <p>The intervals are found by the bootstrap: the same rounds are drawn, with replacement, for
 * both sides, again and again, and the ratio of what they give is taken each time. 95 % of these
 * ratios lie in the interval.
 */
record Comparison(SideResult side, SideResult base, List<Ratio> ratios) {
    private static final int RESAMPLES = 1000;
    private static final double OUTSIDE = 0.025;

    /** A ratio and the interval around it. */
    record Ratio(double value, double low, double high) {
        /**
         * How far, as a factor, the interval of a comparison of equals reaches from 1: smaller
         * differences can't be told from chance.
         */
        double band() {
            return Math.max(Math.max(high, 1 / low), 1);
        }

        Position within(double band) {
            if (value >= 1 / band && value <= band) {
                return Position.INSIDE;
            }
            return low <= band && high >= 1 / band ? Position.EDGE : Position.OUTSIDE;
        }
    }

    /** Where a ratio lies. */
    enum Position {
        /** In the band. */
        INSIDE,
        /** Outside of the band, but its interval reaches into it. */
        EDGE,
        /** Outside of the band with its whole interval. */
        OUTSIDE
    }

    static Comparison of(SideResult side, SideResult base, Random random) {
        int rounds = Math.min(side.rounds(), base.rounds());
        int metrics = Metric.values().length;
        double[][] resampled = new double[metrics][RESAMPLES];
        int[] chosen = new int[rounds];
        for (int sample = 0; sample < RESAMPLES; sample++) {
            for (int i = 0; i < rounds; i++) {
                chosen[i] = random.nextInt(rounds);
            }
            double[] ratios = divide(side.metrics(chosen), base.metrics(chosen));
            for (int metric = 0; metric < metrics; metric++) {
                resampled[metric][sample] = ratios[metric];
            }
        }
        double[] values = divide(side.metrics(), base.metrics());
        List<Ratio> ratios = new ArrayList<>();
        for (int metric = 0; metric < metrics; metric++) {
            Distribution spread = new Distribution(resampled[metric]);
            ratios.add(
                    new Ratio(
                            values[metric],
                            spread.quantile(OUTSIDE),
                            spread.quantile(1 - OUTSIDE)));
        }
        return new Comparison(side, base, ratios);
    }

    Ratio ratio(Metric metric) {
        return ratios.get(metric.index());
    }

    private static double[] divide(double[] numerators, double[] denominators) {
        double[] ratios = new double[numerators.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = numerators[i] / denominators[i];
        }
        return ratios;
    }
}
