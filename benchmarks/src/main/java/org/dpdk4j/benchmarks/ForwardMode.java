// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import java.util.Locale;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.RxQueue;
import org.dpdk4j.Step;
import org.dpdk4j.TxQueue;
import org.dpdk4j.WorkerContext;
import org.dpdk4j.net.Ethernet;

/** What a forwarder does with packets, named as dpdk-testpmd names it. */
enum ForwardMode {
    /** Nothing. */
    IO {
        @Override
        Step step(WorkerContext context, RxQueue rx, TxQueue tx) {
            MbufBurst burst = context.burst(BURST);
            return () -> io(rx, tx, burst);
        }
    },

    /** Exchanges the MAC addresses. */
    MACSWAP {
        @Override
        Step step(WorkerContext context, RxQueue rx, TxQueue tx) {
            MbufBurst burst = context.burst(BURST);
            Ethernet ethernet = new Ethernet();
            return () -> macswap(rx, tx, burst, ethernet);
        }
    };

    /** As testpmd's default. */
    static final int BURST = 32;

    /** Makes what moves one burst from one queue to another. */
    abstract Step step(WorkerContext context, RxQueue rx, TxQueue tx);

    /** Its name for testpmd. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static int io(RxQueue rx, TxQueue tx, MbufBurst burst) {
        int received = rx.receive(burst);
        if (received != 0) {
            tx.send(burst);
            burst.freeRemaining();
        }
        return received;
    }

    private static int macswap(RxQueue rx, TxQueue tx, MbufBurst burst, Ethernet ethernet) {
        int received = rx.receive(burst);
        if (received != 0) {
            for (int i = 0; i < received; i++) {
                if (ethernet.wrap(burst.get(i), 0)) {
                    ethernet.swapAddresses();
                }
            }
            tx.send(burst);
            burst.freeRemaining();
        }
        return received;
    }
}
