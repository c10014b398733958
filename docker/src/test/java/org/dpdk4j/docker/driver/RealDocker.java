// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.dpdk4j.sriov.model.KernelModelProcess;
import org.dpdk4j.sriov.model.Machine;

/**
 * A Docker engine of the test's own, the real daemon in a process of its own, and a modelled
 * machine whose virtual functions have real interfaces. The daemon may be killed and started again.
 */
public final class RealDocker implements AutoCloseable {
    private static final Path SOCKET = Path.of("/run/docker/plugins/hisriov.sock");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** The machine. */
    public final KernelModelProcess model;

    private final Path directory;
    private final Path data;
    private Process engine;
    private Process driver;

    /**
     * What a command said.
     *
     * @param exit its exit code
     * @param output all that it wrote
     */
    public record Said(int exit, String output) {
        /** Its output, if it ended well. */
        public String well() {
            if (exit != 0) {
                throw new AssertionError("exit code " + exit + ": " + output);
            }
            return output;
        }
    }

    /**
     * Starts all three, with an image {@code busybox}.
     *
     * @param machine to model
     */
    public RealDocker(Machine machine) {
        try {
            // Short: the path of a Unix socket ends at 108 bytes.
            directory = Files.createTempDirectory("his");
            data = Files.createDirectories(Path.of("target", "engine").toAbsolutePath());
            model = KernelModelProcess.start(machine);
            model.settle();
            model.surroundings().backByVeths("hisbr");
            startDriver();
            startEngine();
            importBusybox();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the client. */
    public Said docker(String... arguments) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(Arrays.asList(arguments));
        return run(command);
    }

    private void startEngine() throws IOException {
        String run = directory.toString();
        engine =
                new ProcessBuilder(
                                "dockerd",
                                "--host=" + host(),
                                "--pidfile=" + run + "/docker.pid",
                                "--data-root=" + data,
                                "--exec-root=" + run + "/exec",
                                "--bridge=none",
                                "--iptables=false",
                                "--ip6tables=false",
                                "--ip-forward=false",
                                "--ip-masq=false",
                                "--shutdown-timeout=5")
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        data.resolveSibling("engine.log").toFile()))
                        .start();
        await(() -> docker("version").exit() == 0, "the engine");
    }

    /** Starts the daemon, and waits until it listens. */
    public void startDriver() throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx64m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dorg.slf4j.simpleLogger.log.org.eclipse.jetty=error",
                        model.option(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Hisriov.class.getName(),
                        "--interval=2");
        builder.environment().put("DPDK4J_STATE", state().toString());
        builder.environment().put("DOCKER_HOST", host());
        driver =
                builder.redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        data.resolveSibling("hisriov.log").toFile()))
                        .start();
        await(
                () -> {
                    try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(SOCKET))) {
                        return driver.isAlive();
                    } catch (IOException e) {
                        return false;
                    }
                },
                "hisriov");
    }

    /** Ends the daemon at once. */
    public void killDriver() throws InterruptedException {
        driver.destroyForcibly().waitFor();
    }

    /** What the daemon's process holds of memory. */
    public long driverKibibytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + driver.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    /** Where the inventory is. */
    public Path state() {
        return directory.resolve("state");
    }

    /** What {@code DOCKER_HOST} is to be. */
    public String host() {
        return "unix://" + directory.resolve("docker.sock");
    }

    /** Waits until something is so. */
    public static void await(BooleanSupplier condition, String what) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(what + ": not within " + LIMIT.toSeconds() + " s");
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (String container : docker("ps", "-aq").output().lines().toList()) {
            docker("rm", "-f", container);
        }
        docker("network", "prune", "-f");
        stop(engine);
        stop(driver);
        model.close();
        run(List.of("sh", "-c", "umount -l " + directory + "/exec/netns/* 2>/dev/null"));
        delete(directory);
        delete(data);
    }

    private void importBusybox() throws IOException {
        Path root = Files.createDirectories(directory.resolve("image"));
        Files.createDirectories(root.resolve("bin"));
        Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
        for (String name : List.of("sh", "ip", "ping", "sleep", "cat", "grep")) {
            Files.createSymbolicLink(root.resolve("bin").resolve(name), Path.of("busybox"));
        }
        run(List.of("sh", "-c", "tar -C " + root + " -c . | docker import - busybox")).well();
    }

    private Said run(List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("DOCKER_HOST", host());
            Process process = builder.start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Said(process.waitFor(), output.strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static void stop(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
