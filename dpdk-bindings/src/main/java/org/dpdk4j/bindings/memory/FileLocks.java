// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.bindings.memory;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * The locks of {@code flock(2)}, which EAL holds on the files of its hugepages. They are others
 * than those of {@link java.nio.channels.FileLock}.
 */
public final class FileLocks {
    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 02000000;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;

    private static final MethodHandle OPEN =
            handle(
                    "open",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle FLOCK =
            handle("flock", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE =
            handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private FileLocks() {}

    /**
     * Whether nobody has a lock on a file, asked by taking one for a moment.
     *
     * @param file its path
     * @return false also if it can't be opened
     */
    public static boolean free(Path file) {
        try (Arena arena = Arena.ofConfined()) {
            int number =
                    (int)
                            OPEN.invokeExact(
                                    arena.allocateFrom(file.toString()), O_RDONLY | O_CLOEXEC);
            if (number < 0) {
                return false;
            }
            int result = (int) FLOCK.invokeExact(number, LOCK_EX | LOCK_NB);
            // Which gives the lock back, too.
            int ignored = (int) CLOSE.invokeExact(number);
            return result == 0;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(
            String symbol, FunctionDescriptor function, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(symbol), function, options);
    }
}
