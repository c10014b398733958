// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;

/**
 * Frames at a fixed rate. The time that each takes is counted from when it was to be sent, not from
 * when it was sent: else a pause that holds up the sender, too, would be seen by one frame only. Of
 * an infinite rate, frames are always due; that finds out how many this loop can move.
 */
final class LatencySlice extends Slice {
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int SIGNIFICANT_DIGITS = 3;

    private final double intervalNanos;
    private final Histogram latencies = new Histogram(LONGEST_NANOS, SIGNIFICANT_DIGITS);
    private long firstDue;

    /** How many frames were written. */
    private long written;

    /** How many will be. */
    private long wanted = Long.MAX_VALUE;

    LatencySlice(Side side, PktmbufPool pool, MbufBurst out, MbufBurst in, double framesPerSecond) {
        super(side, pool, out, in);
        this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / framesPerSecond;
    }

    @Override
    protected void begin(long now) {
        firstDue = now;
        if (intervalNanos > 0) {
            wanted = (long) Math.ceil((measuredTo - firstDue) / intervalNanos);
        }
    }

    @Override
    protected void exchange(long now) {
        long due = intervalNanos > 0 ? (long) ((now - firstDue) / intervalNanos) + 1 : wanted;
        write(Math.min(due, wanted), now);
        side.send(out);
        receive();
    }

    private void write(long due, long now) {
        int at = out.size();
        long room = Math.min(side.room(at), out.capacity() - at);
        int count = (int) Math.min(due - written, room);
        if (count <= 0) {
            return;
        }
        int added = pool.alloc(out, count);
        for (int i = at; i < at + added; i++) {
            side.write(out, i, intervalNanos > 0 ? dueNanos(written) : now);
            written++;
        }
    }

    private long dueNanos(long frame) {
        return firstDue + (long) (frame * intervalNanos);
    }

    @Override
    protected void finish() {
        if (intervalNanos == 0) {
            wanted = written;
        }
    }

    @Override
    protected boolean drain() {
        write(wanted, measuredTo);
        side.send(out);
        receive();
        return written == wanted && out.size() == 0;
    }

    private void receive() {
        int count = side.receive(in);
        if (count == 0) {
            return;
        }
        long now = System.nanoTime();
        for (int i = 0; i < count; i++) {
            // What is wrong was counted, and has no time.
            if (side.frame().intact(in.get(i))) {
                record(side.frame().timestamp(in.get(i)), now);
            }
        }
        in.freeRemaining();
    }

    /** Those that could not even be sent have taken at least until now. */
    @Override
    protected void giveUp(long now) {
        super.giveUp(now);
        written -= out.size();
        for (; written < wanted; written++) {
            record(dueNanos(written), now);
        }
    }

    private void record(long due, long now) {
        if (due >= measuredFrom) {
            latencies.recordValue(Math.clamp(now - due, 0, LONGEST_NANOS));
        }
    }

    @Override
    protected Histogram latencies() {
        return latencies;
    }
}
