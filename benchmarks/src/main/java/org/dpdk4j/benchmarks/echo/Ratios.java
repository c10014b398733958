// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.dpdk4j.benchmarks.evaluation.Ratio;

/**
 * One side divided by another, for each metric.
 *
 * <p>The intervals are found by the bootstrap: the same rounds are drawn, with replacement, for
 * both sides, again and again, and the ratio of what they give is taken each time; where the
 * forwarders were started several times, starts are drawn, and rounds of each. 95 % of these ratios
 * lie in the interval, before it is made wider as {@link Ratio} says.
 */
record Ratios(SideResult side, SideResult base, List<Ratio> ratios) {
    private static final int RESAMPLES = 1000;

    /** Where a ratio lies. */
    enum Position {
        /** In the band. */
        INSIDE,
        /** Outside of the band, but its interval reaches into it. */
        EDGE,
        /** Outside of the band with its whole interval. */
        OUTSIDE;

        /** Of a ratio, where equals are as far as a factor apart. */
        static Position of(Ratio ratio, double band) {
            if (ratio.within(band)) {
                return INSIDE;
            }
            return ratio.low() <= band && ratio.high() >= 1 / band ? EDGE : OUTSIDE;
        }
    }

    /** Compares two sides that had the same rounds. */
    static Ratios of(SideResult side, SideResult base, Random random) {
        int metrics = Metric.values().length;
        double[][] resampled = new double[metrics][RESAMPLES];
        for (int sample = 0; sample < RESAMPLES; sample++) {
            int[] chosen = side.draw(random);
            double[] ratios = divide(side.metrics(chosen), base.metrics(chosen));
            for (int metric = 0; metric < metrics; metric++) {
                resampled[metric][sample] = ratios[metric];
            }
        }
        double[] values = divide(side.metrics(), base.metrics());
        List<Ratio> ratios = new ArrayList<>();
        for (int metric = 0; metric < metrics; metric++) {
            ratios.add(
                    Ratio.of(values[metric], resampled[metric], side.starts(), side.starts() - 1));
        }
        return new Ratios(side, base, ratios);
    }

    /**
     * Compares two sides that had the same rounds, slice by slice: of each metric, the median of
     * the ratios of slices that belong together, as {@link Ratio} says. A rare pause, which
     * lengthens a quantile of all frames for as many as it delays, is an odd slice here, and no
     * more.
     */
    static Ratios ofSlices(SideResult side, SideResult base, Random random) {
        List<Ratio> ratios =
                Stream.of(Metric.values())
                        .map(metric ->
                                Ratio.of(side.perRound(metric), base.perRound(metric), random))
                        .toList();
        return new Ratios(side, base, ratios);
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
