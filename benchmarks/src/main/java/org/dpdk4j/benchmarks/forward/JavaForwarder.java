// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.forward;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.dpdk4j.Eal;
import org.dpdk4j.EthConf;
import org.dpdk4j.EthDev;
import org.dpdk4j.Lpm;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;
import org.dpdk4j.RxQueue;
import org.dpdk4j.ShutdownSignal;
import org.dpdk4j.Step;
import org.dpdk4j.TxQueue;
import org.dpdk4j.Worker;
import org.dpdk4j.WorkerContext;
import org.jspecify.annotations.Nullable;

/**
 * Forwards between two ports, or from one to itself, on one worker lcore as dpdk-testpmd does: same
 * modes, bursts, descriptors, buffers, and packets to start with.
 *
 * <p>Arguments: EAL's, {@code --}, then the mode or the class of a {@link PacketFunction}, packets
 * in a burst, bursts to start with on each port, bytes in a frame, number of buffers, and perhaps
 * descriptors of each queue. Ends when its standard input does, and says then what the packets hold
 * that went round: {@code contents}, those that were put in and those that were taken out, of each
 * how many and a sum, and the hash of a burst that passed once, see {@link Circulation}.
 */
public final class JavaForwarder {
    /** Of each queue, if not told otherwise. */
    public static final int DESCRIPTORS = 1024;

    /** Of the pool, for each lcore. */
    public static final int CACHE = 250;

    private static final int BUSY_LCORE = 1;
    private static final int HEADROOM = 128;
    private static final int SMALLEST_ROOM = 2048;
    private static final Duration LINK_LIMIT = Duration.ofSeconds(20);

    /** A memif's client is still initialising when the link is up already. */
    private static final Duration SETTLING = Duration.ofMillis(300);

    private final Eal eal;
    private final String work;
    private final int burst;
    private final int startBursts;
    private final int frameBytes;
    private final int descriptors;
    private final PktmbufPool pool;
    private final List<EthDev> ports;
    private Circulation.Contents putIn = Circulation.Contents.NONE;
    private @Nullable Lpm routes;

    /** Of each port, in their order. */
    private record Queues(List<RxQueue> rx, List<TxQueue> tx) {
        static Queues claim(WorkerContext context, List<EthDev> ports) {
            return new Queues(
                    ports.stream().map(port -> context.claimRx(port, 0)).toList(),
                    ports.stream().map(port -> context.claimTx(port, 0)).toList());
        }
    }

    private JavaForwarder(Eal eal, List<String> arguments) {
        this.eal = eal;
        this.work = arguments.get(0);
        this.burst = Integer.parseInt(arguments.get(1));
        this.startBursts = Integer.parseInt(arguments.get(2));
        this.frameBytes = Integer.parseInt(arguments.get(3));
        this.descriptors = arguments.size() > 5 ? Integer.parseInt(arguments.get(5)) : DESCRIPTORS;
        this.pool =
                eal.pktmbufPool("mbufs")
                        .size(Integer.parseInt(arguments.get(4)))
                        .cacheSize(CACHE)
                        .dataRoomSize(bufferBytes(frameBytes))
                        .create();
        this.ports = eal.ethDevs();
    }

    /**
     * Runs it.
     *
     * @param args see above
     */
    public static void main(String[] args) {
        int end = Arrays.asList(args).indexOf("--");
        List<String> own = Arrays.asList(args).subList(end + 1, args.length);
        try (ShutdownSignal signal = ShutdownSignal.install();
                Eal eal = Eal.builder().arguments(Arrays.copyOf(args, end)).start()) {
            JavaForwarder forwarder = new JavaForwarder(eal, own);
            forwarder.startPorts(signal);
            try (Worker worker = eal.worker(BUSY_LCORE, forwarder::start)) {
                System.out.println("forwarding on lcore " + worker.lcore());
                Thread.ofPlatform().daemon().start(() -> stopAtEndOfInput(worker));
                worker.awaitStop();
            }
            forwarder.inspect();
        }
    }

    /** Looks at the packets that went round. On the lcore again: their cache is its own. */
    private void inspect() {
        if (startBursts > 0) {
            try (Worker worker = eal.worker(BUSY_LCORE, this::inspect)) {
                worker.awaitStop();
            }
        }
    }

    /**
     * {@return the room that a buffer has for data, the headroom included, in bytes}
     *
     * @param frameBytes of a frame
     */
    public static int bufferBytes(int frameBytes) {
        return Math.max(SMALLEST_ROOM, (frameBytes + 127) / 128 * 128) + HEADROOM;
    }

    private void startPorts(ShutdownSignal signal) {
        for (EthDev port : ports) {
            port.configure(EthConf.builder().build());
            port.setupRx(0, descriptors, pool);
            port.setupTx(0, descriptors);
            port.start();
        }
        if (startBursts > 0) {
            awaitLinks(signal);
        }
    }

    /** Before its link is up, a port takes no packets to start with. */
    private void awaitLinks(ShutdownSignal signal) {
        long deadline = System.nanoTime() + LINK_LIMIT.toNanos();
        while (!ports.stream().allMatch(port -> port.link().up())) {
            if (signal.await(Duration.ofMillis(50)) || System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("a link stays down");
            }
        }
        signal.await(SETTLING);
    }

    private Step start(WorkerContext context) {
        Queues queues = Queues.claim(context, ports);
        if (startBursts > 0) {
            putIn = circulation(context, queues).fill(startBursts);
        }
        List<Step> steps = steps(context, queues);
        return steps.size() == 2 && small(ForwardMode.of(work))
                ? both(steps.get(0), steps.get(1))
                : inTurn(steps.toArray(Step[]::new));
    }

    /** Prints what was put in, what is left of that, and what comes of one more burst. */
    private Step inspect(WorkerContext context) {
        Queues queues = Queues.claim(context, ports);
        Circulation circulation = circulation(context, queues);
        Circulation.Contents takenOut = circulation.drain();
        long passed = circulation.pass(steps(context, queues));
        System.out.println("contents " + putIn + " " + takenOut + " " + Long.toHexString(passed));
        return () -> {
            context.stop();
            return 0;
        };
    }

    private Circulation circulation(WorkerContext context, Queues queues) {
        Frames frames = new Frames(pool, frameBytes);
        return new Circulation(frames, ports, queues.rx, queues.tx, context.burst(burst));
    }

    /** Testpmd's pairs: what port 0 receives port 1 sends, and the other way; one alone, itself. */
    private List<Step> steps(WorkerContext context, Queues queues) {
        int last = ports.size() - 1;
        return IntStream.rangeClosed(0, last)
                .mapToObj(i -> step(context, queues.rx.get(i), queues.tx.get(last - i), queues.tx))
                .toList();
    }

    /** Whether there is room in one compiled method for both directions, as in forwarder.c's. */
    private static boolean small(@Nullable ForwardMode mode) {
        return mode == ForwardMode.IO || mode == ForwardMode.RXONLY;
    }

    private static Step both(Step there, Step back) {
        return new Step() {
            @Override
            public int run() {
                Step second = back;
                return there.run() + second.run();
            }
        };
    }

    /** One place that calls the steps: what the compiler puts into it is put in once. */
    private static Step inTurn(Step[] steps) {
        return new Step() {
            @Override
            public int run() {
                int handled = 0;
                for (Step step : steps) {
                    handled += step.run();
                }
                return handled;
            }
        };
    }

    private Step step(WorkerContext context, RxQueue rx, TxQueue tx, List<TxQueue> allTx) {
        MbufBurst packets = context.burst(burst);
        @Nullable ForwardMode mode = ForwardMode.of(work);
        if (mode == null) {
            return ForwardStep.of(rx, tx, packets, functionOf(work));
        }
        return switch (mode) {
            case RXONLY -> ForwardStep.rxonly(rx, packets);
            case TXONLY -> Generator.step(tx, pool, packets, frameBytes);
            case IO, MACSWAP, FIVE_TUPLE_SWAP, CHECKSUM -> ForwardStep.of(mode, rx, tx, packets);
            case L3FWD -> L3Forward.step(context, rx, allTx, routes(allTx.size()), burst);
        };
    }

    /** One table for both directions. */
    private Lpm routes(int portCount) {
        if (routes == null) {
            routes = eal.lpm("routes").create();
            L3Forward.addRoutes(routes, portCount);
        }
        return routes;
    }

    private static PacketFunction functionOf(String className) {
        try {
            return Class.forName(className)
                    .asSubclass(PacketFunction.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new IllegalArgumentException(
                    className + " is neither a mode nor a PacketFunction that can be made", e);
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
}
