// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentHashMap;
import org.dpdk4j.bindings.rte.Rte;
import org.dpdk4j.bindings.rte.lcore_function_t;

/**
 * Runs Java on EAL's own lcore threads ({@code rte_eal_remote_launch}). A thread is attached to the
 * JVM for as long as it runs Java. Registering Java's threads with EAL instead would switch DPDK's
 * support for several processes off, and with it dumpcap.
 */
final class LcoreLaunch {
    private static final ConcurrentHashMap<Long, Runnable> TASKS = new ConcurrentHashMap<>();
    private static final MemorySegment ENTRY =
            lcore_function_t.allocate(LcoreLaunch::enter, Arena.global());

    private LcoreLaunch() {}

    /** Starts a task on an lcore other than the main one. */
    static void launch(int lcore, Runnable task) {
        TASKS.put((long) lcore, task);
        int result = Rte.rte_eal_remote_launch(ENTRY, MemorySegment.ofAddress(lcore), lcore);
        if (result < 0) {
            TASKS.remove((long) lcore);
        }
        DpdkException.check(result, "rte_eal_remote_launch", "lcore=" + lcore);
    }

    /** Waits until the lcore's thread has left Java and can be given another task. */
    static void await(int lcore) {
        Rte.rte_eal_wait_lcore(lcore);
    }

    /** An exception that left this method would end the JVM. */
    private static int enter(MemorySegment lcore) {
        try {
            Thread.currentThread().setName("dpdk4j-lcore-" + lcore.address());
            Runnable task = TASKS.remove(lcore.address());
            if (task != null) {
                task.run();
            }
            return 0;
        } catch (Throwable e) {
            return -1;
        }
    }
}
