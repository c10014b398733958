// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;

/** One kind of slice, which every side gets once in each round. */
@FunctionalInterface
interface Phase {
    /** A slice of that kind. The bursts are empty; the slice leaves them so. */
    Slice slice(Side side, PktmbufPool pool, MbufBurst out, MbufBurst in);

    /** As many frames as come back. */
    static Phase throughput() {
        return ThroughputSlice::new;
    }

    /** Frames at a fixed rate, whose latency is measured. */
    static Phase latency(double framesPerSecond) {
        return (side, pool, out, in) -> new LatencySlice(side, pool, out, in, framesPerSecond);
    }
}
