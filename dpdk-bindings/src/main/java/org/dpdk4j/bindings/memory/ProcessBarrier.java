// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.bindings.memory;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * A full memory barrier on all threads of this process at once, by {@code membarrier(2)}: so that
 * one side of a rare meeting pays for both, and the other side, which is often there, pays nothing.
 */
public final class ProcessBarrier {
    /** Whether the kernel offers it; where it doesn't, both sides need fences of their own. */
    public static final boolean AVAILABLE;

    private static final int PRIVATE_EXPEDITED = 1 << 3;
    private static final int REGISTER_PRIVATE_EXPEDITED = 1 << 4;

    /** The call's number, which glibc has no function for. */
    private static final long NUMBER = "aarch64".equals(System.getProperty("os.arch")) ? 283 : 324;

    private static final MethodHandle SYSCALL =
            Libc.function(
                    "syscall",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT),
                    Linker.Option.firstVariadicArg(1));

    static {
        AVAILABLE = membarrier(REGISTER_PRIVATE_EXPEDITED);
    }

    private ProcessBarrier() {}

    /**
     * Returns when every thread of this process has passed a full barrier.
     *
     * @throws IllegalStateException if it isn't {@link #AVAILABLE}
     */
    public static void pass() {
        if (!membarrier(PRIVATE_EXPEDITED)) {
            throw new IllegalStateException("membarrier failed");
        }
    }

    private static boolean membarrier(int command) {
        try {
            return (long) SYSCALL.invokeExact(NUMBER, command, 0, 0) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
