// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.dpdk4j.Eal;
import org.dpdk4j.EthDev;
import org.dpdk4j.Mbuf;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.RxQueue;
import org.dpdk4j.ShutdownSignal;
import org.dpdk4j.Step;
import org.dpdk4j.Worker;
import org.dpdk4j.WorkerContext;
import org.dpdk4j.net.Ethernet;
import org.dpdk4j.net.Ipv4;
import org.dpdk4j.net.Udp;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Receives what {@code pktgen} sends, and reports loss, order, contents and latency. */
@Command(
        name = "count",
        description =
                "Receives the packets of \"pktgen\", checks their checksums and every byte of their"
                        + " contents, and reports per flow what was lost, late or duplicated, and"
                        + " how long they took. The first number of a flow is 0, so start this"
                        + " before pktgen.")
public final class Count extends Example {
    private static final int BURST = 32;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "End after N packets; fewer count as lost.")
    long count = Long.MAX_VALUE;

    @Option(
            names = "--quiet",
            paramLabel = "SECONDS",
            description = "End when nothing has come for so long after the first packet.")
    double quietSeconds = Double.POSITIVE_INFINITY;

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            description = "Largest payload of a frame (default: the driver's).")
    int mtu;

    @Mixin final PortOptions ports = new PortOptions();
    @Mixin final RunOptions options = new RunOptions();

    /** Starts it. */
    public static void main(String... args) {
        new Count().launch(args);
    }

    @Override
    void run(String[] ealArguments) {
        if (count < 1) {
            throw wrong("--count is 1 or more, not " + count);
        }
        requireMtu(mtu);
        try (ShutdownSignal signal = ShutdownSignal.install();
                Eal eal = Eal.builder().detect().arguments(ealArguments).start()) {
            EthDev port = ports.choose(this, eal);
            ports.open(eal, port, mtu);
            port.promiscuous(true);
            System.out.println("counting on port " + port.portId() + " " + port.name());
            Tally tally = new Tally();
            int lcore = eal.lcores().getLast();
            try (Worker worker =
                    eal.worker(
                            lcore,
                            options.idle(),
                            context -> new Checker(this, context, port, tally))) {
                options.awaitEnd(signal, List.of(worker), Duration.ZERO, () -> {});
            }
            System.out.print(tally.report(count));
            System.out.println("dropped by the port: " + port.stats().imissed());
        }
    }

    /** The packet path. */
    private static final class Checker implements Step {
        private final WorkerContext context;
        private final RxQueue rx;
        private final MbufBurst burst;
        private final long count;
        private final double quietNanos;
        private final Tally tally;
        private final Ethernet ethernet = new Ethernet();
        private final Ipv4 ip = new Ipv4();
        private final Udp udp = new Udp();
        private long lastNanos;

        Checker(Count program, WorkerContext context, EthDev port, Tally tally) {
            this.context = context;
            this.rx = context.claimRx(port, 0);
            this.burst = context.burst(BURST);
            this.count = program.count;
            this.quietNanos = program.quietSeconds * TimeUnit.SECONDS.toNanos(1);
            this.tally = tally;
            // Has the classes loaded for which the first packets would have to wait.
            new Flow().accept(0, 0);
        }

        @Override
        public int run() {
            int received = rx.receive(burst);
            long now = System.nanoTime();
            if (received == 0) {
                if (tally.received > 0 && now - lastNanos > quietNanos) {
                    context.stop();
                }
                return 0;
            }
            for (int i = 0; i < received; i++) {
                check(burst.get(i), now);
            }
            burst.freeRemaining();
            lastNanos = now;
            if (tally.received >= count) {
                context.stop();
            }
            return received;
        }

        private void check(Mbuf m, long now) {
            if (!m.linearize()
                    || !ethernet.wrap(m, 0)
                    || !ip.wrap(ethernet)
                    || !udp.wrap(ip)
                    || udp.destinationPort() != TestPayload.DESTINATION_PORT) {
                tally.others++;
                return;
            }
            int flow = udp.sourcePort() - TestPayload.FIRST_SOURCE_PORT;
            int at = udp.payloadOffset();
            if (flow < 0
                    || flow >= TestPayload.MAX_FLOWS
                    || !ip.checksumValid()
                    || !udp.checksumValid(ip)
                    || !TestPayload.valid(m, at, udp.payloadLength(), flow)) {
                tally.wrong++;
                return;
            }
            tally.received++;
            tally.flow(flow)
                    .accept(TestPayload.sequence(m, at), now - TestPayload.sentNanos(m, at));
        }
    }

    /** What came; written by the worker, read when that has ended. */
    private static final class Tally {
        private static final String COLUMNS = "%-6s %12s %10s %10s %10s %9s %9s %9s %9s%n";

        private final @Nullable Flow[] flows = new Flow[TestPayload.MAX_FLOWS];
        private long received;
        private long wrong;
        private long others;

        Flow flow(int index) {
            Flow flow = flows[index];
            if (flow == null) {
                flow = new Flow();
                flows[index] = flow;
            }
            return flow;
        }

        String report(long expected) {
            StringBuilder text = new StringBuilder();
            text.append(
                    COLUMNS.formatted(
                            "flow",
                            "received",
                            "lost",
                            "late",
                            "duplicates",
                            "p50 us",
                            "p99 us",
                            "p99.9 us",
                            "max us"));
            Histogram latencies = Flow.histogram();
            long lost = 0;
            long late = 0;
            long duplicates = 0;
            for (int i = 0; i < flows.length; i++) {
                Flow flow = flows[i];
                if (flow != null) {
                    SequenceCheck order = flow.order;
                    lost += order.lost();
                    late += order.late();
                    duplicates += order.duplicates();
                    latencies.add(flow.latencies);
                    text.append(
                            row(
                                    Integer.toString(i),
                                    order.received(),
                                    order.lost(),
                                    order.late(),
                                    order.duplicates(),
                                    flow.latencies));
                }
            }
            if (expected != Long.MAX_VALUE) {
                // Also what is missing behind the last one of each flow.
                lost = Math.max(lost, expected - received + duplicates);
            }
            text.append(row("all", received, lost, late, duplicates, latencies));
            text.append("wrong contents: %d, other packets: %d%n".formatted(wrong, others));
            return text.toString();
        }

        private static String row(
                String name, long received, long lost, long late, long duplicates, Histogram h) {
            return COLUMNS.formatted(
                    name,
                    received,
                    lost,
                    late,
                    duplicates,
                    micros(h.getValueAtPercentile(50)),
                    micros(h.getValueAtPercentile(99)),
                    micros(h.getValueAtPercentile(99.9)),
                    micros(h.getMaxValue()));
        }

        private static String micros(long nanos) {
            return "%.1f".formatted(nanos / 1e3);
        }
    }

    /** Made when its first packet comes; nothing is allocated after that. */
    private static final class Flow {
        private static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(1);
        private static final int DIGITS = 2;

        private final SequenceCheck order = new SequenceCheck();
        private final Histogram latencies = histogram();

        static Histogram histogram() {
            return new Histogram(MOST_NANOS, DIGITS);
        }

        void accept(int sequence, long latencyNanos) {
            order.accept(sequence);
            latencies.recordValue(Math.clamp(latencyNanos, 0, MOST_NANOS));
        }
    }
}
