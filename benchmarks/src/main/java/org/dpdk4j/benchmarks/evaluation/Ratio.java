// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.StatUtils;

/**
 * One side divided by another.
 *
 * <p>Within a start of the programs it is the median of the ratios of slices that belong together;
 * of several starts the geometric mean. The interval comes from the bootstrap: starts are drawn
 * with replacement, and slices within each, and 95 % of the ratios lie in it. Few starts that are
 * drawn again and again differ less than as many others would; so the interval is made wider, as
 * Student's distribution is wider than the normal one (T. Hesterberg, What Teachers Should Know
 * About the Bootstrap, 2015, on its narrowness). Of one start it is that of the slices, and says
 * nothing about other starts.
 *
 * @param value the ratio
 * @param low lower end of the interval
 * @param high upper end of the interval
 * @param starts how often the programs were started, of all cases the fewest
 */
public record Ratio(double value, double low, double high, int starts) {
    /** So many that the draws themselves move an end by little that three decimals show. */
    private static final int RESAMPLES = 10_000;

    private static final double OUTSIDE = 0.025;

    /**
     * {@return the ratio of what two sides gave}
     *
     * @param side the numerators, by start and slice
     * @param base the denominators
     * @param random draws
     */
    public static Ratio of(List<List<Double>> side, List<List<Double>> base, Random random) {
        double[][] ratios = divide(side, base);
        double[] resampled = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            resampled[i] = geometricMean(medians(draw(ratios, random)));
        }
        return of(geometricMean(medians(ratios)), resampled, ratios.length, ratios.length - 1);
    }

    /** The ratio alone, of one case. */
    static double value(List<List<Double>> side, List<List<Double>> base) {
        return geometricMean(medians(divide(side, base)));
    }

    /**
     * {@return the geometric mean of several cases' ratios}
     *
     * <p>The cases are those that there are, so none are drawn; starts and slices are, of each.
     *
     * @param sides the numerators, by case, start and slice
     * @param bases the denominators
     * @param random draws
     */
    public static Ratio ofAll(
            List<List<List<Double>>> sides, List<List<List<Double>>> bases, Random random) {
        double[][][] cases =
                IntStream.range(0, sides.size())
                        .mapToObj(i -> divide(sides.get(i), bases.get(i)))
                        .toArray(double[][][]::new);
        double[] resampled = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            resampled[i] =
                    geometricMean(
                            Stream.of(cases)
                                    .mapToDouble(
                                            starts -> geometricMean(medians(draw(starts, random))))
                                    .toArray());
        }
        double value =
                geometricMean(
                        Stream.of(cases)
                                .mapToDouble(starts -> geometricMean(medians(starts)))
                                .toArray());
        int fewest = Stream.of(cases).mapToInt(starts -> starts.length).min().orElse(0);
        return of(value, resampled, fewest, freedom(cases));
    }

    /**
     * Degrees of freedom of a mean over cases of which some vary more from start to start than
     * others, by Welch and Satterthwaite: those of the cases that vary count.
     */
    private static double freedom(double[][][] cases) {
        double variances = 0;
        double shares = 0;
        double all = 0;
        for (double[][] starts : cases) {
            int others = starts.length - 1;
            if (others < 1) {
                continue;
            }
            double[] logs = DoubleStream.of(medians(starts)).map(Math::log).toArray();
            double variance = StatUtils.variance(logs) / starts.length;
            variances += variance;
            shares += variance * variance / others;
            all += others;
        }
        return shares == 0 ? all : variances * variances / shares;
    }

    /**
     * {@return a ratio with the interval of what the bootstrap gave, made wider}
     *
     * @param value the ratio
     * @param resampled ratios of what was drawn
     * @param starts how many there were to draw from
     * @param freedom degrees of freedom: one less, or what several cases have together
     */
    public static Ratio of(double value, double[] resampled, int starts, double freedom) {
        Distribution spread = new Distribution(resampled);
        double wider = starts < 2 ? 1 : widening(starts, freedom);
        return new Ratio(
                value,
                value * Math.pow(spread.quantile(OUTSIDE) / value, wider),
                value * Math.pow(spread.quantile(1 - OUTSIDE) / value, wider),
                starts);
    }

    private static double widening(int starts, double freedom) {
        double student = new TDistribution(freedom).inverseCumulativeProbability(1 - OUTSIDE);
        double normal = new NormalDistribution().inverseCumulativeProbability(1 - OUTSIDE);
        return Math.sqrt(starts / (starts - 1.0)) * student / normal;
    }

    /** {@return how far the interval of a comparison of equals reaches from 1, as a factor ≥ 1} */
    public double band() {
        return Math.max(Math.max(high, 1 / low), 1);
    }

    /**
     * {@return whether it is no difference that a method with that band can tell: equals differ as
     * much, and its own interval has 1 in it}
     *
     * @param band how far equals differ, as a factor of 1 or more
     */
    public boolean within(double band) {
        return value <= band && value >= 1 / band && low <= 1 && high >= 1;
    }

    private static double[][] divide(List<List<Double>> side, List<List<Double>> base) {
        return IntStream.range(0, Math.min(side.size(), base.size()))
                .mapToObj(start -> divideSlices(side.get(start), base.get(start)))
                .filter(start -> start.length > 0)
                .toArray(double[][]::new);
    }

    private static double[] divideSlices(List<Double> side, List<Double> base) {
        return IntStream.range(0, Math.min(side.size(), base.size()))
                .mapToDouble(i -> side.get(i) / base.get(i))
                .toArray();
    }

    /** As many groups as there are, drawn from them, and as many numbers from each. */
    private static double[][] draw(double[][] groups, Random random) {
        double[][] drawn = new double[groups.length][];
        for (int i = 0; i < drawn.length; i++) {
            double[] group = groups[random.nextInt(groups.length)];
            drawn[i] =
                    IntStream.range(0, group.length)
                            .mapToDouble(j -> group[random.nextInt(group.length)])
                            .toArray();
        }
        return drawn;
    }

    private static double[] medians(double[][] groups) {
        return Stream.of(groups).mapToDouble(group -> new Distribution(group).median()).toArray();
    }

    private static double geometricMean(double[] numbers) {
        return Math.exp(DoubleStream.of(numbers).map(Math::log).average().orElse(Double.NaN));
    }
}
