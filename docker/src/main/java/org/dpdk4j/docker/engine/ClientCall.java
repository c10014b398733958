// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.engine;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The client as a process: what it was asked, what it said.
 *
 * @param command its name or path
 * @param limit of waiting for it
 */
record ClientCall(String command, Duration limit) {
    /** What a client said. */
    record Answer(int exit, String output, String errors) {}

    /**
     * Starts the client with arguments, without input, and waits.
     *
     * @throws EngineUnreachableException if it can't be started, or does not end in time
     */
    Answer ask(String... arguments) {
        return askWithin(limit, arguments);
    }

    /** The same, for what may take another time. */
    Answer askWithin(Duration limit, String... arguments) {
        List<String> line = new ArrayList<>(List.of(command));
        line.addAll(List.of(arguments));
        Process process;
        try {
            process =
                    new ProcessBuilder(line)
                            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                            .start();
        } catch (IOException e) {
            throw new EngineUnreachableException(
                    "The docker client can't be started ("
                            + e.getMessage()
                            + "). Install it, and"
                            + " see that it is on the PATH.",
                    e);
        }
        CompletableFuture<String> output =
                CompletableFuture.supplyAsync(
                        () -> text(process.getInputStream()), Thread.ofVirtual()::start);
        CompletableFuture<String> errors =
                CompletableFuture.supplyAsync(
                        () -> text(process.getErrorStream()), Thread.ofVirtual()::start);
        try {
            String said = output.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            String complained = errors.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(process.waitFor(), said, complained);
        } catch (TimeoutException | ExecutionException e) {
            throw new EngineUnreachableException(
                    "The container engine has not answered for " + limit.toSeconds() + " s.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineUnreachableException(
                    "Interrupted while asking the container engine.", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
