// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.dpdk4j.Eal;
import org.dpdk4j.EthConf;
import org.dpdk4j.EthDev;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;
import org.dpdk4j.ShutdownSignal;
import org.dpdk4j.Step;
import org.dpdk4j.TxQueue;
import org.dpdk4j.Worker;
import org.dpdk4j.WorkerContext;

/**
 * Forwards between two ports on one worker lcore as dpdk-testpmd does: same modes, bursts,
 * descriptors, buffers, and packets to start with. The Java side of {@link JavaVsTestpmd}.
 *
 * <p>Arguments: EAL's, {@code --}, the mode, how many bursts to start with on each port. Ends when
 * its standard input does.
 */
final class JavaForwarder {
    static final int DESCRIPTORS = 1024;
    static final int BUFFERS = 16_383;
    static final int CACHE = 250;
    static final int FRAME_LENGTH = 64;

    private static final int BUSY_LCORE = 1;
    private static final Duration LINK_LIMIT = Duration.ofSeconds(10);

    /** A memif's client is still initialising when the link is up already. */
    private static final Duration SETTLING = Duration.ofMillis(300);

    private JavaForwarder() {}

    public static void main(String[] args) {
        int end = Arrays.asList(args).indexOf("--");
        ForwardMode mode = ForwardMode.valueOf(args[end + 1].toUpperCase(Locale.ROOT));
        int bursts = Integer.parseInt(args[end + 2]);
        try (ShutdownSignal signal = ShutdownSignal.install();
                Eal eal = Eal.builder().arguments(Arrays.copyOf(args, end)).start()) {
            PktmbufPool pool = eal.pktmbufPool("mbufs").size(BUFFERS).cacheSize(CACHE).create();
            List<EthDev> ports = eal.ethDevs();
            for (EthDev port : ports) {
                port.configure(EthConf.builder().build());
                port.setupRx(0, DESCRIPTORS, pool);
                port.setupTx(0, DESCRIPTORS);
                port.start();
            }
            awaitLinks(ports, signal);
            try (Worker worker =
                    eal.worker(BUSY_LCORE, context -> body(context, ports, mode, pool, bursts))) {
                System.out.println("forwarding on lcore " + worker.lcore());
                Thread.ofPlatform().daemon().start(() -> stopAtEndOfInput(worker));
                worker.awaitStop();
            }
        }
    }

    private static void stopAtEndOfInput(Worker worker) {
        try {
            while (System.in.read() >= 0) {
                // Only its end matters.
            }
        } catch (IOException e) {
            // No more of it: the end, too.
        }
        worker.stop();
    }

    private static Step body(
            WorkerContext context,
            List<EthDev> ports,
            ForwardMode mode,
            PktmbufPool pool,
            int bursts) {
        var rx0 = context.claimRx(ports.get(0), 0);
        var tx0 = context.claimTx(ports.get(0), 0);
        var rx1 = context.claimRx(ports.get(1), 0);
        var tx1 = context.claimTx(ports.get(1), 0);
        MbufBurst first = context.burst(ForwardMode.BURST);
        // A memif has no room for packets before the receiver has polled once.
        rx0.receive(first);
        first.freeRemaining();
        rx1.receive(first);
        first.freeRemaining();
        for (int i = 0; i < bursts; i++) {
            send(first, pool, tx0);
            send(first, pool, tx1);
        }
        Step there = mode.step(context, rx0, tx1);
        Step back = mode.step(context, rx1, tx0);
        return () -> there.run() + back.run();
    }

    private static void send(MbufBurst burst, PktmbufPool pool, TxQueue tx) {
        int count = pool.alloc(burst, ForwardMode.BURST);
        for (int i = 0; i < count; i++) {
            burst.get(i).append(FRAME_LENGTH);
        }
        if (count == 0 || tx.send(burst) != count) {
            throw new IllegalStateException("no room for the packets to start with");
        }
    }

    private static void awaitLinks(List<EthDev> ports, ShutdownSignal signal) {
        long deadline = System.nanoTime() + LINK_LIMIT.toNanos();
        while (!ports.stream().allMatch(port -> port.link().up())) {
            if (signal.await(Duration.ofMillis(50)) || System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("a link stays down");
            }
        }
        signal.await(SETTLING);
    }
}
