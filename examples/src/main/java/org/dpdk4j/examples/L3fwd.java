// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dpdk4j.Eal;
import org.dpdk4j.EthConf;
import org.dpdk4j.EthDev;
import org.dpdk4j.EthDevInfo;
import org.dpdk4j.EthOffload;
import org.dpdk4j.Lpm;
import org.dpdk4j.MacAddress;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;
import org.dpdk4j.RssHash;
import org.dpdk4j.RxQueue;
import org.dpdk4j.ShutdownSignal;
import org.dpdk4j.Step;
import org.dpdk4j.TxQueue;
import org.dpdk4j.Worker;
import org.dpdk4j.WorkerContext;
import org.dpdk4j.net.EtherType;
import org.dpdk4j.net.Ethernet;
import org.dpdk4j.net.EthernetAddresses;
import org.dpdk4j.net.Ipv4;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Routes IPv4 packets by their longest prefix, as DPDK's own l3fwd does, with some of its options:
 * those of ports, queues and addresses. Routes are given here, where that has some built in.
 */
@Command(
        name = "l3fwd",
        description = {
            "Routes IPv4 packets by their longest prefix, with options of DPDK's own l3fwd.",
            "Counts the time to live down, and drops what it has no route for. No ARP."
        })
public final class L3fwd extends Example {
    private static final int BURST = 32;
    private static final int DESCRIPTORS = 1024;
    private static final int CACHE = 256;
    private static final int LEAST_BUFFERS = 8192;

    /** Full transmit queues are tried again so often; then packets are dropped. */
    private static final int TX_RETRIES = 16;

    private static final int MAX_PERIOD = 86_400;
    private static final long LOCAL_MAC = 0x0200_0000_0000L;

    private static final Pattern QUEUE = Pattern.compile("\\((\\d{1,3}),(\\d{1,3}),(\\d{1,3})\\)");
    private static final Pattern CONFIG =
            Pattern.compile(QUEUE.pattern() + "(," + QUEUE.pattern() + ")*");
    private static final Pattern ETH_DEST = Pattern.compile("(\\d{1,3}),(.+)");

    @Mixin final PortMask portMask = new PortMask();

    @Option(names = "-P", description = "Receive frames for other addresses, too (promiscuous).")
    boolean promiscuous;

    @Option(
            names = "--config",
            paramLabel = "(PORT,QUEUE,LCORE)[,...]",
            description =
                    "Which lcore polls which receive queue (default: queue 0 of each port, on as"
                            + " many lcores as there are).")
    String config = "";

    @Option(
            names = "--route",
            paramLabel = "PREFIX/LEN,PORT",
            description = "Packets to this network leave by PORT; can be repeated.")
    List<String> routes = new ArrayList<>();

    @Option(
            names = "--rules",
            paramLabel = "FILE",
            description = "A file with a line PREFIX/LEN PORT for each route.")
    @Nullable Path rules;

    @Option(
            names = "--eth-dest",
            paramLabel = "PORT,MAC",
            description =
                    "Where frames that leave by PORT go to (default: 02:00:00:00:00:PORT); can be"
                            + " repeated.")
    List<String> ethDest = new ArrayList<>();

    @Option(
            names = "-T",
            paramLabel = "PERIOD",
            description = "Print statistics every PERIOD seconds; 0 never (default: 10).")
    int period = 10;

    @Mixin final RunOptions options = new RunOptions();

    /** Starts it. */
    public static void main(String... args) {
        new L3fwd().launch(args);
    }

    @Override
    void run(String[] ealArguments) {
        List<Route> table = requireOptions();
        Map<Integer, MacAddress> nextStations = nextStations();
        try (ShutdownSignal signal = ShutdownSignal.install();
                Eal eal = Eal.builder().detect().arguments(ealArguments).start()) {
            List<EthDev> ports = portMask.choose(this, requirePorts(eal));
            SequencedMap<Integer, List<Queue>> lcores = queues(ports, eal.lcores());
            Lpm lpm = lpm(eal, table, ports);
            PktmbufPool pool = open(eal, ports, lcores);
            List<Lane> lanes = new ArrayList<>();
            List<Worker> workers = new ArrayList<>();
            for (Map.Entry<Integer, List<Queue>> lcore : lcores.entrySet()) {
                Lane lane = new Lane(lcore.getValue(), lanes.size(), ports, nextStations, lpm);
                lanes.add(lane);
                System.out.println("Lcore " + lcore.getKey() + ": RX " + lcore.getValue());
                workers.add(eal.worker(lcore.getKey(), options.idle(), lane::step));
            }
            System.out.println("routing by " + table.size() + " routes");
            options.awaitEnd(signal, workers, Duration.ofSeconds(period), () -> show(ports, lanes));
            workers.forEach(Worker::close);
            show(ports, lanes);
            ports.forEach(EthDev::close);
            System.out.println("mbufs in use after stop: " + pool.inUse());
        }
    }

    private List<Route> requireOptions() {
        if (period < 0 || period > MAX_PERIOD) {
            throw wrong("-T is 0 to " + MAX_PERIOD + " seconds, not " + period);
        }
        portMask.require(this);
        if (!config.isEmpty() && !CONFIG.matcher(config).matches()) {
            throw wrong("--config is a list such as (0,0,1),(1,0,2), not " + config);
        }
        List<Route> table = new ArrayList<>();
        routes.forEach(route -> table.add(Route.parse(this, route)));
        if (rules != null) {
            table.addAll(Route.read(this, rules));
        }
        if (table.isEmpty()) {
            throw wrong("there is no route: name some by --route or --rules");
        }
        return table;
    }

    private Map<Integer, MacAddress> nextStations() {
        Map<Integer, MacAddress> stations = new HashMap<>();
        for (String text : ethDest) {
            Matcher matcher = ETH_DEST.matcher(text);
            try {
                if (matcher.matches()) {
                    stations.put(
                            Integer.valueOf(matcher.group(1)), MacAddress.parse(matcher.group(2)));
                    continue;
                }
            } catch (IllegalArgumentException e) {
                // Said below: no address.
            }
            throw wrong("--eth-dest is such as 0,02:00:00:00:00:01, not " + text);
        }
        return stations;
    }

    /** Which lcore polls which queues. */
    private SequencedMap<Integer, List<Queue>> queues(List<EthDev> ports, List<Integer> lcores) {
        SequencedMap<Integer, List<Queue>> queues = new TreeMap<>();
        if (config.isEmpty()) {
            // Each lcore sends by every port, from a queue of its own.
            int most = ports.stream().mapToInt(p -> p.info().maxTxQueues()).min().orElseThrow();
            int used = Math.min(most, lcores.size());
            for (int i = 0; i < ports.size(); i++) {
                queues.computeIfAbsent(lcores.get(i % used), l -> new ArrayList<>())
                        .add(new Queue(ports.get(i), 0));
            }
            return queues;
        }
        for (Matcher entry = QUEUE.matcher(config); entry.find(); ) {
            EthDev port = ports.get(indexOf(ports, Integer.parseInt(entry.group(1)), "--config"));
            Queue queue = new Queue(port, Integer.parseInt(entry.group(2)));
            int lcore = Integer.parseInt(entry.group(3));
            if (!lcores.contains(lcore)) {
                throw wrong("--config: lcore " + lcore + " is none of EAL's, " + lcores);
            }
            if (queues.values().stream().anyMatch(others -> others.contains(queue))) {
                throw wrong("--config " + config + " names " + queue + " twice");
            }
            queues.computeIfAbsent(lcore, l -> new ArrayList<>()).add(queue);
        }
        return queues;
    }

    private int indexOf(List<EthDev> ports, int id, String option) {
        for (int i = 0; i < ports.size(); i++) {
            if (ports.get(i).portId() == id) {
                return i;
            }
        }
        throw wrong(option + ": port " + id + " is not there, or not in -p");
    }

    /** The table, with a port's place in the list as next hop. */
    private Lpm lpm(Eal eal, List<Route> table, List<EthDev> ports) {
        long longNetworks =
                table.stream()
                        .filter(r -> r.depth() > 24)
                        .map(r -> r.network() >> 8)
                        .distinct()
                        .count();
        Lpm lpm =
                eal.lpm("l3fwd")
                        .maxRules(table.size() + 1)
                        .tbl8Groups((int) longNetworks + 1)
                        .create();
        table.forEach(route -> route.addTo(lpm, indexOf(ports, route.port(), "the routes")));
        return lpm;
    }

    /** Configures and starts the ports, with one pool of buffers for all of them. */
    private PktmbufPool open(
            Eal eal, List<EthDev> ports, SequencedMap<Integer, List<Queue>> lcores) {
        int rxQueues = lcores.values().stream().mapToInt(List::size).sum();
        int txQueues = ports.size() * lcores.size();
        int buffers = DESCRIPTORS * (rxQueues + txQueues) + lcores.size() * (2 * CACHE);
        PktmbufPool pool =
                eal.pktmbufPool("l3fwd")
                        .size(Math.max(buffers, LEAST_BUFFERS))
                        .cacheSize(CACHE)
                        .create();
        for (EthDev port : ports) {
            long own =
                    lcores.values().stream()
                            .flatMap(List::stream)
                            .filter(queue -> queue.port == port)
                            .count();
            EthDevInfo info = port.info();
            long multiSegments = info.txOffloadCapabilities() & EthOffload.TX_MULTI_SEGS;
            long hashes = RssHash.IP & info.rssOffloadTypes();
            port.configure(
                    EthConf.builder()
                            .rxQueues((int) Math.max(own, 1))
                            .txQueues(lcores.size())
                            .txOffloads(multiSegments)
                            .rssHashFunctions(own > 1 ? hashes : 0)
                            .build());
            for (int queue = 0; queue < Math.max(own, 1); queue++) {
                port.setupRx(queue, DESCRIPTORS, pool);
            }
            for (int queue = 0; queue < lcores.size(); queue++) {
                port.setupTx(queue, DESCRIPTORS);
            }
            port.start();
            if (promiscuous) {
                port.promiscuous(true);
            }
        }
        return pool;
    }

    private static void show(List<EthDev> ports, List<Lane> lanes) {
        StringBuilder text = new StringBuilder("Port statistics ====================\n");
        for (int i = 0; i < ports.size(); i++) {
            EthDev port = ports.get(i);
            text.append(
                    "Port %d %s: received %d, sent %d%n"
                            .formatted(
                                    port.portId(),
                                    port.name(),
                                    sum(lanes, Counts.RECEIVED + i),
                                    sum(lanes, Counts.SENT + i)));
        }
        text.append("Dropped, no route: %d%n".formatted(sum(lanes, Counts.NO_ROUTE)));
        text.append("Dropped, time to live over: %d%n".formatted(sum(lanes, Counts.TTL)));
        text.append("Dropped, truncated: %d%n".formatted(sum(lanes, Counts.TRUNCATED)));
        text.append("Dropped, not IPv4: %d%n".formatted(sum(lanes, Counts.NOT_IPV4)));
        text.append("Dropped, transmit queue full: %d%n".formatted(sum(lanes, Counts.FULL)));
        System.out.print(text);
    }

    private static long sum(List<Lane> lanes, int what) {
        return lanes.stream().mapToLong(lane -> lane.counts.get(what)).sum();
    }

    /** A receive queue. */
    private record Queue(EthDev port, int number) {
        @Override
        public String toString() {
            return "port " + port.portId() + " " + port.name() + " queue " + number;
        }
    }

    /** What one lcore counts; written by it alone, read by the main thread. */
    private static final class Counts {
        /** In the middle of an array, since two lcores' counters must not share a cache line. */
        private static final int FIRST = 16;

        static final int NO_ROUTE = 0;
        static final int TTL = 1;
        static final int TRUNCATED = 2;
        static final int NOT_IPV4 = 3;
        static final int FULL = 4;

        /** Of each port. */
        static final int RECEIVED = 5;

        static final int SENT = RECEIVED + 32;

        private final AtomicLongArray counts = new AtomicLongArray(2 * FIRST + SENT + 32);

        void add(int what, int count) {
            counts.setOpaque(FIRST + what, counts.getPlain(FIRST + what) + count);
        }

        long get(int what) {
            return counts.getOpaque(FIRST + what);
        }
    }

    /** What one lcore does: the queues that it polls, and its own transmit queue of each port. */
    private static final class Lane {
        private final List<Queue> queues;
        private final int number;
        private final List<EthDev> ports;
        private final Map<Integer, MacAddress> nextStations;
        private final Lpm lpm;
        private final Counts counts = new Counts();

        Lane(
                List<Queue> queues,
                int number,
                List<EthDev> ports,
                Map<Integer, MacAddress> nextStations,
                Lpm lpm) {
            this.queues = queues;
            this.number = number;
            this.ports = ports;
            this.nextStations = nextStations;
            this.lpm = lpm;
        }

        Step step(WorkerContext context) {
            Way[] ways = ports.stream().map(port -> way(context, port)).toArray(Way[]::new);
            MbufBurst burst = context.burst(BURST);
            Step[] steps = new Step[queues.size()];
            Arrays.setAll(
                    steps,
                    i -> {
                        Queue queue = queues.get(i);
                        RxQueue rx = context.claimRx(queue.port, queue.number);
                        int received = Counts.RECEIVED + ports.indexOf(queue.port);
                        return new Router(rx, burst, ways, lpm, received, counts);
                    });
            return steps.length == 1 ? steps[0] : () -> runAll(steps);
        }

        private Way way(WorkerContext context, EthDev port) {
            MacAddress usual = MacAddress.of(LOCAL_MAC | (port.portId() & 0xff));
            MacAddress station = nextStations.getOrDefault(port.portId(), usual);
            return new Way(
                    context.claimTx(port, number),
                    context.burst(BURST),
                    EthernetAddresses.of(station, port.macAddress()));
        }

        private static int runAll(Step[] steps) {
            int handled = 0;
            for (Step step : steps) {
                handled += step.run();
            }
            return handled;
        }
    }

    /** The way out by a port, and the addresses of frames that take it. */
    private static final class Way {
        private final TxQueue tx;
        private final MbufBurst burst;
        private final EthernetAddresses addresses;

        Way(TxQueue tx, MbufBurst burst, EthernetAddresses addresses) {
            this.tx = tx;
            this.burst = burst;
            this.addresses = addresses;
        }

        int send() {
            int sent = tx.send(burst);
            for (int i = 0; i < TX_RETRIES && burst.size() > 0; i++) {
                sent += tx.send(burst);
            }
            burst.freeRemaining();
            return sent;
        }
    }

    /** The packet path of a receive queue. */
    private static final class Router implements Step {
        private final RxQueue rx;
        private final MbufBurst burst;
        private final Way[] ways;
        private final MbufBurst[] outgoing;
        private final Lpm lpm;
        private final int receivedHere;
        private final Counts counts;
        // Fields, as rare packets take them out of the loop: see org.dpdk4j.net.
        private final Ethernet ethernet = new Ethernet();
        private final Ipv4 ip = new Ipv4();

        /** Of each packet of the burst, {@link Lpm#MISS} if it doesn't go on. */
        private final int[] nextHops = new int[BURST];

        Router(RxQueue rx, MbufBurst burst, Way[] ways, Lpm lpm, int receivedHere, Counts counts) {
            this.rx = rx;
            this.burst = burst;
            this.ways = ways;
            this.outgoing = Arrays.stream(ways).map(way -> way.burst).toArray(MbufBurst[]::new);
            this.lpm = lpm;
            this.receivedHere = receivedHere;
            this.counts = counts;
        }

        @Override
        public int run() {
            MbufBurst packets = burst;
            int received = rx.receive(packets);
            if (received == 0) {
                return 0;
            }
            counts.add(receivedHere, received);
            for (int i = 0; i < received; i++) {
                nextHops[i] = accept(i) ? route() : Lpm.MISS;
            }
            packets.distribute(nextHops, outgoing);
            packets.freeRemaining();
            send();
            return received;
        }

        /** What can't go on stays in the burst, and is freed with the rest of it. */
        private boolean accept(int index) {
            if (!ethernet.wrap(burst, index, 0)) {
                counts.add(Counts.TRUNCATED, 1);
            } else if (ethernet.etherType() != EtherType.IPV4) {
                counts.add(Counts.NOT_IPV4, 1);
            } else if (!ip.wrap(ethernet)) {
                counts.add(Counts.TRUNCATED, 1);
            } else if (!ip.decrementTtl()) {
                counts.add(Counts.TTL, 1);
            } else {
                return true;
            }
            return false;
        }

        /** Where the packet goes that was accepted. */
        private int route() {
            int nextHop = lpm.lookup(ip.destination());
            if (nextHop == Lpm.MISS) {
                counts.add(Counts.NO_ROUTE, 1);
            } else {
                ethernet.addresses(ways[nextHop].addresses);
            }
            return nextHop;
        }

        private void send() {
            for (int i = 0; i < ways.length; i++) {
                int routed = ways[i].burst.size();
                if (routed > 0) {
                    int sent = ways[i].send();
                    counts.add(Counts.SENT + i, sent);
                    counts.add(Counts.FULL, routed - sent);
                }
            }
        }
    }
}
