// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import org.dpdk4j.docker.DockerException;
import org.dpdk4j.docker.engine.EngineUnreachableException;

/**
 * What {@code docker run --help} says, kept in the user's cache until the client is another: asking
 * takes longer than all else that the command does before.
 */
final class ClientHelp {
    private static final Path CACHE = cache();

    private ClientHelp() {}

    /** The options of a client. */
    static DockerOptions options(String command) {
        Optional<Path> kept = key(command).map(key -> CACHE.resolve("docker-run-" + key));
        try {
            if (kept.isPresent() && Files.isReadable(kept.get())) {
                DockerOptions options = DockerOptions.parse(Files.readString(kept.get()));
                if (understood(options)) {
                    return options;
                }
            }
        } catch (IOException _) {
            // Then it is asked.
        }
        String help = ask(command);
        DockerOptions options = DockerOptions.parse(help);
        if (!understood(options)) {
            throw new DockerException(
                    "\""
                            + command
                            + " run --help\" says nothing that could be understood. Is this"
                            + " Docker's client?");
        }
        kept.ifPresent(path -> keep(path, help));
        return options;
    }

    private static boolean understood(DockerOptions options) {
        return options.takesValue("env").orElse(false) && options.takesValue("rm").isPresent();
    }

    private static String ask(String command) {
        try {
            Process process =
                    new ProcessBuilder(command, "run", "--help")
                            .redirectInput(new File("/dev/null"))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new EngineUnreachableException(
                    "The docker client can't be started ("
                            + e.getMessage()
                            + "). Install it, and see"
                            + " that it is on the PATH.",
                    e);
        }
    }

    /** Changes whenever the client does. */
    private static Optional<String> key(String command) {
        Stream<Path> candidates =
                command.contains("/")
                        ? Stream.of(Path.of(command))
                        : Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                                .filter(directory -> !directory.isEmpty())
                                .map(directory -> Path.of(directory, command));
        return candidates
                .filter(Files::isExecutable)
                .findFirst()
                .flatMap(path -> {
                    try {
                        Path real = path.toRealPath();
                        long mark =
                                31L * Files.size(real) + Files.getLastModifiedTime(real).toMillis();
                        return Optional.of(
                                HexFormat.of().toHexDigits(mark)
                                        + HexFormat.of().toHexDigits(real.toString().hashCode()));
                    } catch (IOException _) {
                        return Optional.empty();
                    }
                });
    }

    private static void keep(Path path, String help) {
        try {
            Files.createDirectories(CACHE);
            Path next = Files.createTempFile(CACHE, "docker-run", ".new");
            Files.writeString(next, help);
            Files.move(
                    next,
                    path,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException _) {
            // Then it is asked next time, too.
        }
    }

    private static Path cache() {
        String set = System.getenv("XDG_CACHE_HOME");
        Path base =
                set != null && set.startsWith("/")
                        ? Path.of(set)
                        : Path.of(System.getProperty("user.home"), ".cache");
        return base.resolve("dpdk4j");
    }
}
