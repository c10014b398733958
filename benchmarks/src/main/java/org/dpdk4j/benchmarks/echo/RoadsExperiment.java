// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.Callable;
import org.dpdk4j.benchmarks.evaluation.Case;
import org.dpdk4j.benchmarks.evaluation.Closing;
import org.dpdk4j.benchmarks.evaluation.DpdkProcess;
import org.dpdk4j.benchmarks.evaluation.Evaluation;
import org.dpdk4j.benchmarks.evaluation.Experiment;
import org.dpdk4j.benchmarks.evaluation.IpLink;
import org.dpdk4j.benchmarks.evaluation.Launch;
import org.dpdk4j.benchmarks.evaluation.Temporary;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The same work on the way that this library opens, and on those that one would otherwise take. */
@Command(
        name = "RoadsExperiment",
        sortOptions = false,
        description = "Compares DPDK over memif with a switch, af_packet, a bridge and datagrams.")
public final class RoadsExperiment implements Callable<Integer> {
    private static final int FRAMES_PER_SECOND = 10_000;
    private static final int SHARED_WINDOW = 512;

    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration START_TIME = Duration.ofSeconds(15);
    private static final Duration SHORTEST = Duration.ofSeconds(3);
    private static final Set<Metric> METRICS = EnumSet.range(Metric.MPPS, Metric.P999);

    @Mixin final ExperimentOptions options = new ExperimentOptions();

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "240",
            description = "About how long all of it may take (default ${DEFAULT-VALUE}).")
    int seconds;

    private final List<String> notes = new ArrayList<>();

    /**
     * Runs it.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        ExperimentOptions.run(new RoadsExperiment(), args);
    }

    /** The ways to a program in a network namespace. */
    private enum Road {
        MEMIF("DPDK over memif"),
        SWITCH("vhost-user through a switch"),
        AF_PACKET("DPDK on af_packet"),
        BRIDGE("Java's datagrams through a bridge"),
        DATAGRAMS("Java's datagrams");

        private final String title;

        Road(String title) {
            this.title = title;
        }

        boolean byKernel() {
            return this == AF_PACKET || this == BRIDGE || this == DATAGRAMS;
        }
    }

    @Override
    public Integer call() throws IOException {
        Path directory = Temporary.make("dpdk4j-roads");
        Map<Road, Veth> veths = new LinkedHashMap<>();
        Tally tally = new Tally();
        Random random = new Random(options.seed);
        try (Closing closing = new Closing()) {
            closing.add(() -> Temporary.delete(directory));
            for (Road road : Road.values()) {
                if (road.byKernel() && isRoot()) {
                    boolean addressed = road != Road.AF_PACKET;
                    Veth veth = Veth.create(veths.size(), addressed, road == Road.BRIDGE);
                    closing.add(veth);
                    veths.put(road, veth);
                }
            }
            measure(directory, veths, tally, random);
        }
        notes.addAll(tally.faults());
        Evaluation.write(experiment(tally, random), options.experiment());
        return tally.faults().isEmpty() ? 0 : 1;
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private void measure(Path directory, Map<Road, Veth> veths, Tally tally, Random random)
            throws IOException {
        SequencedMap<Road, Link> links = new LinkedHashMap<>();
        for (Road road : Road.values()) {
            if (!road.byKernel() || veths.containsKey(road)) {
                links.put(road, link(road, links.size(), directory, veths.get(road)));
            } else {
                notes.add(road.title + " was left out: it needs root.");
            }
        }
        SequencedMap<Link, Contender> contenders = new LinkedHashMap<>();
        try (MeasuringProcess process =
                MeasuringProcess.start(options.measuringCpu(), List.copyOf(links.values()))) {
            try (Closing closing = new Closing()) {
                for (Map.Entry<Road, Link> entry : links.entrySet()) {
                    Road road = entry.getKey();
                    System.out.println("roads: starting " + road.title);
                    Contender contender = new Contender();
                    closing.add(contender);
                    contenders.put(entry.getValue(), contender);
                    start(road, directory, veths.get(road), contender);
                    process.awaitEcho(entry.getValue(), contender);
                    contender.end();
                }
                Duration left = Duration.ofSeconds(seconds).minus(START_TIME);
                Duration measured = left.compareTo(SHORTEST) < 0 ? SHORTEST : left;
                System.out.printf("roads: measuring for %d s%n", measured.toSeconds());
                List<Phase> phases = List.of(Phase.throughput(), Phase.latency(FRAMES_PER_SECOND));
                tally.add(process.measure(contenders, phases, WARM_UP, measured, random));
            }
        }
    }

    private static Link link(Road road, int index, Path directory, @Nullable Veth veth) {
        String device =
                switch (road) {
                    case MEMIF ->
                            "net_memif0,role=server,socket-abstract=no,socket="
                                    + directory.resolve("memif");
                    case SWITCH -> "net_vhost0,iface=" + directory.resolve("near");
                    case AF_PACKET, BRIDGE, DATAGRAMS ->
                            "net_af_packet%d,iface=%s".formatted(index, of(veth).near());
                };
        UdpAddresses addresses =
                veth == null
                        ? new UdpAddresses(
                                0x02_64_70_34_00_01L, 0x02_64_70_34_00_02L, 1, 2, Veth.PORT)
                        : veth.addresses();
        return new Link(
                road.title,
                device,
                ProbeFrame.udp(index, addresses),
                road.byKernel() ? IpLink.WINDOW : SHARED_WINDOW);
    }

    private void start(Road road, Path directory, @Nullable Veth veth, Contender contender)
            throws IOException {
        Launch launch = options.launch();
        EchoCommand command = new EchoCommand(launch);
        int cpu = options.forwardingCpu();
        switch (road) {
            case MEMIF ->
                    contender.add(
                            command.java(
                                    road.title,
                                    "net_memif0,role=client,socket-abstract=no,socket="
                                            + directory.resolve("memif")));
            case SWITCH -> {
                Path far = directory.resolve("far");
                contender.add(
                        command.testpmd(
                                "the switch",
                                List.of(
                                        "net_virtio_user0,queue_size=1024,path="
                                                + directory.resolve("near"),
                                        "net_vhost0,iface=" + far)));
                awaitFile(far, contender);
                contender.add(
                        command.java(road.title, "net_virtio_user0,queue_size=1024,path=" + far));
            }
            case AF_PACKET -> {
                // EAL pins its threads itself.
                List<String> inside = of(veth).inside();
                String device = "net_af_packet0,iface=" + of(veth).far();
                contender.add(command.java(road.title, inside, launch, device));
            }
            case BRIDGE, DATAGRAMS ->
                    contender.add(EchoCommand.other(road.title, datagramEcho(of(veth), cpu)));
        }
    }

    private List<String> datagramEcho(Veth veth, int cpu) {
        List<String> words = new ArrayList<>(veth.inside());
        words.addAll(List.of("taskset", "-c", Integer.toString(cpu)));
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(options.java());
        words.addAll(List.of("-cp", System.getProperty("java.class.path")));
        words.addAll(List.of(DatagramEcho.class.getName(), Integer.toString(Veth.PORT)));
        return words;
    }

    private static void awaitFile(Path file, Contender contender) throws IOException {
        while (!Files.exists(file)) {
            if (!contender.alive()) {
                throw new IOException("the switch ended:\n" + contender.log());
            }
            DpdkProcess.sleep(Duration.ofMillis(20));
        }
    }

    private static Veth of(@Nullable Veth veth) {
        if (veth == null) {
            throw new IllegalStateException("no interfaces");
        }
        return veth;
    }

    private Experiment experiment(Tally tally, Random random) {
        Tally.Outcome outcome = tally.outcome(0, 1);
        for (String road : tally.names().subList(1, tally.names().size())) {
            outcome.compare(
                    Scope.FRAMES, Road.MEMIF.title, road, METRICS, Map.of(), Map.of(), random);
        }
        SequencedMap<String, String> parameters = new LinkedHashMap<>();
        parameters.put("frame", Integer.toString(ProbeFrame.UDP_LENGTH));
        parameters.put("frames/s for latency", Integer.toString(FRAMES_PER_SECOND));
        List<Case> cases = List.of(outcome.toCase(parameters, METRICS, Set.of()));
        return new Experiment(
                "roads",
                "The roads not taken",
                "What is gained over the ways that one would otherwise take into a container?",
                "The measuring process, on one CPU, sends the same UDP datagrams (92 bytes with all"
                        + " headers) to programs on another, in slices of 100 ms in turn; those whose"
                        + " turn it is not are stopped. The programs: a forwarder on DPDK over memif;"
                        + " the same over virtio-user and vhost-user behind dpdk-testpmd as a switch,"
                        + " which has to share the forwarder's CPU here, though it would have one of"
                        + " its own elsewhere; the same on af_packet at one end of a veth pair, whose"
                        + " other end is in a network namespace; a DatagramChannel of Java in such a"
                        + " namespace, by itself and behind a Linux bridge, as Docker's network has"
                        + " it (without its NAT). The kernel's work for a frame is done on the CPU of"
                        + " whoever sends it. Throughput: so many frames under way that none is lost"
                        + " by itself, 512 in shared memory and 128 through the kernel. Latency: at a"
                        + " fixed rate, counted from when each frame was to be sent. Each frame has"
                        + " to come back once, in order, with its contents. One start of the programs.",
                cases,
                notes);
    }
}
