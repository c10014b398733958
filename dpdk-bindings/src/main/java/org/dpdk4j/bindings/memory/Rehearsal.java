// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.bindings.memory;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Calls of native functions and accesses to native memory that do nothing, many times: so the
 * compilers know of them what they have to before the packet path is compiled.
 *
 * <p>C2 puts a method into its caller if a profile says that it is called often. While C2 is behind
 * with its work, as when a program starts, a method may run without a profile being taken (tier 2).
 * What C2 compiles then, with a call left in it, stays so. Two methods of the JDK that the whole
 * packet path goes through were seen to come to that:
 *
 * <ul>
 *   <li>JDK 25 has each call ask whether the function is NULL ({@code SharedUtils.checkSymbol} in
 *       java.base), by {@code equals}, which is too big to be put in without a profile; none is
 *       taken later, as C1 has put the question into the packet path's own methods. Then each call
 *       by an address allocates a segment: one start in some 400, on a busy machine.
 *   <li>A load or store of more than a byte goes through {@code Unsafe.getLongUnaligned} or its
 *       like. With calls of that the packet path has a third of its speed: two starts in some 400,
 *       on a quiet machine.
 * </ul>
 */
public final class Rehearsal {
    /** At a quiet start C2 knew enough after 13,000; the compilers may have to wait for a CPU. */
    private static final int TIMES = 100_000;

    private Rehearsal() {}

    /** Takes some tens of milliseconds. To be done once, before the packet path runs. */
    public static void run() {
        call(NativeCall.FREE_BULK_CRITICAL, NativeCall.Bound.FREE_BULK);
        access();
    }

    /**
     * Frees no packets. The handle is no constant here: so the question stays outside, where its
     * profile is taken.
     */
    private static void call(MethodHandle freeBulk, MemorySegment function) {
        try {
            for (int i = 0; i < TIMES; i++) {
                freeBulk.invokeExact(function, 0L, 0);
            }
        } catch (Throwable e) {
            throw NativeCall.unexpected(e);
        }
    }

    private static void access() {
        try (Arena arena = Arena.ofConfined()) {
            long word = arena.allocate(JAVA_LONG).address();
            for (int i = 0; i < TIMES; i++) {
                NativeMemory.putLong(word, 0, NativeMemory.getLong(word, 0) + 1);
                NativeMemory.putInt(word, 0, NativeMemory.getInt(word, 0) + 1);
                int low = NativeMemory.getUnsignedShort(word, 0);
                NativeMemory.putShort(word, 0, (short) (low + 1));
            }
        }
    }
}
