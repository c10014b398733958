// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.bindings.memory;

import org.dpdk4j.bindings.Dpdk;

/** DPDK's {@code rte_errno}, which every thread has of its own. */
public final class RteErrno {
    private static final String SYMBOL = "per_lcore__rte_errno";

    private RteErrno() {}

    /**
     * The calling thread's value. Read it right after the call that failed, on the same thread; its
     * address is looked up anew each time, since it differs from thread to thread.
     *
     * @return a positive error number
     */
    public static int get() {
        return NativeMemory.getInt(Dpdk.address(SYMBOL), 0);
    }
}
