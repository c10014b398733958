// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.bindings.memory;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;

/** On which CPUs threads may be put: {@code sched_setaffinity(2)}. */
public final class Affinity {
    private static final MethodHandle SET =
            Libc.function(
                    "sched_setaffinity",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));

    private static final int THIS_THREAD = 0;

    private Affinity() {}

    /**
     * Tries on which of some CPUs this process can put a thread. A cpuset limits them, and which
     * are online; not so the CPUs that the process was started on, by {@code taskset} or where the
     * kernel isolates the others.
     *
     * @param cpus their numbers
     * @return those on which it can
     */
    public static BitSet reachable(BitSet cpus) {
        BitSet reachable = new BitSet();
        // On a thread that ends, as a try changes what the thread may do.
        Thread trying =
                Thread.ofPlatform()
                        .start(() -> cpus.stream().filter(Affinity::set).forEach(reachable::set));
        boolean interrupted = false;
        while (trying.isAlive()) {
            try {
                trying.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return reachable;
    }

    /** Puts the calling thread on one CPU; returns whether that could be done. */
    private static boolean set(int cpu) {
        try (Arena arena = Arena.ofConfined()) {
            long words = cpu / Long.SIZE + 1L;
            MemorySegment mask = arena.allocate(ValueLayout.JAVA_LONG, words);
            mask.setAtIndex(ValueLayout.JAVA_LONG, words - 1, 1L << cpu);
            return Libc.call(() -> (int) SET.invokeExact(THIS_THREAD, words * Long.BYTES, mask))
                    == 0;
        }
    }
}
