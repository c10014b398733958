// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import java.util.concurrent.TimeUnit;

/**
 * A short stretch of time in which one side gets all the traffic, so that the sides take turns
 * before the machine's mood has changed.
 *
 * <pre>
 *   | settling, not measured | measured | draining: nothing is sent |
 * </pre>
 */
abstract class Slice {
    static final long SETTLING_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    static final long MEASURED_NANOS = TimeUnit.MILLISECONDS.toNanos(80);

    /** A frame that takes longer than that is lost. */
    private static final long DRAINING_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Frames under way at most: fewer than memif's ring holds, so that none can be lost there. */
    static final int WINDOW = 512;

    protected final Side side;
    protected final long measuredFrom;
    protected final long measuredTo;
    private boolean draining;

    Slice(Side side, long beginNanos) {
        this.side = side;
        this.measuredFrom = beginNanos + SETTLING_NANOS;
        this.measuredTo = measuredFrom + MEASURED_NANOS;
    }

    /** Sends and receives; returns false once the slice is over. */
    final boolean poll() {
        long now = System.nanoTime();
        if (now < measuredTo) {
            exchange(now);
            return true;
        }
        if (!draining) {
            draining = true;
            finish(now);
        }
        drain();
        if (side.inFlight() == 0) {
            return false;
        }
        if (now - measuredTo > DRAINING_NANOS) {
            side.giveUp();
            return false;
        }
        return true;
    }

    /** One poll round with traffic. */
    protected abstract void exchange(long now);

    /** The time is over; what was not sent is not sent any more. */
    protected abstract void finish(long now);

    /** Receives what is still under way. */
    protected abstract void drain();

    /** Adds the result to the side's. */
    abstract void record();
}
