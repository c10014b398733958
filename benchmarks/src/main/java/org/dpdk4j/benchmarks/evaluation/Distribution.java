// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.util.Arrays;

/** Numbers, in order. */
public final class Distribution {
    private final double[] ascending;

    /**
     * Takes a copy.
     *
     * @param numbers in any order
     */
    public Distribution(double... numbers) {
        ascending = numbers.clone();
        Arrays.sort(ascending);
    }

    /** The number below which that part of them lies, interpolated; NaN if there are none. */
    public double quantile(double part) {
        if (ascending.length == 0) {
            return Double.NaN;
        }
        double at = part * (ascending.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, ascending.length - 1);
        return ascending[below] + (at - below) * (ascending[above] - ascending[below]);
    }

    public double median() {
        return quantile(0.5);
    }
}
