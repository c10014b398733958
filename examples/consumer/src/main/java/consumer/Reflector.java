// SPDX-License-Identifier: BSD-3-Clause
package consumer;

import java.time.Duration;
import org.dpdk4j.*;
import org.dpdk4j.net.Ethernet;

/** Sends every frame back to where it came from, for three seconds. */
public final class Reflector {
    public static void main(String[] args) {
        try (Eal eal = Eal.builder().detect().arguments(args).start();
                PktmbufPool pool = eal.pktmbufPool("packets").size(8191).create();
                EthDev port = eal.ethDev(0)) {
            port.configure(EthConf.builder().rxQueues(1).txQueues(1).build());
            port.setupRx(0, 1024, pool);
            port.setupTx(0, 1024);
            port.start();
            try (Worker worker = eal.worker(eal.lcores().getLast(), ctx -> start(ctx, port))) {
                worker.awaitStop(Duration.ofSeconds(3));
            }
            System.out.println(port.stats());
        }
    }

    private static Step start(WorkerContext context, EthDev port) {
        RxQueue rx = context.claimRx(port, 0); // this worker's alone
        TxQueue tx = context.claimTx(port, 0);
        MbufBurst burst = context.burst(32); // owns the packets that are in it
        return () -> reflect(rx, tx, burst); // called again and again
    }

    private static int reflect(RxQueue rx, TxQueue tx, MbufBurst burst) {
        int received = rx.receive(burst);
        for (int i = 0; i < received; i++) {
            Ethernet ethernet = new Ethernet(); // costs nothing: it lives in registers
            if (ethernet.wrap(burst, i, 0)) {
                ethernet.swapAddresses();
            }
        }
        tx.send(burst); // what was sent is the driver's now
        burst.freeRemaining();
        return received;
    }
}
