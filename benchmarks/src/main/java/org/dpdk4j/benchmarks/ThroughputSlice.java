// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;

/**
 * As many frames as come back: a fixed number is under way, and each that comes back is sent again
 * as a new one.
 */
final class ThroughputSlice extends Slice {
    private final PktmbufPool pool;
    private final MbufBurst burst;
    private long measuredSince;
    private long receivedBefore;
    private double rate;

    ThroughputSlice(Side side, PktmbufPool pool, MbufBurst burst, long beginNanos) {
        super(side, beginNanos);
        this.pool = pool;
        this.burst = burst;
    }

    @Override
    protected void exchange(long now) {
        if (measuredSince == 0 && now >= measuredFrom) {
            measuredSince = now;
            receivedBefore = side.received();
        }
        int waiting = burst.size();
        side.receive(burst);
        for (int i = waiting; i < burst.size(); i++) {
            side.stamp(burst, i, now);
        }
        if (side.inFlight() + burst.size() < WINDOW) {
            add(now);
        }
        side.send(burst);
    }

    private void add(long now) {
        int at = burst.size();
        long wanted = WINDOW - side.inFlight() - at;
        int added = pool.alloc(burst, (int) Math.min(wanted, burst.capacity() - at));
        for (int i = at; i < at + added; i++) {
            side.write(burst, i, now);
        }
    }

    @Override
    protected void finish(long now) {
        rate = (side.received() - receivedBefore) * 1e3 / (now - measuredSince);
        burst.freeRemaining();
    }

    @Override
    protected void drain() {
        side.receive(burst);
        burst.freeRemaining();
    }

    @Override
    void record() {
        side.rates().add(rate);
    }
}
