// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;

/**
 * Frames at a fixed rate, one by one. The time that each takes is counted from when it was to be
 * sent, not from when it was sent: else a pause that holds up the sender, too, would be seen by one
 * frame only.
 */
final class LatencySlice extends Slice {
    static final int FRAMES_PER_SECOND = 100_000;

    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1) / FRAMES_PER_SECOND;
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int SIGNIFICANT_DIGITS = 3;

    private final PktmbufPool pool;
    private final MbufBurst out;
    private final MbufBurst in;
    private final Histogram latencies = new Histogram(LONGEST_NANOS, SIGNIFICANT_DIGITS);
    private long due;

    LatencySlice(Side side, PktmbufPool pool, MbufBurst out, MbufBurst in, long beginNanos) {
        super(side, beginNanos);
        this.pool = pool;
        this.out = out;
        this.in = in;
        this.due = beginNanos;
    }

    @Override
    protected void exchange(long now) {
        while (due <= now && side.inFlight() + out.size() < WINDOW && pool.alloc(out, 1) == 1) {
            side.write(out, out.size() - 1, due);
            due += INTERVAL_NANOS;
        }
        side.send(out);
        drain();
    }

    @Override
    protected void finish(long now) {
        out.freeRemaining();
    }

    @Override
    protected void drain() {
        int count = side.receive(in);
        if (count == 0) {
            return;
        }
        long now = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long intended = ProbeFrame.timestamp(in.get(i));
            if (intended >= measuredFrom) {
                latencies.recordValue(Math.min(now - intended, LONGEST_NANOS));
            }
        }
        in.freeRemaining();
    }

    @Override
    void record() {
        side.latencies().add(latencies);
    }
}
