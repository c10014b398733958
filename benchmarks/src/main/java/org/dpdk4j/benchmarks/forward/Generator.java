// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.forward;

import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;
import org.dpdk4j.Step;
import org.dpdk4j.TxQueue;

/**
 * Makes frames of one flow and sends them, as testpmd's {@code txonly}: headers from a template.
 */
final class Generator {
    /** Ethernet, IPv4 and UDP headers. */
    private static final int HEADERS = 42;

    private final MbufBurst burst;
    private final byte[] headers = new byte[HEADERS];

    private Generator(PktmbufPool pool, MbufBurst burst, int lengthBytes) {
        this.burst = burst;
        new Frames(pool, lengthBytes).fill(burst);
        burst.get(0).getBytes(0, headers, 0, HEADERS);
        burst.freeRemaining();
    }

    /** Fills a burst from a pool, and sends it. */
    static Step step(TxQueue tx, PktmbufPool pool, MbufBurst burst, int lengthBytes) {
        Generator generator = new Generator(pool, burst, lengthBytes);
        return new Step() {
            @Override
            public int run() {
                TxQueue to = tx;
                MbufBurst packets = burst;
                int count = pool.alloc(packets, packets.capacity(), lengthBytes);
                if (count != 0) {
                    generator.write();
                    ForwardStep.send(to, packets);
                }
                return count;
            }
        };
    }

    private void write() {
        int count = burst.size();
        for (int i = 0; i < count; i++) {
            burst.get(i).setBytes(0, headers, 0, HEADERS);
        }
    }
}
