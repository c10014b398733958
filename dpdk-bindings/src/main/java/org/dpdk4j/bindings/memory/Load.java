// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.bindings.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_CHAR_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle.AccessMode;
import java.nio.ByteOrder;

/**
 * Loads from native memory, as method handles, which the compiler (C2) puts into the caller after
 * it has gone through the whole method, and not at once.
 *
 * <p>An access is some 900 nodes of its graph until all is folded into one instruction, and from
 * 18,000 nodes on ({@code NodeCountInliningCutoff}) it puts no more calls into a method: some 20
 * accesses, and all that came after would be called. What it does later counts only as far as it is
 * left over. A call of a method handle that it doesn't know yet is 350 nodes, of a VarHandle 450.
 *
 * <p>Stores are put in at once. Until it is put in, an access may have written to anything; two
 * branches that come together after that in a loop would leave it so for the compiler, which would
 * read every field anew that it could have read before the loop.
 */
final class Load {
    /** Never true, which the compiler sees where it reads the field, and javac does not. */
    private static final boolean NEVER = NativeMemory.ALL == null;

    static final MethodHandle BYTE = of(JAVA_BYTE);
    static final MethodHandle CHAR = of(JAVA_CHAR_UNALIGNED);
    static final MethodHandle CHAR_BE = of(bigEndian(JAVA_CHAR_UNALIGNED));
    static final MethodHandle INT = of(JAVA_INT_UNALIGNED);
    static final MethodHandle INT_BE = of(bigEndian(JAVA_INT_UNALIGNED));
    static final MethodHandle LONG = of(JAVA_LONG_UNALIGNED);
    static final MethodHandle LONG_BE = of(bigEndian(JAVA_LONG_UNALIGNED));

    private Load() {}

    /**
     * Keeps the compiler from knowing a load for a while. It puts one in at once if it knows the
     * handle, and tries again later if it learns which one it is only then. As here: what is
     * returned is a variable of a loop, and that the loop never goes round is known when its end
     * has been seen. The first branch keeps the compiler from taking the first round out of the
     * loop, as it does where a loop begins with the question whether to leave it. Nothing of this
     * is left in the machine's code.
     */
    static MethodHandle late(MethodHandle load) {
        MethodHandle next = load;
        MethodHandle handle;
        do {
            if (NEVER) {
                next = BYTE;
            }
            handle = next;
            next = load;
        } while (NEVER);
        return handle;
    }

    private static MethodHandle of(ValueLayout layout) {
        MethodHandle get = layout.varHandle().toMethodHandle(AccessMode.GET);
        return MethodHandles.insertArguments(get, 0, NativeMemory.ALL);
    }

    private static ValueLayout bigEndian(ValueLayout layout) {
        return layout.withOrder(ByteOrder.BIG_ENDIAN);
    }
}
