// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.dpdk4j.Eal;
import org.dpdk4j.EalBuilder;
import org.dpdk4j.EthConf;
import org.dpdk4j.EthDev;
import org.dpdk4j.EthStats;
import org.dpdk4j.PktmbufPool;
import org.dpdk4j.Worker;
import org.dpdk4j.WorkerContext;

/** The EAL of the process that measures: a port for each side, and its main lcore. */
final class MeasuringProcess implements Closeable {
    private static final int DESCRIPTORS = 1024;
    private static final int BUFFERS = 32_767;
    private static final int MEBIBYTES = 256;
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Eal eal;
    private final PktmbufPool pool;

    private MeasuringProcess(Eal eal, PktmbufPool pool) {
        this.eal = eal;
        this.pool = pool;
    }

    /** Starts EAL on one CPU, with the ports of all links. */
    static MeasuringProcess start(int cpu, List<Link> links, int descriptors) {
        EalBuilder builder = Eal.builder().detect().lcores("0@" + cpu).noPci();
        builder.inMemory().memoryMebibytes(MEBIBYTES);
        links.forEach(link -> builder.vdev(link.device()));
        Eal eal = builder.start();
        PktmbufPool pool = eal.pktmbufPool("frames").size(BUFFERS).create();
        for (Link link : links) {
            EthDev device = eal.ethDev(link.deviceName());
            device.configure(EthConf.builder().build());
            device.setupRx(0, descriptors, pool);
            device.setupTx(0, descriptors);
            device.start();
        }
        return new MeasuringProcess(eal, pool);
    }

    static MeasuringProcess start(int cpu, List<Link> links) {
        return start(cpu, links, DESCRIPTORS);
    }

    /** {@return when the first frame came back over a link, by {@link System#nanoTime}} */
    long awaitEcho(Link link, Contender contender) throws IOException {
        List<AwaitEcho> steps = new ArrayList<>();
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        try (Worker worker =
                eal.worker(
                        eal.mainLcore(),
                        context -> {
                            EthDev device = eal.ethDev(link.deviceName());
                            steps.add(
                                    new AwaitEcho(
                                            context,
                                            pool,
                                            link.frame(),
                                            context.claimRx(device, 0),
                                            context.claimTx(device, 0)));
                            return steps.getFirst();
                        })) {
            while (!worker.awaitStop(POLL)) {
                require(contender.alive(), link.name() + " ended:\n" + contender.log());
                require(
                        System.nanoTime() - deadline < 0,
                        link.name() + " sends nothing back:\n" + contender.log());
            }
        }
        return steps.getFirst().firstBack();
    }

    /** Lets all of the contenders have their turns, on this process's lcore. */
    List<Side> measure(
            Map<Link, Contender> contenders,
            List<Phase> phases,
            Duration warmUp,
            Duration measured,
            Random random)
            throws IOException {
        List<Side> sides = new ArrayList<>();
        contenders.keySet().forEach(link -> eal.ethDev(link.deviceName()).resetStats());
        try (Worker worker =
                eal.worker(
                        eal.mainLcore(),
                        context -> {
                            contenders.forEach(
                                    (link, contender) -> sides.add(side(context, link, contender)));
                            return new Measurement(
                                    context, sides, phases, pool, warmUp, measured, random);
                        })) {
            while (!worker.awaitStop(POLL)) {
                for (Map.Entry<Link, Contender> entry : contenders.entrySet()) {
                    require(
                            entry.getValue().alive(),
                            entry.getKey().name() + " ended:\n" + entry.getValue().log());
                }
            }
        }
        for (Link link : contenders.keySet()) {
            requireCounted(sides, link);
        }
        return sides;
    }

    /**
     * Measures what is in no report; by then all code is compiled. No frame may be lost or wrong.
     */
    Tally rehearse(
            Map<Link, Contender> contenders,
            List<Phase> phases,
            Duration warmUp,
            Duration measured,
            Random random)
            throws IOException {
        Tally tally = new Tally();
        tally.add(measure(contenders, phases, warmUp, measured, random));
        require(tally.faults().isEmpty(), String.join(" ", tally.faults()));
        return tally;
    }

    /** What {@link #load} left. */
    record Load(Side side, OpenLoop loop) {}

    /** Sends to one contender at a fixed rate, whether it keeps up or not. */
    Load load(Link link, Contender contender, double framesPerSecond, Duration duration)
            throws IOException {
        List<Load> loads = new ArrayList<>();
        eal.ethDev(link.deviceName()).resetStats();
        try (Worker worker =
                eal.worker(
                        eal.mainLcore(),
                        context -> {
                            Side side = side(context, link, contender);
                            OpenLoop loop =
                                    new OpenLoop(context, side, pool, framesPerSecond, duration);
                            loads.add(new Load(side, loop));
                            return loop;
                        })) {
            while (!worker.awaitStop(POLL)) {
                require(contender.alive(), link.name() + " ended:\n" + contender.log());
            }
        }
        requireCounted(List.of(loads.getFirst().side()), link);
        return loads.getFirst();
    }

    /** The driver counts by itself what went out and came in. */
    private void requireCounted(List<Side> sides, Link link) throws IOException {
        EthStats stats = eal.ethDev(link.deviceName()).stats();
        for (Side side : sides) {
            long back = side.received() + side.wrong();
            require(
                    !side.name().equals(link.name())
                            || (stats.opackets() == side.sent() && stats.ipackets() == back),
                    "%s: %,d frames out and %,d in were counted, and by the driver %,d and %,d"
                            .formatted(
                                    link.name(),
                                    side.sent(),
                                    back,
                                    stats.opackets(),
                                    stats.ipackets()));
        }
    }

    @Override
    public void close() {
        eal.close();
    }

    private Side side(WorkerContext context, Link link, Turn turn) {
        EthDev device = eal.ethDev(link.deviceName());
        return new Side(
                link.name(),
                link.frame(),
                link.window(),
                turn,
                context.claimRx(device, 0),
                context.claimTx(device, 0));
    }

    private static void require(boolean condition, String otherwise) throws IOException {
        if (!condition) {
            throw new IOException(otherwise);
        }
    }
}
