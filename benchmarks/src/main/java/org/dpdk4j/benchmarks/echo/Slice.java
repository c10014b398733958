// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;
import org.jspecify.annotations.Nullable;

/**
 * A short stretch of time in which one side gets all the traffic, so that the sides take turns
 * before the machine's mood has changed.
 *
 * <pre>
 *   | waking: until one frame is back | settling, not measured | measured | draining |
 * </pre>
 *
 * <p>Without the first part, what was due before the forwarder woke up would still be waiting when
 * the measured part begins, and a high rate leaves it no time to catch up.
 */
abstract class Slice {
    static final long SETTLING_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    static final long MEASURED_NANOS = TimeUnit.MILLISECONDS.toNanos(80);

    /** A frame that takes longer than that is lost: a busy machine lets nobody wait so long. */
    private static final long DRAINING_NANOS = TimeUnit.SECONDS.toNanos(5);

    protected final Side side;
    protected final PktmbufPool pool;

    /** What is to be sent. */
    protected final MbufBurst out;

    /** What came back. */
    protected final MbufBurst in;

    protected long measuredFrom;
    protected long measuredTo;
    private long wakingSince;
    private long measuredSince;
    private long receivedBefore;
    private double rate = Double.NaN;
    private boolean draining;

    Slice(Side side, PktmbufPool pool, MbufBurst out, MbufBurst in) {
        this.side = side;
        this.pool = pool;
        this.out = out;
        this.in = in;
    }

    /** Sends and receives; returns false once the slice is over. */
    final boolean poll() {
        long now = System.nanoTime();
        if (measuredTo == 0) {
            return wake(now);
        }
        if (now < measuredTo) {
            if (measuredSince == 0 && now >= measuredFrom) {
                measuredSince = now;
                receivedBefore = side.received();
            }
            exchange(now);
            return true;
        }
        if (!draining) {
            draining = true;
            // Where the sender had no CPU all the time, nothing was measured.
            if (measuredSince != 0) {
                rate = (side.received() - receivedBefore) * 1e3 / (now - measuredSince);
            }
            finish();
        }
        boolean allSent = drain();
        if (allSent && side.inFlight() == 0) {
            return false;
        }
        if (now - measuredTo > DRAINING_NANOS) {
            giveUp(now);
            out.freeRemaining();
            return false;
        }
        return true;
    }

    private boolean wake(long now) {
        if (wakingSince == 0) {
            wakingSince = now;
            if (pool.alloc(out, 1) == 1) {
                side.write(out, 0, now);
            }
        }
        side.send(out);
        side.receive(in);
        in.freeRemaining();
        if (out.size() == 0 && side.inFlight() == 0) {
            measuredFrom = now + SETTLING_NANOS;
            measuredTo = measuredFrom + MEASURED_NANOS;
            begin(now);
            return true;
        }
        if (now - wakingSince > DRAINING_NANOS) {
            out.freeRemaining();
            side.giveUp();
            return false;
        }
        return true;
    }

    /** Whether anything was measured: not if the forwarder didn't wake up. */
    final boolean measured() {
        return !Double.isNaN(rate);
    }

    /** Adds the result to the side's, for a phase. */
    final void record(int phase) {
        side.record(phase, rate, latencies());
    }

    /** The forwarder is awake: traffic may begin. */
    protected abstract void begin(long now);

    /** One poll round with traffic. */
    protected abstract void exchange(long now);

    /** The time is over: no frame is due from now on. */
    protected abstract void finish();

    /** Receives what is still under way; returns whether all that was due has been sent. */
    protected abstract boolean drain();

    /** Some frames won't come back any more. */
    protected void giveUp(long now) {
        side.giveUp();
    }

    /** Of the frames that were due in the measured part, in nanoseconds, if they were measured. */
    protected abstract @Nullable Histogram latencies();
}
