// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A process that forwards between two ports on its lcore 1. While it is paused (SIGSTOP) it costs
 * nothing, so that several can have the same CPU in turn.
 */
final class ForwarderProcess implements Closeable {
    private static final int PORTS = 2;
    private static final Pattern LCORE_THREAD = Pattern.compile("worker-?1\\b");
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration LEAST_CPU_TIME = Duration.ofMillis(50);
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    /** The client of a memif is still initialising when the link is up already. */
    private static final Duration LINK_SETTLING = Duration.ofMillis(300);

    private final String name;
    private final Path directory;
    private final String filePrefix;
    private final Process process;

    private ForwarderProcess(String name, Path directory, String filePrefix, Process process) {
        this.name = name;
        this.directory = directory;
        this.filePrefix = filePrefix;
        this.process = process;
    }

    /** What both programs are told in the same way. */
    record Setting(Transport transport, ForwardMode mode, int bursts, List<String> ealOptions) {}

    /** What was counted in one slice. */
    record Rate(double perSecond, double perCpuSecond) {}

    /** One look at the counters. */
    private record Counters(List<Count> ports, long cpuNanos) {}

    /** Packets that a port had sent at a time. */
    private record Count(long packets, long nanos) {}

    /** Starts {@link JavaForwarder} in a JVM of its own, paused once packets flow. */
    static ForwarderProcess java(Setting setting, List<String> javaOptions) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaOptions);
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(JavaForwarder.class.getName());
        List<String> own = List.of("--", setting.mode().word(), Integer.toString(setting.bursts()));
        return start("Java", command, setting, own, "");
    }

    /** Starts dpdk-testpmd, paused once packets flow. */
    static ForwarderProcess testpmd(String name, Setting setting) throws IOException {
        List<String> own =
                List.of(
                        "--",
                        "-i",
                        "--forward-mode=" + setting.mode().word(),
                        "--nb-cores=1",
                        "--burst=" + ForwardMode.BURST,
                        "--rxd=" + JavaForwarder.DESCRIPTORS,
                        "--txd=" + JavaForwarder.DESCRIPTORS,
                        "--total-num-mbufs=" + JavaForwarder.BUFFERS,
                        "--mbcache=" + JavaForwarder.CACHE);
        int bursts = setting.bursts();
        String begin = bursts == 0 ? "start\n" : "start tx_first " + bursts + "\n";
        return start(name, List.of("dpdk-testpmd"), setting, own, begin);
    }

    private static ForwarderProcess start(
            String name, List<String> program, Setting setting, List<String> own, String begin)
            throws IOException {
        Path directory = Files.createTempDirectory("dpdk4j-forwarder");
        String filePrefix = directory.getFileName().toString();
        List<String> command = new ArrayList<>(program);
        command.addAll(setting.ealOptions());
        command.addAll(List.of("--no-pci", "--file-prefix", filePrefix));
        for (String device : setting.transport().devices(directory)) {
            command.addAll(List.of("--vdev", device));
        }
        command.addAll(own);
        Path log = directory.resolve("log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        ForwarderProcess started = new ForwarderProcess(name, directory, filePrefix, process);
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        try {
            started.awaitTraffic(begin);
            started.pause();
        } catch (IOException e) {
            String said = Files.readString(log);
            started.close();
            throw new IOException(name + ": " + e.getMessage() + "\n" + said, e);
        }
        return started;
    }

    void pause() throws IOException {
        Libc.kill(process.pid(), Libc.SIGSTOP);
    }

    void resume() throws IOException {
        Libc.kill(process.pid(), Libc.SIGCONT);
    }

    /**
     * Lets it run for a while and counts the packets, those of the first part left out. On a busy
     * machine that takes as long as it needs to get the CPU.
     */
    Rate measure(Duration settling, Duration measured) throws IOException {
        resume();
        try (Telemetry telemetry = Telemetry.connect(filePrefix)) {
            sleep(settling);
            Counters before = counters(telemetry);
            Counters after;
            do {
                sleep(measured);
                after = counters(telemetry);
            } while (after.cpuNanos - before.cpuNanos < LEAST_CPU_TIME.toNanos());
            return rate(before, after);
        } finally {
            pause();
        }
    }

    @Override
    public void close() throws IOException {
        if (process.isAlive()) {
            resume();
            try (var input = process.getOutputStream()) {
                input.write("stop\nquit\n".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // It has ended meanwhile.
            }
        }
        try {
            if (!process.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        delete(directory);
        delete(Telemetry.runtimeDirectory(filePrefix));
    }

    private void awaitTraffic(String begin) throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        try (Telemetry telemetry = connect(deadline)) {
            while (!linksUp(telemetry)) {
                require(System.nanoTime() - deadline < 0, "its links stay down");
                sleep(Duration.ofMillis(20));
            }
            sleep(LINK_SETTLING);
            process.getOutputStream().write(begin.getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
            long before = telemetry.sentPackets(0);
            while (telemetry.sentPackets(0) - before < 1_000_000) {
                require(System.nanoTime() - deadline < 0, "no packets flow");
                sleep(Duration.ofMillis(20));
            }
        }
    }

    private Telemetry connect(long deadline) throws IOException {
        while (true) {
            try {
                return Telemetry.connect(filePrefix);
            } catch (IOException e) {
                require(process.isAlive(), "it ended");
                require(System.nanoTime() - deadline < 0, "it has no telemetry");
                sleep(Duration.ofMillis(50));
            }
        }
    }

    private static boolean linksUp(Telemetry telemetry) throws IOException {
        for (int port = 0; port < PORTS; port++) {
            if (!telemetry.linkUp(port)) {
                return false;
            }
        }
        return true;
    }

    private Counters counters(Telemetry telemetry) throws IOException {
        List<Count> ports = new ArrayList<>();
        for (int port = 0; port < PORTS; port++) {
            long before = System.nanoTime();
            long packets = telemetry.sentPackets(port);
            ports.add(new Count(packets, before + (System.nanoTime() - before) / 2));
        }
        return new Counters(ports, cpuNanos());
    }

    private static Rate rate(Counters before, Counters after) {
        double perSecond = 0;
        long packets = 0;
        for (int port = 0; port < PORTS; port++) {
            Count from = before.ports.get(port);
            Count to = after.ports.get(port);
            long sent = to.packets - from.packets;
            perSecond += sent * 1e9 / (to.nanos - from.nanos);
            packets += sent;
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
                    String times = Files.readString(thread.resolve("schedstat"));
                    return Long.parseLong(times.substring(0, times.indexOf(' ')));
                }
            }
        }
        throw new IOException(name + " has no thread of lcore 1");
    }

    private static void require(boolean condition, String otherwise) throws IOException {
        if (!condition) {
            throw new IOException(otherwise);
        }
    }

    private static void sleep(Duration time) throws IOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (NoSuchFileException e) {
            // Nothing was left.
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
