// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A class's {@code main} in a JVM of its own, with the class path of the test: EAL starts once in a
 * process, so each test that starts it needs one.
 */
public final class Forked {
    private static final long LIMIT_SECONDS = 120;

    private final String mainClass;
    private final List<String> before = new ArrayList<>();
    private final List<String> options = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();

    private Forked(String mainClass) {
        this.mainClass = mainClass;
    }

    /**
     * What the JVM left behind.
     *
     * @param exitCode its exit code
     * @param out what it wrote to standard output
     * @param err what it wrote to standard error
     */
    public record Result(int exitCode, String out, String err) {
        /** Fails, and shows what was written, unless the JVM ended well. */
        public Result requireSuccess() {
            if (exitCode != 0) {
                throw new AssertionError("exit code " + exitCode + "\n" + out + err);
            }
            return this;
        }
    }

    /** A JVM that runs this class. */
    public static Forked java(Class<?> main) {
        return new Forked(main.getName());
    }

    /** Has a command start it, such as {@code taskset -c 0}. */
    public Forked under(String... command) {
        Collections.addAll(before, command);
        return this;
    }

    /** Adds options of the JVM. */
    public Forked option(String... more) {
        Collections.addAll(options, more);
        return this;
    }

    /** Adds arguments of the class. */
    public Forked args(String... more) {
        Collections.addAll(arguments, more);
        return this;
    }

    /** Runs it to its end. */
    public Result run() {
        try {
            Process process = start();
            CompletableFuture<String> err =
                    CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
            CompletableFuture<String> out =
                    CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(
                        mainClass
                                + " did not end in "
                                + LIMIT_SECONDS
                                + " s\n"
                                + out.join()
                                + err.join());
            }
            return new Result(process.exitValue(), out.join(), err.join());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Starts it; its streams are the caller's to read, and its end to wait for. */
    public Process start() throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-Xshare:auto");
        command.add("-Xmx256m");
        command.addAll(options);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(mainClass);
        command.addAll(arguments);
        return new ProcessBuilder(command).start();
    }

    private static String text(java.io.InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
