// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process of its own, such as an example, whose output is kept. Closing kills it. */
final class Program implements AutoCloseable {
    /** Kept small, and away from hugepages, which other tests may be using. */
    static final List<String> EAL = List.of("--no-huge", "-m", "128", "--no-pci");

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String name;
    private final Process process;
    private final Path out;
    private final Path err;

    private Program(String name, List<String> command) {
        this.name = name;
        try {
            out = Files.createTempFile("dpdk4j-out", ".txt");
            err = Files.createTempFile("dpdk4j-err", ".txt");
            process =
                    new ProcessBuilder(command)
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile())
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts an example with exactly these arguments. */
    static Program example(Class<? extends Example> example, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp"));
        command.add(
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(example.getName());
        command.addAll(Arrays.asList(arguments));
        return new Program(example.getSimpleName(), command);
    }

    /** Starts an example on virtual devices. */
    static Program onVdevs(
            Class<? extends Example> example, List<String> vdevs, String... ownArguments) {
        List<String> arguments = new ArrayList<>(EAL);
        for (String vdev : vdevs) {
            arguments.addAll(List.of("--vdev", vdev));
        }
        arguments.add("--");
        arguments.addAll(Arrays.asList(ownArguments));
        return example(example, arguments.toArray(String[]::new));
    }

    static Program command(String... command) {
        return new Program(command[0], Arrays.asList(command));
    }

    /** Runs a command, which must succeed, and returns what it printed. */
    static String output(String... command) {
        try (Program program = command(command)) {
            program.awaitExit(0);
            return program.out();
        }
    }

    /** Types a line for it. */
    void type(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes());
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it has printed what matches. */
    Matcher awaitOutput(String regex) {
        Pattern pattern = Pattern.compile(regex);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            boolean alive = process.isAlive();
            Matcher matcher = pattern.matcher(out());
            if (matcher.find()) {
                return matcher;
            }
            if (!alive || System.nanoTime() > end) {
                return fail("no \"" + regex + "\" from " + this);
            }
            pause(20);
        }
    }

    /** Waits until it ends, with this exit code. */
    Program awaitExit(int code) {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                fail("did not end: " + this);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(process.exitValue()).as(this::toString).isEqualTo(code);
        return this;
    }

    /** Presses Ctrl-C. */
    Program interrupt() {
        return signal("-INT");
    }

    /** Sends a signal, by its option of {@code kill}. */
    Program signal(String option) {
        output("kill", option, Long.toString(process.pid()));
        return this;
    }

    /** The number that follows a text in the output; its last occurrence. */
    long number(String text) {
        Matcher matcher = Pattern.compile(Pattern.quote(text) + "\\s*(\\d+)").matcher(out());
        long number = -1;
        while (matcher.find()) {
            number = Long.parseLong(matcher.group(1));
        }
        assertThat(number).as("%s in %s", text, this).isNotNegative();
        return number;
    }

    String out() {
        return read(out);
    }

    String err() {
        return read(err);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String toString() {
        return name + (process.isAlive() ? " (alive)" : " (ended)") + ":\n" + out() + err();
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
