// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.util.concurrent.TimeUnit;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;
import org.dpdk4j.RxQueue;
import org.dpdk4j.Step;
import org.dpdk4j.TxQueue;
import org.dpdk4j.WorkerContext;

/**
 * Sends a frame now and then until one is back, then waits until all is quiet: what a forwarder
 * found waiting when it started is no part of a measurement.
 */
final class AwaitEcho implements Step {
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int BURST = 32;

    private final WorkerContext context;
    private final PktmbufPool pool;
    private final ProbeFrame frame;
    private final RxQueue rx;
    private final TxQueue tx;
    private final MbufBurst out;
    private final MbufBurst in;
    private long sent;
    private long lastSent;
    private long lastBack;
    private volatile long firstBack;

    AwaitEcho(WorkerContext context, PktmbufPool pool, ProbeFrame frame, RxQueue rx, TxQueue tx) {
        this.context = context;
        this.pool = pool;
        this.frame = frame;
        this.rx = rx;
        this.tx = tx;
        this.out = context.burst(1);
        this.in = context.burst(BURST);
    }

    /** When the first frame was back, by {@link System#nanoTime}; 0 if none was. */
    long firstBack() {
        return firstBack;
    }

    @Override
    public int run() {
        long now = System.nanoTime();
        rx.receive(in);
        for (int i = 0; i < in.size(); i++) {
            lastBack = now;
            if (firstBack == 0 && frame.intact(in.get(i))) {
                firstBack = now;
            }
        }
        in.freeRemaining();
        if (firstBack == 0 && now - lastSent > EVERY_NANOS) {
            lastSent = now;
            send(now);
        } else if (firstBack != 0 && now - lastBack > QUIET_NANOS) {
            context.stop();
        }
        return 1;
    }

    private void send(long now) {
        if (pool.alloc(out, 1) == 1) {
            frame.write(out.get(0));
            frame.stamp(out.get(0), sent++, now);
            tx.send(out);
            out.freeRemaining();
        }
    }
}
