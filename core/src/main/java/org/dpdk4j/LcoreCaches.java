// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.util.stream.Stream;
import org.dpdk4j.bindings.memory.NativeMemory;
import org.dpdk4j.bindings.memory.Struct;
import org.dpdk4j.bindings.rte.Rte;
import org.jspecify.annotations.Nullable;

/**
 * What the lcores have at hand of a pool's buffers: an array of {@code struct rte_mempool_cache}.
 *
 * <p>What an lcore freed last it gets first, while the processor's caches still have it. C's
 * functions for that are inline ones in {@code rte_mempool.h}, so no library exports them; this
 * follows {@code rte_mempool_do_generic_get}, but for the order of what is taken at once, and
 * {@code rte_mempool_do_generic_put}.
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

    /** How many owners and segments, in {@link MbufLayout#REARM}. */
    private static final long COUNTS = 0xffff_ffff_0000L;

    /** One of each. */
    private static final long ONE_EACH = 0x0001_0001_0000L;

    /** Of the pools that are open; each change makes a new array. */
    private static volatile LcoreCaches[] open = {};

    private final long pool;
    private final long first;
    private final long stride;
    private final int size;

    /** How many buffers a cache may hold. */
    private final int flushThreshold;

    private LcoreCaches(long pool, long first, long stride, int size, int flushThreshold) {
        this.pool = pool;
        this.first = first;
        this.stride = stride;
        this.size = size;
        this.flushThreshold = flushThreshold;
    }

    /**
     * The caches of a pool that was just made, which {@link #give} knows from now on; or null if it
     * has none, or has them in another shape than this class knows. To be closed with the pool.
     */
    static @Nullable LcoreCaches of(long pool) {
        int size = NativeMemory.getInt(pool, CACHE_SIZE);
        long first = NativeMemory.getLong(pool, LOCAL_CACHE);
        if (size == 0 || first == 0) {
            return null;
        }
        // Limits of an empty cache, which the next one begins with, too.
        long limits = NativeMemory.getLong(first, 0);
        int flushThreshold = (int) (limits >>> Integer.SIZE);
        if ((int) limits != size || flushThreshold < size || flushThreshold > 2 * MAX_SIZE) {
            return null;
        }
        long stride = OBJECTS;
        while (NativeMemory.getLong(first, stride) != limits) {
            stride += OBJECTS;
            if (stride > LARGEST_STRIDE) {
                return null;
            }
        }
        for (int lcore = 0; lcore < Rte.RTE_MAX_LCORE(); lcore++) {
            long cache = first + lcore * stride;
            if (NativeMemory.getLong(cache, 0) != limits
                    || NativeMemory.getInt(cache, LENGTH) != 0) {
                return null;
            }
        }
        if (stride < SMALLEST_STRIDE) {
            return null;
        }
        LcoreCaches caches = new LcoreCaches(pool, first, stride, size, flushThreshold);
        synchronized (LcoreCaches.class) {
            open = Stream.concat(Stream.of(open), Stream.of(caches)).toArray(LcoreCaches[]::new);
        }
        return caches;
    }

    /** The pool is closed: what is freed from now on is for DPDK. */
    void close() {
        synchronized (LcoreCaches.class) {
            open = Stream.of(open).filter(other -> other != this).toArray(LcoreCaches[]::new);
        }
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
     * Frees packets from the front of an array as {@code rte_pktmbuf_free_bulk} does, into the
     * cache of the lcore that calls. It stops before a hole, a packet of another pool than the
     * first one's, and one that {@code rte_pktmbuf_prefree_seg} would not leave as it is. It frees
     * none if that pool is closed or unknown, or if the cache has no room for all.
     *
     * @return how many; the others are for DPDK
     */
    static int give(int lcore, long mbufs, int count) {
        long first = NativeMemory.getAddress(mbufs, 0);
        if (first != 0) {
            long pool = NativeMemory.getLong(first, MbufLayout.POOL);
            for (LcoreCaches caches : open) {
                if (caches.pool == pool) {
                    return caches.put(lcore, mbufs, count);
                }
            }
        }
        return 0;
    }

    private int put(int lcore, long mbufs, int count) {
        long cache = first + lcore * stride;
        int length = NativeMemory.getInt(cache, LENGTH);
        if (length + count > flushThreshold) {
            return 0;
        }
        long top = cache + OBJECTS + (long) length * Long.BYTES;
        int given = 0;
        while (given < count) {
            long mbuf = NativeMemory.getAddress(mbufs, (long) given * Long.BYTES);
            if (mbuf == 0 || !plain(mbuf)) {
                break;
            }
            NativeMemory.putLong(top, (long) given * Long.BYTES, mbuf);
            given++;
        }
        NativeMemory.putInt(cache, LENGTH, length + given);
        return given;
    }

    /** Whether it is of this pool, of one segment, has data of its own, and nobody else has it. */
    private boolean plain(long mbuf) {
        return NativeMemory.getLong(mbuf, MbufLayout.POOL) == pool
                && (NativeMemory.getLong(mbuf, MbufLayout.REARM) & COUNTS) == ONE_EACH
                && NativeMemory.getLong(mbuf, MbufLayout.NEXT) == 0
                && (NativeMemory.getLong(mbuf, MbufLayout.OL_FLAGS) & MbufLayout.NOT_DIRECT) == 0;
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
