// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.bindings.memory;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.dpdk4j.bindings.Dpdk;

/**
 * The calls of the packet path: through function pointers that DPDK's drivers put into tables, and
 * to the one exported function that frees packets.
 *
 * <p>Each comes in two linkages. The critical one skips the JVM's thread-state transition (the
 * benchmarks' CallBenchmark measures what that is worth) and may be used only where the callee
 * neither blocks nor calls back into Java, since the JVM can't reach a safepoint meanwhile.
 * Pointers travel as {@code long}, and a burst's count as {@code int}, of which the callee reads
 * the lower half: the System V x86-64 convention passes them in the same registers.
 */
public final class NativeCall {
    private static final Linker LINKER = Linker.nativeLinker();

    /** {@code uint16_t (*)(void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts)}. */
    private static final FunctionDescriptor BURST =
            FunctionDescriptor.of(JAVA_SHORT, JAVA_LONG, JAVA_LONG, JAVA_INT);

    /** {@code int (*)(struct rte_mempool *mp, void **obj_table, unsigned int n)}. */
    private static final FunctionDescriptor DEQUEUE =
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);

    /** {@code void rte_pktmbuf_free_bulk(struct rte_mbuf **mbufs, unsigned int count)}. */
    private static final FunctionDescriptor FREE_BULK =
            FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_INT);

    private static final MethodHandle BURST_CRITICAL = critical(BURST);
    private static final MethodHandle BURST_NORMAL = normal(BURST);
    private static final MethodHandle DEQUEUE_CRITICAL = critical(DEQUEUE);
    static final MethodHandle FREE_BULK_CRITICAL = critical(FREE_BULK);

    /** Bound once DPDK is loaded. */
    static final class Bound {
        static final MemorySegment FREE_BULK =
                MemorySegment.ofAddress(Dpdk.address("rte_pktmbuf_free_bulk"));
    }

    private NativeCall() {}

    /**
     * Calls a burst function that does not block: the JVM's safepoints wait for it.
     *
     * @param function its address
     * @param queue the driver's queue
     * @param mbufs array of mbuf pointers
     * @param count how many, up to 65535
     * @return what it returned, 0 to 65535
     */
    public static int burstCritical(long function, long queue, long mbufs, int count) {
        try {
            return (short)
                            BURST_CRITICAL.invokeExact(
                                    MemorySegment.ofAddress(function), queue, mbufs, count)
                    & 0xffff;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * Calls a burst function that may make system calls.
     *
     * @param function its address
     * @param queue the driver's queue
     * @param mbufs array of mbuf pointers
     * @param count how many, up to 65535
     * @return what it returned, 0 to 65535
     */
    public static int burst(long function, long queue, long mbufs, int count) {
        try {
            return (short)
                            BURST_NORMAL.invokeExact(
                                    MemorySegment.ofAddress(function), queue, mbufs, count)
                    & 0xffff;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * Calls a mempool's dequeue function.
     *
     * @param function its address
     * @param mempool the mempool
     * @param objects array that receives pointers to objects
     * @param count how many
     * @return 0 if all of them were taken, a negative errno if none was
     */
    public static int dequeue(long function, long mempool, long objects, int count) {
        try {
            return (int)
                    DEQUEUE_CRITICAL.invokeExact(
                            MemorySegment.ofAddress(function), mempool, objects, count);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * Calls {@code rte_pktmbuf_free_bulk}.
     *
     * @param mbufs array of mbuf pointers; NULL pointers are skipped
     * @param count how many
     */
    public static void freeBulk(long mbufs, int count) {
        try {
            FREE_BULK_CRITICAL.invokeExact(Bound.FREE_BULK, mbufs, count);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle critical(FunctionDescriptor function) {
        return LINKER.downcallHandle(function, Linker.Option.critical(false));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle normal(FunctionDescriptor function) {
        return LINKER.downcallHandle(function);
    }

    /** What a method handle threw, as what has not to be declared. */
    static RuntimeException unexpected(Throwable e) {
        if (e instanceof RuntimeException runtime) {
            return runtime;
        }
        if (e instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(e);
    }
}
