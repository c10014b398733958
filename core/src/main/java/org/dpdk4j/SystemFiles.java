// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What Linux tells of itself in files.
 *
 * @param root where they are below, so that a test can make them up
 */
record SystemFiles(Path root) {
    /** Where a file is whose path begins below the root. */
    Path resolve(String path) {
        return root.resolve(path);
    }

    /** A file's lines; none if it is not there or not ours to read. */
    List<String> lines(String path) {
        return lines(Path.of(path));
    }

    /** The same. */
    List<String> lines(Path path) {
        try (Stream<String> lines = Files.lines(root.resolve(path))) {
            return lines.toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }
}
