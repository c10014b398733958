// SPDX-License-Identifier: BSD-3-Clause
package consumer;

import org.dpdk4j.Eal;
import org.dpdk4j.EthConf;
import org.dpdk4j.EthDev;
import org.dpdk4j.EthStats;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;
import org.dpdk4j.RxQueue;
import org.dpdk4j.Step;
import org.dpdk4j.TxQueue;
import org.dpdk4j.Worker;
import org.dpdk4j.WorkerContext;

/** Sends one burst into a ring and forwards what comes back, until enough packets came round. */
final class Main {
    private static final int BURST = 32;
    private static final int FRAME_BYTES = 60;
    private static final long ENOUGH = 1_000_000;

    private long forwarded;

    private Main() {}

    public static void main(String[] args) {
        Main main = new Main();
        try (Eal eal = Eal.builder().detect().vdev("net_ring0").noPci().start();
                PktmbufPool pool = eal.pktmbufPool("consumer").size(1023).create();
                EthDev ring = eal.ethDev("net_ring0")) {
            ring.configure(EthConf.builder().rxQueues(1).txQueues(1).build());
            ring.setupRx(0, 512, pool);
            ring.setupTx(0, 512);
            ring.start();
            try (Worker worker = eal.worker(eal.mainLcore(), ctx -> main.start(ctx, ring, pool))) {
                worker.awaitStop();
            }
            EthStats stats = ring.stats();
            System.out.printf(
                    "forwarded %d packets, the port counted %d in and %d out, %d left in use%n",
                    main.forwarded, stats.ipackets(), stats.opackets(), pool.inUse());
        }
    }

    private Step start(WorkerContext ctx, EthDev ring, PktmbufPool pool) {
        RxQueue rx = ctx.claimRx(ring, 0);
        TxQueue tx = ctx.claimTx(ring, 0);
        MbufBurst burst = ctx.burst(BURST);
        pool.alloc(burst, BURST);
        for (int i = 0; i < burst.size(); i++) {
            burst.get(i).append(FRAME_BYTES);
        }
        tx.send(burst);
        return () -> step(ctx, rx, tx, burst);
    }

    private int step(WorkerContext ctx, RxQueue rx, TxQueue tx, MbufBurst burst) {
        int received = rx.receive(burst);
        if (forwarded < ENOUGH) {
            forwarded += tx.send(burst);
        } else if (received == 0) {
            ctx.stop();
        }
        burst.freeRemaining();
        return received;
    }
}
