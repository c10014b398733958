// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import org.dpdk4j.bindings.memory.NativeMemory;
import org.dpdk4j.bindings.memory.Struct;
import org.dpdk4j.bindings.rte.Rte;
import org.jspecify.annotations.Nullable;

/**
 * What the lcores have at hand of a pool's buffers: an array of {@code struct rte_mempool_cache}.
 *
 * <p>What an lcore freed last it gets first, while the processor's caches still have it. C's
 * functions for that are inline ones in {@code rte_mempool.h}, so no library exports them; this
 * follows {@code rte_mempool_do_generic_get}, but for the order of what is taken at once.
 *
 * <pre>
 *   0     4            8    12       64
 *   | size | flushthresh | len |     | objs, the last of len on top ...
 * </pre>
 *
 * <p>An lcore's cache is for its own thread alone.
 */
final class LcoreCaches {
    private static final Struct POOL = Struct.of("rte_mempool");
    private static final long CACHE_SIZE = POOL.offset("cache_size");
    private static final long LOCAL_CACHE = POOL.offset("local_cache");

    private static final long LENGTH = 8;
    private static final long OBJECTS = 64;

    /** {@code RTE_MEMPOOL_CACHE_MAX_SIZE}; a cache has room for at least two times as many. */
    private static final int MAX_SIZE = 512;

    private static final long SMALLEST_STRIDE = OBJECTS + 2L * MAX_SIZE * Long.BYTES;
    private static final long LARGEST_STRIDE = OBJECTS + 4L * MAX_SIZE * Long.BYTES;

    private final long first;
    private final long stride;
    private final int size;

    private LcoreCaches(long first, long stride, int size) {
        this.first = first;
        this.stride = stride;
        this.size = size;
    }

    /**
     * The caches of a pool that was just made, or null if it has none, or has them in another shape
     * than this class knows.
     */
    static @Nullable LcoreCaches of(long pool) {
        int size = NativeMemory.getInt(pool, CACHE_SIZE);
        long first = NativeMemory.getLong(pool, LOCAL_CACHE);
        if (size == 0 || first == 0) {
            return null;
        }
        // Limits of an empty cache, which the next one begins with, too.
        long limits = NativeMemory.getLong(first);
        if ((int) limits != size) {
            return null;
        }
        long stride = OBJECTS;
        while (NativeMemory.getLong(first + stride) != limits) {
            stride += OBJECTS;
            if (stride > LARGEST_STRIDE) {
                return null;
            }
        }
        for (int lcore = 0; lcore < Rte.RTE_MAX_LCORE(); lcore++) {
            long cache = first + lcore * stride;
            if (NativeMemory.getLong(cache) != limits || NativeMemory.getInt(cache, LENGTH) != 0) {
                return null;
            }
        }
        return stride < SMALLEST_STRIDE ? null : new LcoreCaches(first, stride, size);
    }

    /**
     * Takes buffers from an lcore's cache, all or none. Where it holds too few, it is filled up
     * from the pool, which gives the rest itself where it has too few for that.
     */
    boolean take(int lcore, PktmbufPool pool, long mbufs, int count) {
        long cache = first + lcore * stride;
        int length = NativeMemory.getInt(cache, LENGTH);
        int atHand = Math.min(length, count);
        copyTop(cache, length, mbufs, atHand);
        int rest = count - atHand;
        if (rest == 0) {
            NativeMemory.putInt(cache, LENGTH, length - atHand);
            return true;
        }
        // What the cache held was copied; it counts as taken once its length says so.
        long further = mbufs + (long) atHand * Long.BYTES;
        if (rest <= MAX_SIZE && pool.dequeue(cache + OBJECTS, size + rest)) {
            copyTop(cache, size + rest, further, rest);
            NativeMemory.putInt(cache, LENGTH, size);
            return true;
        }
        if (pool.dequeue(further, rest)) {
            NativeMemory.putInt(cache, LENGTH, 0);
            return true;
        }
        return false;
    }

    /**
     * Copies the objects on top of a cache that holds so many. Upwards, as there is less to compute
     * for each.
     */
    private static void copyTop(long cache, int length, long target, int count) {
        long lowest = cache + OBJECTS + (long) (length - count) * Long.BYTES;
        for (int i = 0; i < count; i++) {
            long object = NativeMemory.getLong(lowest, (long) i * Long.BYTES);
            NativeMemory.putLong(target, (long) i * Long.BYTES, object);
        }
    }
}
