// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import java.time.Duration;
import java.util.List;
import org.dpdk4j.Eal;
import org.dpdk4j.EthConf;
import org.dpdk4j.EthDev;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;
import org.dpdk4j.RxQueue;
import org.dpdk4j.ShutdownSignal;
import org.dpdk4j.Step;
import org.dpdk4j.TxQueue;
import org.dpdk4j.Worker;
import org.dpdk4j.WorkerContext;
import picocli.CommandLine.Command;

/**
 * Forwards packets between pairs of ports until it is interrupted: the first program to read.
 *
 * <p>The same as DPDK's {@code skeleton} example. Try it without a NIC:
 *
 * <pre>examples/run skeleton --vdev net_null0 --vdev net_null1</pre>
 */
@Command(
        name = "skeleton",
        description = "Forwards packets between pairs of ports until it is interrupted.")
public final class Skeleton extends Example {
    private static final int DESCRIPTORS = 1024;
    private static final int BUFFERS_PER_PORT = 8191;
    private static final int BURST = 32;

    /** Starts it. */
    public static void main(String... args) {
        new Skeleton().launch(args);
    }

    @Override
    void run(String[] ealArguments) {
        try (ShutdownSignal signal = ShutdownSignal.install();
                Eal eal = Eal.builder().detect().arguments(ealArguments).start()) {
            List<EthDev> ports = requirePorts(eal);
            if (ports.size() % 2 != 0) {
                throw wrong("ports come in pairs, and there are " + ports.size());
            }
            PktmbufPool pool =
                    eal.pktmbufPool("packets").size(BUFFERS_PER_PORT * ports.size()).create();
            for (EthDev port : ports) {
                port.configure(EthConf.builder().rxQueues(1).txQueues(1).build());
                port.setupRx(0, DESCRIPTORS, pool);
                port.setupTx(0, DESCRIPTORS);
                port.start();
                port.promiscuous(true);
            }
            int lcore = eal.lcores().getLast();
            try (Worker worker = eal.worker(lcore, context -> start(context, ports))) {
                System.out.println("forwarding on lcore " + lcore + "; end it with Ctrl-C");
                while (worker.running() && !signal.await(Duration.ofSeconds(1))) {}
            }
            for (EthDev port : ports) {
                System.out.println(port.name() + ": " + port.stats());
            }
        }
    }

    /** Runs once, on the worker's lcore: claims the queues, and returns what is repeated. */
    private static Step start(WorkerContext context, List<EthDev> ports) {
        int count = ports.size();
        RxQueue[] rx = new RxQueue[count];
        TxQueue[] tx = new TxQueue[count];
        for (int i = 0; i < count; i++) {
            rx[i] = context.claimRx(ports.get(i), 0);
            tx[i] = context.claimTx(ports.get(i ^ 1), 0);
        }
        MbufBurst burst = context.burst(BURST);
        return () -> forward(rx, tx, burst);
    }

    /** From each port to its partner: 0 to 1, 1 to 0, 2 to 3, 3 to 2, ... */
    private static int forward(RxQueue[] rx, TxQueue[] tx, MbufBurst burst) {
        int received = 0;
        for (int i = 0; i < rx.length; i++) {
            received += rx[i].receive(burst);
            tx[i].send(burst);
            burst.freeRemaining(); // what the partner's queue had no room for
        }
        return received;
    }
}
