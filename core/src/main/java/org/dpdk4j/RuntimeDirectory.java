// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory that EAL makes for a file prefix. EAL empties it and leaves it there; those of
 * prefixes that are used once would pile up. Where it is follows {@code eal_create_runtime_dir}.
 *
 * @param prefix the file prefix that was made up for this process, or an empty string if none was
 */
record RuntimeDirectory(String prefix) {
    private static final Logger LOG = LoggerFactory.getLogger(RuntimeDirectory.class);

    void remove() {
        if (prefix.isEmpty()) {
            return;
        }
        String xdg = System.getenv("XDG_RUNTIME_DIR");
        for (String base : List.of("/var/run", xdg == null ? "/tmp" : xdg)) {
            remove(Path.of(base, "dpdk", prefix));
        }
    }

    private static void remove(Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            // Nothing depends on it, and what EAL has to say matters more.
            LOG.warn("{} stays: {}", directory, e.toString());
        }
    }
}
