// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;
import org.dpdk4j.Step;
import org.dpdk4j.WorkerContext;

/**
 * Rounds of slices, on an lcore: in each round, every side gets a slice of one kind and then one of
 * the other, in an order that is drawn anew.
 */
final class Measurement implements Step {
    /** The forwarders' code gets compiled meanwhile. */
    static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final int BURST = 32;

    private final WorkerContext context;
    private final List<Side> sides;
    private final PktmbufPool pool;
    private final MbufBurst out;
    private final MbufBurst in;
    private final Random random;
    private final List<Slice> finished = new ArrayList<>();
    private final List<Side> queue = new ArrayList<>();
    private final long measuredFrom;
    private final long measuredTo;
    private boolean latencyPhase = true;
    private Slice slice;

    Measurement(
            WorkerContext context, List<Side> sides, PktmbufPool pool, int seconds, Random random) {
        this.context = context;
        this.sides = sides;
        this.pool = pool;
        this.out = context.burst(BURST);
        this.in = context.burst(BURST);
        this.random = random;
        long now = System.nanoTime();
        this.measuredFrom = now + WARM_UP_NANOS;
        this.measuredTo = measuredFrom + TimeUnit.SECONDS.toNanos(seconds);
        this.slice = next(now);
    }

    @Override
    public int run() {
        if (!slice.poll()) {
            finished.add(slice);
            slice = next(System.nanoTime());
        }
        return 1;
    }

    private Slice next(long now) {
        if (queue.isEmpty()) {
            latencyPhase = !latencyPhase;
            if (!latencyPhase) {
                endRound(now);
            }
            queue.addAll(sides);
            Collections.shuffle(queue, random);
        }
        Side side = queue.removeLast();
        return latencyPhase
                ? new LatencySlice(side, pool, out, in, now)
                : new ThroughputSlice(side, pool, out, now);
    }

    private void endRound(long now) {
        long length = 2L * sides.size() * (Slice.SETTLING_NANOS + Slice.MEASURED_NANOS);
        if (now - length >= measuredFrom) {
            finished.forEach(Slice::record);
        }
        finished.clear();
        boolean wrong = sides.stream().anyMatch(side -> side.wrong() != 0);
        if (wrong || now >= measuredTo) {
            context.stop();
        }
    }
}
