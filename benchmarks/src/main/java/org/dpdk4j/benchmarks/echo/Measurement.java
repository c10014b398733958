// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;
import org.dpdk4j.Step;
import org.dpdk4j.WorkerContext;

/**
 * Rounds of slices, on an lcore: in each round there are several phases, and in each phase every
 * side gets a slice, in an order that is drawn anew.
 */
final class Measurement implements Step {
    private static final int BURST = 32;

    private final WorkerContext context;
    private final List<Side> sides;
    private final List<Phase> phases;
    private final PktmbufPool pool;
    private final MbufBurst out;
    private final MbufBurst in;
    private final Random random;
    private final List<Slice> finished = new ArrayList<>();
    private final List<Side> queue = new ArrayList<>();
    private final long measuredFrom;
    private final long measuredTo;
    private int phase = -1;
    private long roundBegan;
    private boolean anyCounted;
    private Side side;
    private Slice slice;

    /**
     * Begins with the first slice.
     *
     * @param warmUp the forwarders' code gets compiled meanwhile; rounds that begin in it don't
     *     count
     */
    Measurement(
            WorkerContext context,
            List<Side> sides,
            List<Phase> phases,
            PktmbufPool pool,
            Duration warmUp,
            Duration measured,
            Random random) {
        this.context = context;
        this.sides = sides;
        this.phases = phases;
        this.pool = pool;
        this.out = context.burst(BURST);
        this.in = context.burst(BURST);
        this.random = random;
        long now = System.nanoTime();
        this.measuredFrom = now + warmUp.toNanos();
        this.measuredTo = measuredFrom + measured.toNanos();
        this.roundBegan = now;
        this.side = nextSide();
        this.slice = nextSlice();
    }

    @Override
    public int run() {
        if (!slice.poll()) {
            side.turn().end();
            finished.add(slice);
            if (queue.isEmpty() && phase == phases.size() - 1 && !endRound()) {
                context.stop();
            } else {
                side = nextSide();
                slice = nextSlice();
            }
        }
        return 1;
    }

    private Side nextSide() {
        if (queue.isEmpty()) {
            phase = (phase + 1) % phases.size();
            queue.addAll(sides);
            Collections.shuffle(queue, random);
        }
        return queue.removeLast();
    }

    private Slice nextSlice() {
        side.turn().begin();
        return phases.get(phase).slice(side, pool, out, in);
    }

    /** Whether there is to be another one. */
    private boolean endRound() {
        boolean counts = roundBegan >= measuredFrom && finished.stream().allMatch(Slice::measured);
        for (int i = 0; counts && i < finished.size(); i++) {
            finished.get(i).record(i / sides.size());
        }
        anyCounted |= counts;
        finished.clear();
        roundBegan = System.nanoTime();
        boolean wrong = sides.stream().anyMatch(measured -> measured.wrong() != 0);
        boolean lost = sides.stream().anyMatch(measured -> measured.lost() != 0);
        // On a busy machine, a short measurement may be over before a round was.
        return !wrong && (roundBegan < measuredTo || !(anyCounted || lost));
    }
}
