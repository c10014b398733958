// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import java.io.Console;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dpdk4j.Eal;
import org.dpdk4j.EthConf;
import org.dpdk4j.EthDev;
import org.dpdk4j.EthOffload;
import org.dpdk4j.MacAddress;
import org.dpdk4j.Mbuf;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;
import org.dpdk4j.RxQueue;
import org.dpdk4j.ShutdownSignal;
import org.dpdk4j.Step;
import org.dpdk4j.TxQueue;
import org.dpdk4j.Worker;
import org.dpdk4j.WorkerContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Forwards frames between pairs of ports, with the options of DPDK's own l2fwd. */
@Command(
        name = "l2fwd",
        description = {
            "Forwards frames between pairs of ports, with the options of DPDK's own l2fwd.",
            "A port without a partner sends back what it receives."
        })
public final class L2fwd extends Example {
    private static final int BURST = 32;
    private static final int DESCRIPTORS = 1024;
    private static final int CACHE = 256;
    private static final int LEAST_BUFFERS = 8192;

    /** Full transmit queues are tried again so often; then packets are dropped. */
    private static final int TX_RETRIES = 16;

    private static final int MAX_PERIOD = 86_400;
    private static final int ADDRESSES_LENGTH = 12;
    private static final long LOCAL_MAC = 0x0200_0000_0000L;
    private static final String CLEAR_SCREEN = "\033[2J\033[1;1H";

    private static final int RECEIVED = 16;
    private static final int SENT = RECEIVED + 1;
    private static final int DROPPED = RECEIVED + 2;

    private static final Pattern PORT_PAIR = Pattern.compile("\\((\\d+),(\\d+)\\)");
    private static final Pattern PORT_MAP =
            Pattern.compile(PORT_PAIR.pattern() + "(," + PORT_PAIR.pattern() + ")*");

    @Mixin final PortMask portMask = new PortMask();

    @Option(names = "-P", description = "Receive frames for other addresses, too (promiscuous).")
    boolean promiscuous;

    @Option(
            names = "-q",
            paramLabel = "NQ",
            description = "Ports per lcore (default: as few as there are lcores for).")
    int portsPerLcore;

    @Option(
            names = "-T",
            paramLabel = "PERIOD",
            description = "Print statistics every PERIOD seconds; 0 never (default: 10).")
    int period = 10;

    @Option(
            names = "--no-mac-updating",
            negatable = true,
            description =
                    "Leave MAC addresses as they are, or not: by default a frame's destination"
                            + " becomes 02:00:00:00:00:PORT, and its source the address of PORT,"
                            + " which sends it.")
    boolean macUpdating = true;

    @Option(
            names = "--portmap",
            paramLabel = "(A,B)[,(C,D)]...",
            description = "Which ports are pairs (default: neighbours).")
    String portMap = "";

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            description =
                    "Largest payload of a frame (default: 1500, or the most that the device takes).")
    int mtu;

    @Mixin final RunOptions options = new RunOptions();

    /** Starts it. */
    public static void main(String... args) {
        new L2fwd().launch(args);
    }

    @Override
    void run(String[] ealArguments) {
        requireOptions();
        try (ShutdownSignal signal = ShutdownSignal.install();
                Eal eal = Eal.builder().detect().arguments(ealArguments).start()) {
            SequencedMap<EthDev, EthDev> pairs = pairs(portMask.choose(this, requirePorts(eal)));
            SequencedMap<Integer, List<Flow>> flows = spread(pairs, eal.lcores());
            PktmbufPool pool = open(eal, pairs.sequencedKeySet(), flows.size());
            System.out.println("MAC updating " + (macUpdating ? "enabled" : "disabled"));
            flows.forEach((lcore, own) -> own.forEach(flow -> System.out.println(flow.on(lcore))));
            List<Flow> all = flows.values().stream().flatMap(List::stream).toList();
            List<Worker> workers = new ArrayList<>();
            flows.forEach((lcore, own) ->
                    workers.add(eal.worker(lcore, options.idle(), ctx -> body(ctx, own))));
            options.awaitEnd(signal, workers, Duration.ofSeconds(period), () -> show(all));
            workers.forEach(Worker::close);
            show(all);
            pairs.sequencedKeySet().forEach(EthDev::close);
            System.out.println("mbufs in use after stop: " + pool.inUse());
        }
    }

    private void requireOptions() {
        if (period < 0 || period > MAX_PERIOD) {
            throw wrong("-T is 0 to " + MAX_PERIOD + " seconds, not " + period);
        }
        if (portsPerLcore < 0) {
            throw wrong("-q is a number of ports, not " + portsPerLcore);
        }
        requireMtu(mtu);
        portMask.require(this);
        if (!portMap.isEmpty() && !PORT_MAP.matcher(portMap).matches()) {
            throw wrong("--portmap is a list of pairs, such as (0,1),(2,3), not " + portMap);
        }
    }

    /** Each port with the one that its frames leave by; without a partner, that is itself. */
    private SequencedMap<EthDev, EthDev> pairs(List<EthDev> ports) {
        SequencedMap<EthDev, EthDev> pairs = new LinkedHashMap<>();
        if (portMap.isEmpty()) {
            for (int i = 0; i < ports.size(); i++) {
                pairs.put(ports.get(i), ports.get(Math.min(i ^ 1, ports.size() - 1)));
            }
            return pairs;
        }
        for (Matcher pair = PORT_PAIR.matcher(portMap); pair.find(); ) {
            EthDev a = inMap(ports, pair.group(1));
            EthDev b = inMap(ports, pair.group(2));
            if (pairs.containsKey(a) || pairs.containsKey(b)) {
                throw wrong("--portmap " + portMap + " names a port twice");
            }
            pairs.put(a, b);
            pairs.put(b, a);
        }
        return pairs;
    }

    private EthDev inMap(List<EthDev> ports, String id) {
        return ports.stream()
                .filter(port -> Integer.toString(port.portId()).equals(id))
                .findFirst()
                .orElseThrow(() -> wrong("--portmap: port " + id + " is not there, or not in -p"));
    }

    /** Deals the ports out to the lcores. */
    private SequencedMap<Integer, List<Flow>> spread(
            SequencedMap<EthDev, EthDev> pairs, List<Integer> lcores) {
        int perLcore =
                portsPerLcore > 0 ? portsPerLcore : Math.ceilDiv(pairs.size(), lcores.size());
        if (Math.ceilDiv(pairs.size(), perLcore) > lcores.size()) {
            throw wrong(
                    "%d ports, %d per lcore, need more lcores than there are: %s; raise -q"
                            .formatted(pairs.size(), perLcore, lcores));
        }
        SequencedMap<Integer, List<Flow>> flows = new LinkedHashMap<>();
        int dealt = 0;
        for (Map.Entry<EthDev, EthDev> pair : pairs.entrySet()) {
            int lcore = lcores.get(dealt++ / perLcore);
            flows.computeIfAbsent(lcore, l -> new ArrayList<>())
                    .add(new Flow(pair.getKey(), pair.getValue(), macUpdating));
        }
        return flows;
    }

    /** Configures and starts the ports, with one pool of buffers for all of them. */
    private PktmbufPool open(Eal eal, Collection<EthDev> ports, int lcores) {
        int buffers = ports.size() * (2 * DESCRIPTORS + BURST + lcores * CACHE);
        PktmbufPool pool =
                eal.pktmbufPool("l2fwd")
                        .size(Math.max(buffers, LEAST_BUFFERS))
                        .cacheSize(CACHE)
                        .dataRoomSize(dataRoom(mtu))
                        .create();
        for (EthDev port : ports) {
            long multiSegments = port.info().txOffloadCapabilities() & EthOffload.TX_MULTI_SEGS;
            port.configure(EthConf.builder().mtu(mtu).txOffloads(multiSegments).build());
            port.setupRx(0, DESCRIPTORS, pool);
            port.setupTx(0, DESCRIPTORS);
            port.start();
            if (promiscuous) {
                port.promiscuous(true);
            }
        }
        return pool;
    }

    private static Step body(WorkerContext context, List<Flow> flows) {
        Step[] steps = flows.stream().map(flow -> flow.step(context)).toArray(Step[]::new);
        return steps.length == 1 ? steps[0] : () -> runAll(steps);
    }

    private static int runAll(Step[] steps) {
        int handled = 0;
        for (Step step : steps) {
            handled += step.run();
        }
        return handled;
    }

    private static void show(List<Flow> flows) {
        if (Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()) {
            System.out.print(CLEAR_SCREEN);
        }
        StringBuilder text = new StringBuilder();
        text.append("Port statistics ====================================\n");
        long[] totals = new long[3];
        for (Flow flow : flows) {
            Flow back = flows.stream().filter(f -> f.out == flow.in).findFirst().orElse(flow);
            long[] counts = {back.count(SENT), flow.count(RECEIVED), back.count(DROPPED)};
            text.append("Statistics for port %d %s%n".formatted(flow.in.portId(), flow.in.name()));
            text.append("Packets sent: %38d%n".formatted(counts[0]));
            text.append("Packets received: %34d%n".formatted(counts[1]));
            text.append("Packets dropped: %35d%n".formatted(counts[2]));
            Arrays.setAll(totals, i -> totals[i] + counts[i]);
        }
        text.append("Aggregate statistics ===============================\n");
        text.append("Total packets sent: %32d%n".formatted(totals[0]));
        text.append("Total packets received: %28d%n".formatted(totals[1]));
        text.append("Total packets dropped: %29d%n".formatted(totals[2]));
        text.append("====================================================\n");
        System.out.print(text);
    }

    /** From one port to another, with the counters of what went that way. */
    private static final class Flow {
        private final EthDev in;
        private final EthDev out;
        private final boolean macUpdating;

        /** In the middle of an array, since two lcores' counters must not share a cache line. */
        private final AtomicLongArray counts = new AtomicLongArray(2 * RECEIVED + 3);

        Flow(EthDev in, EthDev out, boolean macUpdating) {
            this.in = in;
            this.out = out;
            this.macUpdating = macUpdating;
        }

        String on(int lcore) {
            return "Lcore %d: RX port %d %s, TX port %d %s"
                    .formatted(lcore, in.portId(), in.name(), out.portId(), out.name());
        }

        Step step(WorkerContext context) {
            return new Forwarder(
                    context.claimRx(in, 0),
                    context.claimTx(out, 0),
                    context.burst(BURST),
                    macUpdating ? out.macAddress() : null,
                    out.portId(),
                    counts);
        }

        long count(int what) {
            return counts.getOpaque(what);
        }
    }

    /** The packet path of a flow. */
    private static final class Forwarder implements Step {
        private final RxQueue rx;
        private final TxQueue tx;
        private final MbufBurst burst;
        private final boolean macUpdating;
        private final long firstEight;
        private final int lastFour;
        private final AtomicLongArray counts;

        Forwarder(
                RxQueue rx,
                TxQueue tx,
                MbufBurst burst,
                @Nullable MacAddress source,
                int port,
                AtomicLongArray counts) {
            this.rx = rx;
            this.tx = tx;
            this.burst = burst;
            this.macUpdating = source != null;
            long destination = LOCAL_MAC | (port & 0xff);
            long bits = source == null ? 0 : source.bits();
            this.firstEight = destination << 16 | bits >>> 32;
            this.lastFour = (int) bits;
            this.counts = counts;
        }

        @Override
        public int run() {
            int received = rx.receive(burst);
            if (received == 0) {
                return 0;
            }
            if (macUpdating) {
                updateAddresses(received);
            }
            int sent = tx.send(burst);
            if (sent < received) {
                sent += dealWithRest();
            }
            add(RECEIVED, received);
            add(SENT, sent);
            add(DROPPED, received - sent);
            return received;
        }

        /** Writes both addresses, twelve bytes, into each frame; what is too short is dropped. */
        private void updateAddresses(int count) {
            for (int i = 0; i < count; i++) {
                Mbuf packet = burst.get(i);
                if (packet.length() < ADDRESSES_LENGTH) {
                    burst.free(i);
                } else {
                    packet.setLong(0, firstEight);
                    packet.setInt(Long.BYTES, lastFour);
                }
            }
        }

        private int dealWithRest() {
            int sent = 0;
            for (int i = 0; i < TX_RETRIES && burst.size() > 0; i++) {
                sent += tx.send(burst);
            }
            burst.freeRemaining();
            return sent;
        }

        private void add(int what, int count) {
            // One writer; the main thread reads.
            counts.setOpaque(what, counts.getPlain(what) + count);
        }
    }
}
