// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
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

    private static final String OWNER = "unix:uid";

    private static final Pattern MADE_UP = Pattern.compile("dpdk4j_[0-9a-f]{16}");

    /** EAL makes the directory first and locks a file in it soon after. */
    private static final Duration YOUTH = Duration.ofMinutes(1);

    /** Makes up one that no other process has. */
    static String makeUp() {
        // The process id alone is no help: in containers it is often 1.
        return "dpdk4j_%016x".formatted(ThreadLocalRandom.current().nextLong());
    }

    /** Removes what EAL has left. */
    void removeFiles() {
        if (!name.isEmpty()) {
            remove(base().resolve(name));
            Surroundings.here().hugepages().filesOf(name).forEach(FilePrefix::remove);
        }
    }

    /**
     * Removes the directories of other ones that were made up, whose processes were killed. EAL
     * itself removes their hugepages. To be called before EAL begins in this process.
     */
    void removeAbandoned() {
        if (!name.isEmpty()) {
            removeAbandoned(base());
        }
    }

    static void removeAbandoned(Path base) {
        try {
            if (ours(base)) {
                List<Path> abandoned;
                try (Stream<Path> directories = Files.list(base)) {
                    abandoned = directories.filter(FilePrefix::abandoned).toList();
                }
                abandoned.forEach(FilePrefix::remove);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("{} is left as it is: {}", base, e.toString());
        }
    }

    /** A primary process holds a lock of {@code fcntl} on its configuration as long as it lives. */
    private static boolean abandoned(Path directory) {
        try {
            return MADE_UP.matcher("" + directory.getFileName()).matches()
                    && ours(directory)
                    && old(directory)
                    && unlocked(directory.resolve("config"));
        } catch (IOException e) {
            // Somebody else removes it just now.
            return false;
        }
    }

    /** Whether it is a directory, and nobody else can have changed what it holds. */
    private static boolean ours(Path directory) throws IOException {
        Object me = Files.getAttribute(Path.of("/proc/self"), OWNER);
        return Files.isDirectory(directory, NOFOLLOW_LINKS)
                && me.equals(Files.getAttribute(directory, OWNER, NOFOLLOW_LINKS));
    }

    private static boolean old(Path directory) throws IOException {
        Instant made = Files.getLastModifiedTime(directory).toInstant();
        return made.isBefore(Instant.now().minus(YOUTH));
    }

    /** False also where there is none: EAL that was told {@code --no-shconf} may be at work. */
    private static boolean unlocked(Path file) throws IOException {
        if (!Files.isRegularFile(file, NOFOLLOW_LINKS)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, WRITE)) {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** Where EAL of this user has its directories. */
    private static Path base() {
        String told = System.getenv("RUNTIME_DIRECTORY");
        String xdg = System.getenv("XDG_RUNTIME_DIR");
        String users = xdg == null ? "/tmp" : xdg;
        String usual = root() ? "/var/run" : users;
        return Path.of(told == null ? usual : told, "dpdk");
    }

    private static boolean root() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), OWNER).equals(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path place) {
        if (Files.notExists(place)) {
            return;
        }
        LOG.debug("removing {}", place);
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
