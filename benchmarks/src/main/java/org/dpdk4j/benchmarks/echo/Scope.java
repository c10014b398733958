// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.util.Random;

/** Of what a metric is taken, and how two sides compare in it. */
enum Scope {
    /** Of all frames of all rounds together: it has every pause in it. */
    FRAMES("") {
        @Override
        Ratios ratios(SideResult side, SideResult base, Random random) {
            return Ratios.of(side, base, random);
        }
    },
    /** Of each slice by itself, and of these the median: what most slices have in common. */
    SLICES(" of a slice") {
        @Override
        Ratios ratios(SideResult side, SideResult base, Random random) {
            return Ratios.ofSlices(side, base, random);
        }
    };

    private final String suffix;

    Scope(String suffix) {
        this.suffix = suffix;
    }

    abstract Ratios ratios(SideResult side, SideResult base, Random random);

    /** What a metric is called. */
    String unit(Metric metric) {
        return metric.title() + suffix;
    }
}
