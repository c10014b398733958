// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.dpdk4j.docker.engine.DockerClient;

/** A docker client without an engine, which keeps its containers as files. */
final class FakeDocker {
    private final Path directory;

    FakeDocker(Path directory) {
        this.directory = directory;
        try (InputStream script = FakeDocker.class.getResourceAsStream("fake-docker")) {
            Files.createDirectories(directory);
            if (!Files.exists(command())) {
                Files.copy(script, command());
                Files.setPosixFilePermissions(
                        command(), PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path command() {
        return directory.resolve("docker");
    }

    DockerClient client() {
        return new DockerClient(command().toString(), Duration.ofSeconds(20));
    }

    /** What is to go wrong from now on, or not any more. */
    void fail(String what, boolean fails) {
        try {
            Path file = directory.resolve("fail-" + what);
            if (fails) {
                Files.writeString(file, "");
            } else {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The engine reads CDI specs. */
    void cdi() {
        try {
            Files.writeString(directory.resolve("cdi"), "[\"/etc/cdi\",\"/var/run/cdi\"]");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The calls of a subcommand, in their order. */
    List<String> calls(String subcommand) {
        try {
            return Files.readAllLines(directory.resolve("calls")).stream()
                    .filter(call -> call.startsWith(subcommand + " ") && !call.contains("--help"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another engine is asked from now on. */
    void engine(String id) {
        try {
            Files.writeString(directory.resolve("engine"), id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As by {@code docker rename}. */
    void rename(String from, String to) {
        try (Stream<Path> files = Files.list(directory.resolve("containers"))) {
            for (Path file : files.toList()) {
                String text = Files.readString(file);
                Files.writeString(file, text.replace("name=" + from + " ", "name=" + to + " "));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many containers there are. */
    int containers() {
        String[] files = directory.resolve("containers").toFile().list();
        return files == null ? 0 : files.length;
    }
}
