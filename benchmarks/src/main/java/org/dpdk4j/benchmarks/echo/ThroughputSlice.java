// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import org.HdrHistogram.Histogram;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;
import org.jspecify.annotations.Nullable;

/**
 * As many frames as come back: a fixed number is under way, and each that comes back is sent again
 * as a new one.
 */
final class ThroughputSlice extends Slice {
    ThroughputSlice(Side side, PktmbufPool pool, MbufBurst out, MbufBurst in) {
        super(side, pool, out, in);
    }

    @Override
    protected void begin(long now) {
        // The first exchange sends as many as may be under way.
    }

    @Override
    protected void exchange(long now) {
        int waiting = out.size();
        side.receive(out);
        for (int i = waiting; i < out.size(); i++) {
            side.stamp(out, i, now);
        }
        if (side.room(out.size()) > 0) {
            add(now);
        }
        side.send(out);
    }

    private void add(long now) {
        int at = out.size();
        int added = pool.alloc(out, (int) Math.min(side.room(at), out.capacity() - at));
        for (int i = at; i < at + added; i++) {
            side.write(out, i, now);
        }
    }

    @Override
    protected void finish() {
        out.freeRemaining();
    }

    @Override
    protected boolean drain() {
        side.receive(in);
        in.freeRemaining();
        return true;
    }

    @Override
    protected @Nullable Histogram latencies() {
        return null;
    }
}
