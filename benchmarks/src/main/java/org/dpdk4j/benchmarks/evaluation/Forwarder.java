// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A program that forwards on its lcore 1. While it is paused (SIGSTOP) it costs nothing, so that
 * several can have the same CPU in turn.
 */
final class Forwarder implements Closeable {
    private static final Pattern LCORE_THREAD = Pattern.compile("worker-?1\\b");
    private static final Duration START_LIMIT = Duration.ofSeconds(40);
    private static final Duration LEAST_CPU_TIME = Duration.ofMillis(30);
    private static final long FIRST_PACKETS = 100_000;

    /** Both sides may be initialising when a link is up already. */
    private static final Duration LINK_SETTLING = Duration.ofMillis(300);

    private final Program program;
    private final Workload workload;
    private final DpdkProcess process;
    private final @Nullable DpdkProcess partner;
    private final @Nullable Cable cable;
    private final List<Long> pids = new ArrayList<>();

    private Forwarder(
            Program program,
            Workload workload,
            DpdkProcess process,
            @Nullable DpdkProcess partner,
            @Nullable Cable cable) {
        this.program = program;
        this.workload = workload;
        this.process = process;
        this.partner = partner;
        this.cable = cable;
    }

    /** What was counted in one slice. */
    record Rate(double perSecond, double perCpuSecond) {}

    /** One look at the counters. */
    private record Counters(List<Count> ports, long cpuNanos) {}

    /** Packets that a port had sent, or received, at a time. */
    private record Count(long packets, long nanos) {}

    /** Starts a program and pauses it once packets flow. */
    static Forwarder start(Program program, Workload workload, Launch launch) throws IOException {
        Path directory = Files.createTempDirectory("dpdk4j-forwarder");
        String prefix = directory.getFileName().toString();
        Cable cable = null;
        DpdkProcess process = null;
        DpdkProcess partner = null;
        try {
            if (workload.transport().byKernel()) {
                cable = Cable.plug(directory);
            }
            process =
                    DpdkProcess.start(
                            program.title(),
                            launch.command(program, workload, prefix, directory),
                            prefix,
                            directory,
                            program == Program.CONTAINER);
            if (!workload.transport().partner(directory).isEmpty()) {
                process.awaitFile(Transport.socket(directory), START_LIMIT);
                partner =
                        DpdkProcess.start(
                                "partner of " + program.title(),
                                launch.partner(workload, prefix + "-partner", directory),
                                prefix + "-partner",
                                directory,
                                false);
            }
            Forwarder started = new Forwarder(program, workload, process, partner, cable);
            started.awaitTraffic();
            started.pause();
            return started;
        } catch (IOException | RuntimeException e) {
            String reason = program + ", " + workload + ": " + e.getMessage() + "\n";
            IOException failure = new IOException(reason + said(process) + said(partner), e);
            try {
                closing(process, partner, cable).close();
                DpdkProcess.deleteTraces(directory, prefix);
            } catch (IOException left) {
                failure.addSuppressed(left);
            }
            throw failure;
        }
    }

    private static String said(@Nullable DpdkProcess process) {
        try {
            return process == null ? "" : process.log();
        } catch (IOException e) {
            return "what it printed can't be read: " + e.getMessage();
        }
    }

    /**
     * Lets it run for a while and counts the packets, those of the first part left out. On a busy
     * machine it goes on until its lcore really had the CPU for some time.
     */
    Rate measure(Duration settling, Duration measured) throws IOException {
        resume();
        try (Telemetry telemetry = process.telemetry()) {
            DpdkProcess.sleep(settling);
            Counters before = counters(telemetry);
            Counters after;
            do {
                DpdkProcess.sleep(measured);
                after = counters(telemetry);
            } while (after.cpuNanos - before.cpuNanos < LEAST_CPU_TIME.toNanos());
            return rate(before, after);
        } finally {
            // What it died of is to be heard, and not that it can't be paused any more.
            if (process.alive()) {
                pause();
            }
        }
    }

    /** Ends it: {@return what it says of its packets then} */
    Contents finish() throws IOException {
        resume();
        process.end();
        return Contents.in(process.log());
    }

    @Override
    public void close() throws IOException {
        try {
            if (process.alive()) {
                resume();
            }
        } finally {
            closing(process, partner, cable).close();
        }
    }

    /** The process is closed first, and its cable last. */
    private static Closing closing(
            @Nullable DpdkProcess process, @Nullable DpdkProcess partner, @Nullable Cable cable) {
        Closing closing = new Closing();
        closing.add(cable);
        closing.add(partner);
        closing.add(process);
        return closing;
    }

    private void pause() throws IOException {
        for (long pid : pids) {
            Libc.kill(pid, Libc.SIGSTOP);
        }
    }

    private void resume() throws IOException {
        for (long pid : pids) {
            Libc.kill(pid, Libc.SIGCONT);
        }
    }

    private void awaitTraffic() throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        try (Telemetry telemetry = process.awaitTelemetry(START_LIMIT)) {
            while (!linksUp(telemetry)) {
                DpdkProcess.require(System.nanoTime() - deadline < 0, "its links stay down");
                DpdkProcess.sleep(Duration.ofMillis(20));
            }
            DpdkProcess.sleep(LINK_SETTLING);
            begin();
            long before = counted(telemetry, 0);
            while (counted(telemetry, 0) - before < FIRST_PACKETS) {
                DpdkProcess.require(System.nanoTime() - deadline < 0, "no packets flow");
                DpdkProcess.sleep(Duration.ofMillis(20));
            }
        }
        pids.add(process.pid());
        if (partner != null) {
            pids.add(partner.pid());
        }
    }

    /**
     * Testpmds are told to begin, and the first of them is the one that sends the first packets.
     */
    private void begin() throws IOException {
        int bursts = workload.startBursts();
        if (program == Program.TESTPMD) {
            process.tell(bursts == 0 ? "start" : "start tx_first " + bursts);
        }
        if (partner != null) {
            partner.awaitTelemetry(START_LIMIT).close();
            DpdkProcess.sleep(LINK_SETTLING);
            partner.tell("start");
        }
    }

    private boolean linksUp(Telemetry telemetry) throws IOException {
        for (int port = 0; port < workload.transport().ports(); port++) {
            if (!telemetry.linkUp(port)) {
                return false;
            }
        }
        return true;
    }

    private long counted(Telemetry telemetry, int port) throws IOException {
        return workload.countsReceived()
                ? telemetry.receivedPackets(port)
                : telemetry.sentPackets(port);
    }

    private Counters counters(Telemetry telemetry) throws IOException {
        List<Count> ports = new ArrayList<>();
        for (int port = 0; port < workload.transport().ports(); port++) {
            long before = System.nanoTime();
            long packets = counted(telemetry, port);
            ports.add(new Count(packets, before + (System.nanoTime() - before) / 2));
        }
        return new Counters(ports, cpuNanos());
    }

    private static Rate rate(Counters before, Counters after) {
        double perSecond = 0;
        long packets = 0;
        for (int port = 0; port < before.ports.size(); port++) {
            Count from = before.ports.get(port);
            Count to = after.ports.get(port);
            long counted = to.packets - from.packets;
            perSecond += counted * 1e9 / (to.nanos - from.nanos);
            packets += counted;
        }
        return new Rate(perSecond, packets * 1e9 / (after.cpuNanos - before.cpuNanos));
    }

    /** CPU time of the thread that forwards: DPDK named it, in Java as in C. */
    private long cpuNanos() throws IOException {
        Path tasks = Path.of("/proc", Long.toString(process.pid()), "task");
        try (Stream<Path> threads = Files.list(tasks)) {
            for (Path thread : threads.toList()) {
                String comm = Files.readString(thread.resolve("comm"));
                if (LCORE_THREAD.matcher(comm).find()) {
                    String times =
                            Files.readString(
                                    thread.resolve("schedstat"), StandardCharsets.US_ASCII);
                    return Long.parseLong(times.substring(0, times.indexOf(' ')));
                }
            }
        }
        throw new IOException(program + " has no thread of lcore 1");
    }
}
