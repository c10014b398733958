// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

/** What is compared. */
enum Metric {
    /** Millions of packets per second, the median of the rounds. */
    MPPS(0, "Mpps", "mpps"),
    /** Median latency of all frames, in microseconds. */
    P50(1, "p50 µs", "p50Micros"),
    /** Latency that one frame of a hundred exceeds, in microseconds. */
    P99(2, "p99 µs", "p99Micros"),
    /** Latency that one frame of a thousand exceeds, in microseconds. */
    P999(3, "p99.9 µs", "p999Micros"),
    /** Latency that one frame of ten thousand exceeds, in microseconds. */
    P9999(4, "p99.99 µs", "p9999Micros"),
    /** The longest latency of all, in microseconds. */
    MAX(5, "max µs", "maxMicros");

    private final int index;
    private final String title;
    private final String key;

    Metric(int index, String title, String key) {
        this.index = index;
        this.title = title;
        this.key = key;
    }

    /** Where it stands in an array of metrics. */
    int index() {
        return index;
    }

    /** For the head of a column. */
    String title() {
        return title;
    }

    /** For a field in JSON. */
    String key() {
        return key;
    }
}
