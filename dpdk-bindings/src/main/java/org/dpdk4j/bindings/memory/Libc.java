// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.bindings.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The C library's functions. */
final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();

    private Libc() {}

    /** What calls one of its functions. */
    interface Call {
        int run() throws Throwable;
    }

    @SuppressWarnings("restricted")
    static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
        return LINKER.downcallHandle(symbol(name), type, options);
    }

    static MemorySegment symbol(String name) {
        return LINKER.defaultLookup().findOrThrow(name);
    }

    /** Calls one that returns an int; none of them throws. */
    static int call(Call call) {
        try {
            return call.run();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
