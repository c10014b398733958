// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;
import org.dpdk4j.Step;
import org.dpdk4j.WorkerContext;

/**
 * Frames at a fixed rate, whether the forwarder keeps up or not, as a network sends them: what its
 * ring has no room for is lost. What this loop itself was too late for, because something else had
 * its CPU, is left out, and so are the frames that had no room on the way back meanwhile.
 */
final class OpenLoop implements Step {
    private static final int BURST = 32;

    /** The rings hold more than what is due in that time. */
    private static final long LATE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    private static final long DRAINING_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final WorkerContext context;
    private final Side side;
    private final PktmbufPool pool;
    private final MbufBurst out;
    private final MbufBurst in;
    private final double intervalNanos;
    private final long until;
    private long firstDue;
    private long written;
    private long lastPoll;
    private long refused;
    private long late;
    private long sentWhenLate;
    private long lostWhenLate;

    OpenLoop(
            WorkerContext context,
            Side side,
            PktmbufPool pool,
            double framesPerSecond,
            Duration duration) {
        this.context = context;
        this.side = side;
        this.pool = pool;
        this.out = context.burst(BURST);
        this.in = context.burst(BURST);
        this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / framesPerSecond;
        this.firstDue = System.nanoTime();
        this.lastPoll = firstDue;
        this.until = firstDue + duration.toNanos();
    }

    /** Frames that the forwarder's ring had no room for, or that it could not send back. */
    long lost() {
        return refused + side.lost() - lostWhenLate;
    }

    /** Frames that were sent, or would have been, had there been room. */
    long offered() {
        return refused + side.sent();
    }

    /** Frames that were lost while this loop stood still. */
    long lostWhenLate() {
        return lostWhenLate;
    }

    /** How often this loop stood still. */
    long late() {
        return late;
    }

    @Override
    public int run() {
        long now = System.nanoTime();
        if (now - lastPoll > LATE_NANOS) {
            late++;
            sentWhenLate = side.sent();
            firstDue = now;
            written = 0;
        }
        lastPoll = now;
        if (now < until) {
            send(now);
        }
        receive();
        if (now >= until && (side.inFlight() == 0 || now - until > DRAINING_NANOS)) {
            side.giveUp();
            context.stop();
        }
        return 1;
    }

    private void send(long now) {
        long due = (long) ((now - firstDue) / intervalNanos) + 1;
        int count = pool.alloc(out, (int) Math.min(due - written, BURST));
        for (int i = 0; i < count; i++) {
            side.write(out, i, now);
        }
        written += count;
        side.send(out);
        refused += out.size();
        out.freeRemaining();
    }

    private void receive() {
        long before = side.lost();
        side.receive(in);
        in.freeRemaining();
        long lost = side.lost() - before;
        if (lost > 0 && side.received() + side.lost() <= sentWhenLate + 1) {
            lostWhenLate += lost;
        }
    }
}
