// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.bindings.memory;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An exclusive lock of {@code flock(2)} on a file or a directory. EAL holds such locks on its
 * hugepages; they are others than those of {@link java.nio.channels.FileLock}.
 */
public final class Flock implements AutoCloseable {
    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 02000000;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;

    private static final MethodHandle OPEN =
            Libc.function(
                    "open",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle FLOCK =
            Libc.function("flock", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE =
            Libc.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final int file;

    private Flock(int file) {
        this.file = file;
    }

    /**
     * Takes the lock if that needs no waiting.
     *
     * @param path of the file
     * @return the lock, to be closed by the caller; null if somebody else has one, or the file
     *     can't be opened
     */
    public static @Nullable Flock tryLock(Path path) {
        int file = open(path);
        if (file < 0) {
            return null;
        }
        Flock lock = new Flock(file);
        if (Libc.call(() -> (int) FLOCK.invokeExact(file, LOCK_EX | LOCK_NB)) == 0) {
            return lock;
        }
        lock.close();
        return null;
    }

    @Override
    public void close() {
        int ignored = Libc.call(() -> (int) CLOSE.invokeExact(file));
    }

    private static int open(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            var name = arena.allocateFrom(path.toString());
            return Libc.call(() -> (int) OPEN.invokeExact(name, O_RDONLY | O_CLOEXEC));
        }
    }
}
