// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process with an EAL, on the host or in a container, that ends when its input does. */
public final class DpdkProcess implements Closeable {
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    private final String name;
    private final String filePrefix;
    private final Path directory;
    private final boolean contained;
    private final Path log;
    private final Process process;
    private long pid;

    private DpdkProcess(
            String name,
            String filePrefix,
            Path directory,
            boolean contained,
            Path log,
            Process process) {
        this.name = name;
        this.filePrefix = filePrefix;
        this.directory = directory;
        this.contained = contained;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts it.
     *
     * @param name for messages
     * @param command and arguments
     * @param filePrefix EAL's, and the name of the log
     * @param directory for the log; removed when it ends
     * @param contained whether the command is docker's, and the container has the file prefix's
     *     name
     * @throws IOException if it can't be started
     */
    public static DpdkProcess start(
            String name, List<String> command, String filePrefix, Path directory, boolean contained)
            throws IOException {
        Path log = directory.resolve(filePrefix + ".log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        DpdkProcess started = new DpdkProcess(name, filePrefix, directory, contained, log, process);
        Runtime.getRuntime().addShutdownHook(new Thread(started::abandon));
        return started;
    }

    /**
     * {@return what it wrote}
     *
     * @throws IOException if that can't be read
     */
    public String log() throws IOException {
        return Files.exists(log) ? Files.readString(log) : "";
    }

    /** {@return whether it runs} */
    public boolean alive() {
        return process.isAlive();
    }

    /**
     * {@return its number on the host, also for a process in a container}
     *
     * @throws IOException if Docker doesn't know its container
     */
    public long pid() throws IOException {
        if (pid == 0) {
            pid = contained ? pidOfContainer() : process.pid();
        }
        return pid;
    }

    Telemetry telemetry() throws IOException {
        return Telemetry.connect(filePrefix);
    }

    Telemetry awaitTelemetry(Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            try {
                return telemetry();
            } catch (IOException e) {
                require(process.isAlive(), name + " ended");
                require(System.nanoTime() - deadline < 0, name + " has no telemetry");
                sleep(Duration.ofMillis(20));
            }
        }
    }

    /** Until it has made a file. */
    void awaitFile(Path file, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!Files.exists(file)) {
            require(process.isAlive(), name + " ended");
            require(System.nanoTime() - deadline < 0, name + " makes no " + file.getFileName());
            sleep(Duration.ofMillis(20));
        }
    }

    /**
     * Writes a line to its input.
     *
     * @param line without its end
     * @throws IOException if it reads no more
     */
    public void tell(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
    }

    /** Ends it, and leaves its files. */
    void end() {
        try (var input = process.getOutputStream()) {
            input.write("stop\nquit\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // It has ended meanwhile.
        }
        try {
            if (!process.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
                process.waitFor();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        end();
        deleteTraces(directory, filePrefix);
    }

    /**
     * Deletes what it left, or what was made for one that did not start.
     *
     * @param directory of its log
     * @param filePrefix EAL's
     * @throws IOException if something can't be deleted
     */
    public static void deleteTraces(Path directory, String filePrefix) throws IOException {
        Temporary.delete(directory);
        Temporary.delete(Telemetry.runtimeDirectory(filePrefix));
    }

    static void require(boolean condition, String otherwise) throws IOException {
        if (!condition) {
            throw new IOException(otherwise);
        }
    }

    /**
     * Waits.
     *
     * @param time how long
     * @throws IOException if the thread is interrupted
     */
    public static void sleep(Duration time) throws IOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Where there is no time to ask. Docker's client kills no container when it is killed. */
    private void abandon() {
        kill();
        try {
            process.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            deleteTraces(directory, filePrefix);
        } catch (IOException | InterruptedException e) {
            System.err.println(name + " left files: " + e.getMessage());
        }
    }

    private void kill() {
        if (process.isAlive() && contained) {
            try {
                docker("kill", filePrefix);
            } catch (IOException e) {
                // It has ended meanwhile.
            }
        }
        process.destroyForcibly();
    }

    private long pidOfContainer() throws IOException {
        String number = docker("inspect", "--format", "{{.State.Pid}}", filePrefix).strip();
        // As a signal's receiver 0 would be ourselves and all that we started.
        require(!number.equals("0"), name + " has ended");
        return Long.parseLong(number);
    }

    private static String docker(String... arguments) throws IOException {
        List<String> command = Stream.concat(Stream.of("docker"), Stream.of(arguments)).toList();
        Process docker = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(docker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            require(docker.waitFor() == 0, String.join(" ", command) + ": " + said);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return said;
    }
}
