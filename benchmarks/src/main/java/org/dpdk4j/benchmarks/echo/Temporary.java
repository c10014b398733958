// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Folders that an experiment removes. */
final class Temporary {
    private Temporary() {}

    /** Makes one, which is removed at the latest when this program is told to end. */
    static Path make(String prefix) throws IOException {
        Path directory = Files.createTempDirectory(prefix);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteQuietly(directory)));
        return directory;
    }

    /** Removes a folder with all that is in it. */
    static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static void deleteQuietly(Path directory) {
        try {
            if (Files.exists(directory)) {
                delete(directory);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("files are left in " + directory + ": " + e.getMessage());
        }
    }
}
