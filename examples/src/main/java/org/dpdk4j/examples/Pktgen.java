// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dpdk4j.Eal;
import org.dpdk4j.EthDev;
import org.dpdk4j.MacAddress;
import org.dpdk4j.Mbuf;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;
import org.dpdk4j.ShutdownSignal;
import org.dpdk4j.Step;
import org.dpdk4j.TxQueue;
import org.dpdk4j.Worker;
import org.dpdk4j.WorkerContext;
import org.dpdk4j.net.EtherType;
import org.dpdk4j.net.Ethernet;
import org.dpdk4j.net.IpProtocol;
import org.dpdk4j.net.Ipv4;
import org.dpdk4j.net.Ipv4Address;
import org.dpdk4j.net.Udp;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sends numbered and dated UDP packets, which {@code count} checks. */
@Command(
        name = "pktgen",
        description =
                "Sends UDP packets at a rate, each with its time, its number in its flow, and a"
                        + " pattern. \"count\" checks them.")
public final class Pktgen extends Example {
    private static final int BURST = 32;

    /** So many packets that are late go out at once. More would be lost where they arrive. */
    private static final int MOST_LATE = 256;

    private static final int HEADERS_LENGTH =
            Ethernet.HEADER_LENGTH + Ipv4.HEADER_LENGTH + Udp.HEADER_LENGTH;
    private static final int LEAST_SIZE = HEADERS_LENGTH + TestPayload.HEADER_LENGTH;
    private static final int USUAL_SIZE = Ethernet.HEADER_LENGTH + 1500;
    private static final int MOST_SIZE = Ethernet.HEADER_LENGTH + MAX_MTU;

    // RFC 2544 sets this network aside for tests.
    private static final int SOURCE_IP = Ipv4Address.parse("198.18.0.1").bits();
    private static final int DESTINATION_IP = Ipv4Address.parse("198.19.0.1").bits();
    private static final int TTL = 64;

    @Option(names = "--count", paramLabel = "N", description = "End after N packets.")
    long count = Long.MAX_VALUE;

    @Option(
            names = "--rate",
            paramLabel = "PPS",
            description =
                    "Packets per second, or max (default: 1000). What a delay keeps from being sent"
                            + " makes the rate lower; beyond a few bursts it isn't made up for.")
    String rate = "1000";

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            description = "Frame size without the check sequence (default: 60).")
    int size = 60;

    @Option(
            names = "--flows",
            paramLabel = "N",
            description = "Flows, told apart by UDP source port, in turn (default: 1).")
    int flows = 1;

    @Option(
            names = "--dst-mac",
            paramLabel = "MAC",
            description = "Destination (default: 02:00:00:00:00:01).")
    String destination = "02:00:00:00:00:01";

    @Option(
            names = "--stay",
            description =
                    "After the last packet, keep the port open until a signal: a memif peer loses"
                            + " what it has not read yet when the port goes.")
    boolean stay;

    @Mixin final PortOptions ports = new PortOptions();
    @Mixin final RunOptions options = new RunOptions();

    /** Starts it. */
    public static void main(String... args) {
        new Pktgen().launch(args);
    }

    @Override
    void run(String[] ealArguments) {
        requireOptions();
        try (ShutdownSignal signal = ShutdownSignal.install();
                Eal eal = Eal.builder().detect().arguments(ealArguments).start()) {
            EthDev port = ports.choose(this, eal);
            int mtu = size > USUAL_SIZE ? size - Ethernet.HEADER_LENGTH : 0;
            PktmbufPool pool = ports.open(eal, port, mtu);
            PortOptions.awaitLink(port, signal);
            Totals totals = new Totals();
            int lcore = eal.lcores().getLast();
            long start = System.nanoTime();
            try (Worker worker =
                    eal.worker(
                            lcore,
                            options.idle(),
                            context -> new Generator(this, context, port, pool, totals))) {
                options.awaitEnd(signal, List.of(worker), Duration.ZERO, () -> {});
            }
            long end = totals.endNanos == 0 ? System.nanoTime() : totals.endNanos;
            double seconds = (end - start) / 1e9;
            System.out.printf(
                    "sent %d packets of %d bytes in %d flows in %.3f s: %.0f packets/s%n",
                    totals.sent, size, flows, seconds, totals.sent / seconds);
        }
    }

    private void requireOptions() {
        if (count < 1) {
            throw wrong("--count is 1 or more, not " + count);
        }
        if (size < LEAST_SIZE || size > MOST_SIZE) {
            throw wrong("--size is %d to %d, not %d".formatted(LEAST_SIZE, MOST_SIZE, size));
        }
        packetsPerSecond();
        destinationBits();
        if (flows < 1 || flows > TestPayload.MAX_FLOWS) {
            throw wrong("--flows is 1 to %d, not %d".formatted(TestPayload.MAX_FLOWS, flows));
        }
    }

    private double packetsPerSecond() {
        try {
            double value = rate.equals("max") ? Double.POSITIVE_INFINITY : Double.parseDouble(rate);
            if (value > 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // The same sentence as for a number that is out of range.
        }
        throw wrong("--rate is a number of packets per second, or max, not " + rate);
    }

    private long destinationBits() {
        try {
            return MacAddress.parse(destination).bits();
        } catch (IllegalArgumentException e) {
            throw wrong("--dst-mac: " + e.getMessage());
        }
    }

    /** The packet path. */
    private static final class Generator implements Step {
        private final WorkerContext context;
        private final PktmbufPool pool;
        private final TxQueue tx;
        private final MbufBurst burst;
        private final double packetsPerNano;
        private final long destination;
        private final long source;
        private final long count;
        private final int size;
        private final int flows;
        private final boolean stay;
        private final Ethernet ethernet = new Ethernet();
        private final Ipv4 ip = new Ipv4();
        private final Udp udp = new Udp();
        private final Totals totals;
        private long start = System.nanoTime();
        private long made;
        private int flow;
        private int sequence;

        Generator(
                Pktgen program,
                WorkerContext context,
                EthDev port,
                PktmbufPool pool,
                Totals totals) {
            this.context = context;
            this.pool = pool;
            this.tx = context.claimTx(port, 0);
            this.burst = context.burst(BURST);
            this.packetsPerNano = program.packetsPerSecond() / TimeUnit.SECONDS.toNanos(1);
            this.destination = program.destinationBits();
            this.source = port.macAddress().bits();
            this.count = program.count;
            this.size = program.size;
            this.flows = program.flows;
            this.stay = program.stay;
            this.totals = totals;
        }

        @Override
        public int run() {
            if (totals.sent == count) {
                return 0;
            }
            if (burst.size() == 0) {
                fill();
            }
            // What the queue has no room for stays in the burst: nothing is lost here.
            int sent = tx.send(burst);
            totals.sent += sent;
            if (totals.sent == count) {
                totals.endNanos = System.nanoTime();
                if (!stay) {
                    context.stop();
                }
            }
            return sent;
        }

        /** Makes as many packets as are due by now, up to a burst. */
        private void fill() {
            long now = System.nanoTime();
            double due = (now - start) * packetsPerNano - made;
            if (due > MOST_LATE) {
                start += (long) ((due - MOST_LATE) / packetsPerNano);
            }
            int wanted = (int) Math.min(count - made, (long) Math.min(due, BURST));
            int got = pool.alloc(burst, wanted, size);
            for (int i = 0; i < got; i++) {
                make(burst.get(i), now);
                advance();
            }
        }

        private void make(Mbuf m, long now) {
            ethernet.create(m, 0);
            ethernet.destinationBits(destination);
            ethernet.sourceBits(source);
            ethernet.etherType(EtherType.IPV4);
            ip.create(m, Ethernet.HEADER_LENGTH);
            ip.protocol(IpProtocol.UDP);
            ip.ttl(TTL);
            ip.source(SOURCE_IP);
            ip.destination(DESTINATION_IP);
            ip.updateChecksum();
            udp.create(m, Ethernet.HEADER_LENGTH + Ipv4.HEADER_LENGTH);
            udp.sourcePort(TestPayload.FIRST_SOURCE_PORT + flow);
            udp.destinationPort(TestPayload.DESTINATION_PORT);
            TestPayload.write(m, HEADERS_LENGTH, size - HEADERS_LENGTH, flow, sequence, now);
            udp.updateChecksum(ip);
        }

        /** Flows take turns. */
        private void advance() {
            made++;
            flow++;
            if (flow == flows) {
                flow = 0;
                sequence++;
            }
        }
    }

    /** What came of it; written by the worker, read when that has ended. */
    private static final class Totals {
        private long sent;
        private long endNanos;
    }
}
