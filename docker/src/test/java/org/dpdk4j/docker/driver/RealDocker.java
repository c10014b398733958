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

    /** Ends what carries the first folder's name in its arguments; unmounts what is below both. */
    private static final String LEFTOVERS =
            """
            for pid in /proc/[0-9]*; do
                if tr '\\0' ' ' <$pid/cmdline | grep -qF -- "$1" && [ ${pid#/proc/} != $$ ]; then
                    kill -9 ${pid#/proc/}
                fi
            done 2>/dev/null
            awk -v a="$1" -v b="$2" 'index($5 "/", a) == 1 || index($5 "/", b) == 1 { print $5 }' \
                /proc/self/mountinfo | sort -r | xargs -r -n 1 umount -l
            grep -lF -- "$1" /etc/cdi/dpdk4j-*.json 2>/dev/null | xargs -r rm
            """;

    private static final Path VFIO = Path.of("/dev/vfio");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** The machine. */
    public final KernelModelProcess model;

    private final Path directory;
    private final Path data;
    private Process engine;
    private Process driver;
    private boolean madeNodes;

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
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            model.settle();
            model.surroundings().backByVeths("hisbr");
            makeNodes();
            startDriver();
            startEngine();
            importBusybox();
        } catch (IOException | RuntimeException | AssertionError e) {
            try {
                close();
            } catch (IOException | RuntimeException more) {
                e.addSuppressed(more);
            }
            throw new AssertionError("the engine and the daemon did not start", e);
        }
    }

    /** Runs the client. */
    public Said docker(String... arguments) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(Arrays.asList(arguments));
        return run(command);
    }

    /**
     * Runs {@code docker_run_dpdk} as a process of its own.
     *
     * @param arguments of it
     */
    public Said dpdk(String... arguments) {
        List<String> command = dpdkCommand(List.of(), System.getProperty("java.class.path"));
        command.addAll(Arrays.asList(arguments));
        return run(command);
    }

    /** How {@code docker_run_dpdk} is started, with further options of Java's. */
    List<String> dpdkCommand(List<String> options, String classPath) {
        List<String> command = new ArrayList<>(java());
        command.addAll(options);
        command.addAll(List.of(model.option(), "-cp", classPath));
        command.add("org.dpdk4j.docker.cli.DockerRunDpdk");
        return command;
    }

    /** Ends the engine at once, as a crash does. */
    public void killEngine() throws InterruptedException, IOException {
        engine.destroyForcibly().waitFor();
        // Its containerd dies with it, but seems alive to the next engine where nobody reaps it.
        Files.deleteIfExists(directory.resolve("exec/containerd/containerd.pid"));
    }

    /** Ends the engine in order. */
    public void stopEngine() {
        stop(engine);
    }

    /** Whether nobody has killed the daemon. */
    public boolean driverLives() {
        return driver.isAlive();
    }

    /** Starts the engine, and waits until it answers. */
    public void startEngine() throws IOException {
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
        if (listens()) {
            throw new AssertionError("another hisriov listens on " + SOCKET);
        }
        List<String> command = new ArrayList<>(java());
        command.addAll(
                List.of(
                        "-Xmx64m",
                        "-Dorg.slf4j.simpleLogger.log.org.eclipse.jetty=error",
                        model.option(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Hisriov.class.getName(),
                        "--interval=2"));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("DPDK4J_STATE", state().toString());
        builder.environment().put("DOCKER_HOST", host());
        driver =
                builder.redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        data.resolveSibling("hisriov.log").toFile()))
                        .start();
        await(RealDocker::listens, "hisriov");
    }

    private static boolean listens() {
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(SOCKET))) {
            return true;
        } catch (IOException e) {
            return false;
        }
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
        run(List.of("bash", "-c", LEFTOVERS, "leftovers", directory + "/", data + "/"));
        delete(directory);
        delete(data);
        if (madeNodes) {
            delete(VFIO);
        }
    }

    private static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED");
    }

    /**
     * The engine hands on nodes of the machine itself, where the model has none: these are there,
     * and nothing but /dev/null by other names.
     */
    private void makeNodes() throws IOException {
        if (Files.exists(VFIO)) {
            return;
        }
        Files.createDirectory(VFIO);
        madeNodes = true;
        for (String name : List.of("vfio", "{0..63}")) {
            run(List.of("bash", "-c", "for n in " + name + "; do mknod /dev/vfio/$n c 1 3; done"))
                    .well();
        }
    }

    private void importBusybox() throws IOException {
        Path root = Files.createDirectories(directory.resolve("image"));
        Files.createDirectories(root.resolve("bin"));
        Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
        for (String name : List.of("sh", "ip", "ping", "sleep", "cat", "grep", "ls", "env")) {
            Files.createSymbolicLink(root.resolve("bin").resolve(name), Path.of("busybox"));
        }
        run(List.of("sh", "-c", "tar -C " + root + " -c . | docker import - busybox")).well();
    }

    /** Runs a command on this engine and this state. */
    Said run(List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("DOCKER_HOST", host());
            builder.environment().put("DPDK4J_STATE", state().toString());
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
        if (process == null) {
            return;
        }
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
