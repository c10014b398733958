// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dpdk4j.Eal;
import org.dpdk4j.EthDev;
import org.dpdk4j.EthStats;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.RxQueue;
import org.dpdk4j.ShutdownSignal;
import org.dpdk4j.Step;
import org.dpdk4j.Worker;
import org.dpdk4j.WorkerContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes what a port receives into a pcapng file, with nanoseconds, for Wireshark or tcpdump. */
@Command(
        name = "capture",
        description =
                "Writes what a port receives into a pcapng file, with times in nanoseconds,"
                        + " readable by Wireshark, tshark and tcpdump.")
public final class Capture extends Example {
    private static final int BURST = 64;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "File to write; what is there is overwritten.")
    @Nullable Path out;

    @Option(names = "--count", paramLabel = "N", description = "End after N packets.")
    long count = Long.MAX_VALUE;

    @Option(
            names = "--snaplen",
            paramLabel = "BYTES",
            description = "Keep so many bytes of each packet (default: all).")
    int snapLength = PcapngWriter.MAX_SNAP_LENGTH;

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            description = "Largest payload of a frame (default: the driver's).")
    int mtu;

    @Mixin final PortOptions ports = new PortOptions();
    @Mixin final RunOptions options = new RunOptions();

    /** Starts it. */
    public static void main(String... args) {
        new Capture().launch(args);
    }

    @Override
    void run(String[] ealArguments) {
        Path path = out;
        if (path == null) {
            throw wrong("--out FILE is missing (own arguments come after --)");
        }
        if (count < 1) {
            throw wrong("--count is 1 or more, not " + count);
        }
        if (snapLength < 1 || snapLength > PcapngWriter.MAX_SNAP_LENGTH) {
            throw wrong(
                    "--snaplen is 1 to " + PcapngWriter.MAX_SNAP_LENGTH + ", not " + snapLength);
        }
        requireMtu(mtu);
        try (ShutdownSignal signal = ShutdownSignal.install();
                PcapngWriter file = PcapngWriter.create(path, snapLength);
                Eal eal = Eal.builder().detect().arguments(ealArguments).start()) {
            EthDev port = ports.choose(this, eal);
            ports.open(eal, port, mtu);
            port.promiscuous(true);
            file.addInterface(port.name(), port.macAddress().bits());
            file.flush();
            System.out.println("capturing on port " + port.portId() + " " + port.name());
            Totals totals = new Totals();
            int lcore = eal.lcores().getLast();
            try (Worker worker =
                    eal.worker(
                            lcore,
                            options.idle(),
                            context -> new Recorder(context, port, file, count, totals))) {
                options.awaitEnd(signal, List.of(worker), Duration.ZERO, () -> {});
            }
            EthStats stats = port.stats();
            long dropped = stats.imissed() + stats.rxNoMbuf() + totals.tooLong;
            file.statistics(0, Clock.start().epochNanos(), totals.captured + dropped, dropped);
            System.out.printf("captured %d packets, dropped %d%n", totals.captured, dropped);
        }
    }

    /**
     * The packet path. Writing to the file is part of it; what comes meanwhile waits in the port.
     */
    private static final class Recorder implements Step {
        private final WorkerContext context;
        private final RxQueue rx;
        private final MbufBurst burst;
        private final PcapngWriter file;
        private final long count;
        private final Totals totals;
        private final Clock clock = Clock.start();
        private boolean flushed = true;

        Recorder(WorkerContext context, EthDev port, PcapngWriter file, long count, Totals totals) {
            this.context = context;
            this.rx = context.claimRx(port, 0);
            this.burst = context.burst(BURST);
            this.file = file;
            this.count = count;
            this.totals = totals;
        }

        @Override
        public int run() {
            int received = rx.receive(burst);
            if (received == 0) {
                flush();
                return 0;
            }
            long now = clock.epochNanos();
            for (int i = 0; i < received && totals.captured < count; i++) {
                if (file.packet(0, burst.get(i), now)) {
                    totals.captured++;
                } else {
                    totals.tooLong++;
                }
            }
            burst.freeRemaining();
            flushed = false;
            if (totals.captured == count) {
                context.stop();
            }
            return received;
        }

        /** When there is time, so that whoever reads along sees the packets. */
        private void flush() {
            if (!flushed) {
                file.flush();
                flushed = true;
            }
        }
    }

    /** The time of day in nanoseconds, without an object for each look at it. */
    private record Clock(long offsetNanos) {
        static Clock start() {
            Instant now = Instant.now();
            long epochNanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
            return new Clock(epochNanos - System.nanoTime());
        }

        long epochNanos() {
            return System.nanoTime() + offsetNanos;
        }
    }

    /** What came of it; written by the worker, read when that has ended. */
    private static final class Totals {
        private long captured;
        private long tooLong;
    }
}
