// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.dpdk4j.sriov.SriovException;

/**
 * Locks that die with the process: record locks on the bytes of an empty file, one byte for each
 * thing. The kernel frees them however the process ends, so nothing is left to be cleaned up, and
 * somebody alive is never taken for dead.
 *
 * <p>Closing any descriptor of a file frees all locks of the process on it (fcntl(2)); therefore a
 * process opens it once, and those who use it share that.
 */
final class LockFile implements AutoCloseable {
    private static final Map<Path, LockFile> OPEN = new HashMap<>();
    private static final long POLL_NANOS = 5_000_000;

    private final Path path;
    private final FileChannel channel;
    private int users;

    private LockFile(Path path) throws IOException {
        this.path = path;
        this.channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /**
     * Opens it, or shares it with those in this process who have done so.
     *
     * @param directory which exists
     */
    static LockFile open(Path directory) throws IOException {
        Path path = directory.toRealPath().resolve("locks");
        synchronized (OPEN) {
            LockFile file = OPEN.get(path);
            if (file == null) {
                file = new LockFile(path);
                OPEN.put(path, file);
            }
            file.users++;
            return file;
        }
    }

    /** A lock that is held until it is closed or the process ends. */
    record Claim(FileLock lock) implements AutoCloseable {
        @Override
        public void close() {
            try {
                lock.release();
            } catch (IOException e) {
                throw new SriovException("A lock can't be given back: " + e.getMessage(), e);
            }
        }
    }

    /**
     * Takes a lock, if nobody has it, in this process or another.
     *
     * @param key of 0 to 2^62
     */
    Optional<Claim> tryClaim(long key) {
        try {
            return Optional.ofNullable(channel.tryLock(key, 1, false)).map(Claim::new);
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new SriovException("A lock on " + path + " can't be taken: " + e.getMessage(), e);
        }
    }

    /** Takes a lock, and waits for it if need be. */
    Optional<Claim> claim(long key, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<Claim> claim = tryClaim(key);
            if (claim.isPresent() || System.nanoTime() - end >= 0) {
                return claim;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (OPEN) {
            if (--users == 0) {
                OPEN.remove(path);
                channel.close();
            }
        }
    }
}
