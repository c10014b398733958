// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * What one program gave in each slice: a list for each start of the programs. Slices with the same
 * place belong together: programs had them in turn within a second or so.
 */
final class Slices {
    private final List<List<Double>> starts = new ArrayList<>();

    /** Begins the slices of a new start. */
    void start() {
        starts.add(new ArrayList<>());
    }

    void add(double value) {
        starts.getLast().add(value);
    }

    /** {@return the values, by start} */
    List<List<Double>> values() {
        return starts.stream().map(List::copyOf).toList();
    }
}
