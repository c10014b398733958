// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.util.List;

/**
 * What one side reached.
 *
 * @param side its name
 * @param unit of the value, such as Mpps
 * @param value the median of all raw values
 * @param raw what was measured, by start and slice; one start with one value where there is no more
 */
public record Score(String side, String unit, double value, List<List<Double>> raw) {
    /**
     * {@return the score with the median as its value}
     *
     * @param side its name
     * @param unit of the values
     * @param raw what was measured
     */
    public static Score of(String side, String unit, List<List<Double>> raw) {
        return new Score(side, unit, spread(raw).median(), raw);
    }

    /**
     * {@return the score of a single value}
     *
     * @param side its name
     * @param unit of the value
     * @param value what was measured
     */
    public static Score of(String side, String unit, double value) {
        return new Score(side, unit, value, List.of(List.of(value)));
    }

    /** All that was measured. */
    Distribution spread() {
        return spread(raw);
    }

    private static Distribution spread(List<List<Double>> raw) {
        return new Distribution(
                raw.stream().flatMap(List::stream).mapToDouble(Double::doubleValue).toArray());
    }
}
