// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file prefix that is used once, and what EAL leaves under it even at a good end, which would
 * pile up: a directory, whose place follows {@code eal_create_runtime_dir}, and a hugepage or two.
 *
 * @param name the prefix that was made up for this process, or an empty string if none was
 */
record FilePrefix(String name) {
    private static final Logger LOG = LoggerFactory.getLogger(FilePrefix.class);

    private static final Pattern MADE_UP = Pattern.compile("dpdk4j_[0-9a-f]{1,16}");

    /** EAL makes the directory first and locks a file in it soon after. */
    private static final Duration YOUTH = Duration.ofMinutes(1);

    /** Makes up one that no other process has. */
    static String makeUp() {
        // The process id alone is no help: in containers it is often 1.
        return "dpdk4j_" + Long.toHexString(ThreadLocalRandom.current().nextLong());
    }

    /** Removes what EAL has left. */
    void removeFiles() {
        if (!name.isEmpty()) {
            bases().forEach(base -> remove(base.resolve(name)));
            Surroundings.here().hugepageFiles(name).forEach(FilePrefix::remove);
        }
    }

    /**
     * Removes the directories of those whose processes were killed, and none whose name somebody
     * chose. EAL itself removes their hugepages.
     */
    static void removeAbandoned() {
        bases().forEach(FilePrefix::removeAbandoned);
    }

    static void removeAbandoned(Path base) {
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(base, "dpdk4j_*")) {
            for (Path directory : directories) {
                if (MADE_UP.matcher("" + directory.getFileName()).matches()
                        && abandoned(directory)) {
                    remove(directory);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // There is none, or it isn't ours.
        }
    }

    /** A primary process holds a lock of {@code fcntl} on its configuration as long as it lives. */
    private static boolean abandoned(Path directory) {
        try {
            return old(directory) && !locked(directory.resolve("config"));
        } catch (IOException e) {
            // Not ours, or somebody else removes it just now.
            return false;
        }
    }

    private static boolean old(Path directory) throws IOException {
        Instant made = Files.getLastModifiedTime(directory).toInstant();
        return made.isBefore(Instant.now().minus(YOUTH));
    }

    private static boolean locked(Path file) throws IOException {
        if (Files.notExists(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, WRITE)) {
            return channel.tryLock() == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }

    private static List<Path> bases() {
        String xdg = System.getenv("XDG_RUNTIME_DIR");
        return Stream.of("/var/run", xdg == null ? "/tmp" : xdg)
                .map(base -> Path.of(base, "dpdk"))
                .toList();
    }

    private static void remove(Path place) {
        if (Files.notExists(place)) {
            return;
        }
        try (Stream<Path> files = Files.walk(place)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            // Nothing depends on it, and what EAL has to say matters more.
            LOG.warn("{} stays: {}", place, e.toString());
        }
    }
}
