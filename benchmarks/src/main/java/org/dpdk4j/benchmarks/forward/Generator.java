// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.forward;

import org.dpdk4j.Mbuf;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;
import org.dpdk4j.Step;
import org.dpdk4j.TxQueue;

/**
 * Makes frames of one flow and sends them, as testpmd's {@code txonly}: headers from a template.
 */
final class Generator implements Step {
    /** Ethernet, IPv4 and UDP headers. */
    private static final int HEADERS = 42;

    private static final int WORDS = HEADERS / Long.BYTES;

    private final TxQueue tx;
    private final PktmbufPool pool;
    private final MbufBurst burst;
    private final int lengthBytes;
    private final long[] words = new long[WORDS];
    private final short rest;

    Generator(TxQueue tx, PktmbufPool pool, MbufBurst burst, int lengthBytes) {
        this.tx = tx;
        this.pool = pool;
        this.burst = burst;
        this.lengthBytes = lengthBytes;
        new Frames(pool, lengthBytes).fill(burst);
        for (int i = 0; i < WORDS; i++) {
            words[i] = burst.get(0).getLong(i * Long.BYTES);
        }
        this.rest = burst.get(0).getShort(WORDS * Long.BYTES);
        burst.freeRemaining();
    }

    @Override
    public int run() {
        int count = pool.alloc(burst, burst.capacity());
        for (int i = 0; i < count; i++) {
            write(burst.get(i));
        }
        int sent = tx.send(burst);
        burst.freeRemaining();
        return sent;
    }

    private void write(Mbuf frame) {
        frame.append(lengthBytes);
        long[] words = this.words;
        for (int i = 0; i < WORDS; i++) {
            frame.setLong(i * Long.BYTES, words[i]);
        }
        frame.setShort(WORDS * Long.BYTES, rest);
    }
}
