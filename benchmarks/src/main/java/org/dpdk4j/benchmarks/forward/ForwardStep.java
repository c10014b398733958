// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.forward;

import org.dpdk4j.MbufBurst;
import org.dpdk4j.RxQueue;
import org.dpdk4j.Step;
import org.dpdk4j.TxQueue;

/**
 * Moves one burst from one queue to another, or to nowhere. The steps are classes and no lambdas,
 * and call few helpers: all of these count where the compiler stops after so many calls. And they
 * read their fields once: after a driver's call the compiler would read each of them again.
 */
public final class ForwardStep {
    private ForwardStep() {}

    /**
     * {@return a step that does a mode's work: one of those that receive and send, without routing}
     *
     * @param mode the mode
     * @param rx where packets come from
     * @param tx where they go
     * @param burst holds them between
     */
    public static Step of(ForwardMode mode, RxQueue rx, TxQueue tx, MbufBurst burst) {
        return switch (mode) {
            case IO -> pass(rx, tx, burst);
            case MACSWAP -> of(rx, tx, burst, new MacSwap());
            case FIVE_TUPLE_SWAP -> of(rx, tx, burst, new FiveTupleSwap());
            case CHECKSUM -> of(rx, tx, burst, new ChecksumRewrite());
            case RXONLY, TXONLY, L3FWD ->
                    throw new IllegalArgumentException(mode + " does more or less than that");
        };
    }

    /** Receives, lets a function work on the packets, sends. */
    static Step of(RxQueue rx, TxQueue tx, MbufBurst burst, PacketFunction function) {
        return new Step() {
            @Override
            public int run() {
                TxQueue to = tx;
                MbufBurst packets = burst;
                int received = rx.receive(packets);
                if (received != 0) {
                    function.process(packets);
                    send(to, packets);
                }
                return received;
            }
        };
    }

    /** Receives and frees. */
    static Step rxonly(RxQueue rx, MbufBurst burst) {
        return new Step() {
            @Override
            public int run() {
                MbufBurst packets = burst;
                int received = rx.receive(packets);
                packets.freeRemaining();
                return received;
            }
        };
    }

    /** Sends what the queue has room for, and frees the rest. */
    static int send(TxQueue tx, MbufBurst burst) {
        int sent = tx.send(burst);
        burst.freeRemaining();
        return sent;
    }

    private static Step pass(RxQueue rx, TxQueue tx, MbufBurst burst) {
        return new Step() {
            @Override
            public int run() {
                TxQueue to = tx;
                MbufBurst packets = burst;
                int received = rx.receive(packets);
                if (received != 0) {
                    send(to, packets);
                }
                return received;
            }
        };
    }
}
