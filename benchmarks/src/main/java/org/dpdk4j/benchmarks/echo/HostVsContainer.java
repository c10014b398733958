// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.dpdk4j.DpdkException;
import org.dpdk4j.Eal;
import org.dpdk4j.EalBuilder;
import org.dpdk4j.EthConf;
import org.dpdk4j.EthDev;
import org.dpdk4j.PktmbufPool;
import org.dpdk4j.ShutdownSignal;
import org.dpdk4j.Worker;
import org.dpdk4j.WorkerException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Sends the same traffic to several forwarders in turn and compares them: two that run alike, which
 * shows what can be told from chance, and others, such as one in a container.
 *
 * <p>It is the memif server on a socket for each side; a forwarder on the other end returns what it
 * receives.
 */
@Command(
        name = "HostVsContainer",
        sortOptions = false,
        description = {
            "Compares forwarders that run at the same time, each on the other end of a memif, in",
            "short slices in turn. Waits until all are connected."
        },
        exitCodeListHeading = "Exit code:%n",
        exitCodeList = {
            "0:every frame came back as it was sent",
            "1:frames were lost or wrong, a connection failed or broke off",
            "2:wrong arguments"
        })
public final class HostVsContainer implements Callable<Integer> {
    /** Frames under way at most: fewer than memif's ring holds, so that none can be lost there. */
    static final int WINDOW = 512;

    /** Where latency is measured. */
    static final int LATENCY_FRAMES_PER_SECOND = 100_000;

    /** The forwarders' code gets compiled meanwhile. */
    private static final Duration WARM_UP = Duration.ofSeconds(3);

    private static final int DESCRIPTORS = 1024;
    private static final int MAX_SOCKET_PATH = 107;
    private static final int FAILED = 1;

    /** A client is still initialising its rings when the server's link is up already. */
    private static final Duration SETTLING = Duration.ofMillis(500);

    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration PROGRESS = Duration.ofSeconds(5);

    @Spec @Nullable CommandSpec spec;

    @Option(
            names = "--side",
            required = true,
            paramLabel = "NAME=SOCKET",
            description = {
                "A forwarder's name, and the path of the socket on which it is awaited. The first is",
                "the one that others are compared with, the second must run as the first does (A/A)."
            })
    List<String> sideOptions = List.of();

    @Option(
            names = "--sockets",
            paramLabel = "DIR",
            description = "Where sockets are whose path is relative.")
    Path directory = Path.of("");

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "20",
            description =
                    "How long to measure, after 3 s of warming up (default ${DEFAULT-VALUE}).")
    int seconds;

    @Option(
            names = "--wait",
            paramLabel = "N",
            defaultValue = "60",
            description = "Seconds to wait for the forwarders (default ${DEFAULT-VALUE}).")
    int waitSeconds;

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes the results there.")
    @Nullable Path json;

    @Option(names = "--help", usageHelp = true, description = "Shows this.")
    boolean help;

    @Parameters(
            paramLabel = "EAL",
            description = "EAL's options, behind --. What they leave open is detected.")
    List<String> ealOptions = List.of();

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final PrintStream progress = new PrintStream(System.err, true, StandardCharsets.UTF_8);

    /**
     * Runs it.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        CommandLine command = new CommandLine(new HostVsContainer());
        command.setParameterExceptionHandler((e, arguments) -> {
            System.err.println("HostVsContainer: " + e.getMessage() + " (--help shows how)");
            return CommandLine.ExitCode.USAGE;
        });
        command.setExecutionExceptionHandler((e, failed, parsed) -> {
            System.err.println("HostVsContainer: " + reason(e));
            return FAILED;
        });
        System.exit(command.execute(args));
    }

    @Override
    public Integer call() throws IOException {
        List<Link> links = links();
        EalBuilder builder = Eal.builder().detect();
        for (Link link : links) {
            builder.vdev(link.vdev());
        }
        builder.arguments(ealOptions.toArray(String[]::new));
        try (ShutdownSignal signal = ShutdownSignal.install();
                Eal eal = builder.start()) {
            PktmbufPool pool = eal.pktmbufPool("frames").create();
            for (Link link : links) {
                EthDev device = eal.ethDev(link.deviceName());
                device.configure(EthConf.builder().build());
                device.setupRx(0, DESCRIPTORS, pool);
                device.setupTx(0, DESCRIPTORS);
                device.start();
            }
            awaitLinks(eal, links, signal);
            long seed = System.nanoTime();
            List<Side> sides = measure(eal, links, pool, new Random(seed), signal);
            return report(sides, seed, signal);
        }
    }

    /** A side's name, socket and device. */
    private record Link(String name, Path socket, String deviceName) {
        String vdev() {
            return deviceName + ",role=server,socket-abstract=no,socket=" + socket;
        }
    }

    private List<Link> links() throws IOException {
        List<Link> links = new ArrayList<>();
        for (String option : sideOptions) {
            int equals = option.indexOf('=');
            String name = option.substring(0, Math.max(equals, 0));
            if (!name.matches("[A-Za-z0-9_.-]+")) {
                throw refused("--side needs a name, an equals sign and a path, not " + option);
            }
            if (links.stream().anyMatch(link -> link.name().equals(name))) {
                throw refused("two sides are called " + name);
            }
            Path socket = directory.resolve(option.substring(equals + 1)).toAbsolutePath();
            String path = socket.toString();
            if (path.length() > MAX_SOCKET_PATH || path.contains(",")) {
                throw refused("no socket can have the path " + path);
            }
            if (Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
                throw refused(path + " exists; remove it if no other program uses it");
            }
            links.add(new Link(name, socket, "net_memif" + links.size()));
        }
        if (seconds < 1 || waitSeconds < 1) {
            throw refused("--seconds and --wait must be 1 or more");
        }
        return links;
    }

    private ParameterException refused(String why) {
        if (spec == null) {
            throw new IllegalStateException(why);
        }
        return new ParameterException(spec.commandLine(), why);
    }

    private void awaitLinks(Eal eal, List<Link> links, ShutdownSignal signal) {
        progress.println("waiting for " + names(links));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(waitSeconds);
        List<Link> missing = down(eal, links);
        while (!missing.isEmpty()) {
            if (signal.await(POLL)) {
                throw new IllegalStateException("interrupted");
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(
                        "not connected after " + waitSeconds + " s: " + names(missing));
            }
            missing = down(eal, links);
        }
        signal.await(SETTLING);
    }

    private List<Side> measure(
            Eal eal, List<Link> links, PktmbufPool pool, Random random, ShutdownSignal signal) {
        List<Side> sides = new ArrayList<>();
        progress.println("connected; warming up, then measuring for " + seconds + " s");
        try (Worker worker =
                eal.worker(
                        eal.mainLcore(),
                        context -> {
                            for (Link link : links) {
                                EthDev device = eal.ethDev(link.deviceName());
                                sides.add(
                                        new Side(
                                                link.name(),
                                                ProbeFrame.plain(sides.size()),
                                                WINDOW,
                                                Turn.NONE,
                                                context.claimRx(device, 0),
                                                context.claimTx(device, 0)));
                            }
                            return new Measurement(
                                    context,
                                    sides,
                                    List.of(
                                            Phase.throughput(),
                                            Phase.latency(LATENCY_FRAMES_PER_SECOND)),
                                    pool,
                                    WARM_UP,
                                    Duration.ofSeconds(seconds),
                                    random);
                        })) {
            long begin = System.nanoTime() + WARM_UP.toNanos();
            long next = begin + PROGRESS.toNanos();
            while (!worker.awaitStop(POLL) && !signal.raised()) {
                List<Link> down = down(eal, links);
                if (!down.isEmpty()) {
                    throw new IllegalStateException("the connection broke off: " + names(down));
                }
                if (System.nanoTime() - next > 0) {
                    progress.printf("%d of %d s%n", (next - begin) / 1_000_000_000L, seconds);
                    next += PROGRESS.toNanos();
                }
            }
        }
        return sides;
    }

    private int report(List<Side> sides, long seed, ShutdownSignal signal) throws IOException {
        Report report = Report.of(sides, seed);
        out.print(report.text());
        if (json != null) {
            Files.writeString(json, report.json());
        }
        if (signal.raised()) {
            out.println("Interrupted: fewer rounds than wanted.");
        }
        return report.clean() && !signal.raised() ? 0 : FAILED;
    }

    private static List<Link> down(Eal eal, List<Link> links) {
        return links.stream().filter(link -> !eal.ethDev(link.deviceName()).link().up()).toList();
    }

    private static String names(List<Link> links) {
        return String.join(", ", links.stream().map(Link::name).toList());
    }

    private static String reason(Throwable e) {
        Throwable cause = e instanceof WorkerException ? e.getCause() : e;
        return cause instanceof DpdkException || cause instanceof IllegalStateException
                ? String.valueOf(cause.getMessage())
                : String.valueOf(cause);
    }
}
