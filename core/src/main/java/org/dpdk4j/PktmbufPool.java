// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.dpdk4j.bindings.Dpdk;
import org.dpdk4j.bindings.memory.NativeCall;
import org.dpdk4j.bindings.memory.NativeMemory;
import org.dpdk4j.bindings.memory.Struct;
import org.dpdk4j.bindings.rte.Rte;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool of packet buffers: {@code rte_pktmbuf_pool_create}.
 *
 * <p>Safe to allocate from by several threads. Made by {@link Eal#pktmbufPool}; close it after the
 * devices that receive into it.
 */
public final class PktmbufPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PktmbufPool.class);

    private static final Struct POOL = Struct.of("rte_mempool");
    private static final long OPS_INDEX = POOL.offset("ops_index");
    private static final long OPS_SIZE = Struct.of("rte_mempool_ops").byteSize();
    private static final long DEQUEUE =
            Struct.of("rte_mempool_ops_table").offset("ops")
                    + Struct.of("rte_mempool_ops").offset("dequeue");

    /**
     * {@code port} when no port received it, {@code MBUF_PORT_INVALID}; and one owner, one segment.
     */
    private static final long FRESH = 0xffffL << 48 | 1L << 32 | 1L << 16;

    private static final long EXTERNAL = Rte.RTE_MBUF_F_EXTERNAL();

    private final Eal eal;
    private final String name;
    private final int size;
    private final int dataRoomSize;

    /** For data, behind the usual headroom. */
    private final int room;

    private final long pool;
    private final long dequeue;
    private final @Nullable LcoreCaches caches;

    /** What {@link MbufLayout#REARM} is in an empty packet. */
    private final long rearm;

    private final List<EthDev> users = new ArrayList<>();
    private volatile boolean closed;

    PktmbufPool(Eal eal, String name, int size, int dataRoomSize, long pool) {
        this.eal = eal;
        this.name = name;
        this.size = size;
        this.dataRoomSize = dataRoomSize;
        this.pool = pool;
        long ops = NativeMemory.getInt(pool, OPS_INDEX) * OPS_SIZE;
        this.dequeue = NativeMemory.getLong(Dpdk.address("rte_mempool_ops_table") + ops, DEQUEUE);
        this.caches = LcoreCaches.of(pool);
        int headroom = Math.min(Rte.RTE_PKTMBUF_HEADROOM(), dataRoomSize);
        this.room = dataRoomSize - headroom;
        this.rearm = FRESH | headroom;
    }

    /**
     * Its name, unique in the process.
     *
     * @return the name it was made with
     */
    public String name() {
        return name;
    }

    /**
     * How many buffers it has.
     *
     * @return the size it was made with
     */
    public int size() {
        return size;
    }

    /**
     * Bytes of each buffer, headroom included.
     *
     * @return the data room size it was made with
     */
    public int dataRoomSize() {
        return dataRoomSize;
    }

    /**
     * How many buffers nobody uses, those in the lcores' caches included. Exact only while nobody
     * allocates or frees.
     *
     * @return {@code rte_mempool_avail_count}; 0 once closed
     */
    public synchronized int available() {
        return closed ? 0 : Rte.rte_mempool_avail_count(segment());
    }

    /**
     * How many buffers are in use, in packets and in the queues of devices. Exact only while nobody
     * allocates or frees.
     *
     * @return {@link #size} less {@link #available}; 0 once closed
     */
    public synchronized int inUse() {
        return closed ? 0 : size - available();
    }

    /**
     * Appends empty packets to a burst: one segment, no data, the usual headroom, one owner. All or
     * none. Part of the packet path.
     *
     * <p>On a worker, for a burst that its {@link WorkerContext#burst context} made, what the lcore
     * freed last is taken first, in no particular order. Elsewhere, packets come from the pool
     * itself. What lies in other lcores' caches, up to 1.5 times the cache size in each, nobody
     * else can have. Not while another thread closes the pool.
     *
     * @param burst where to put them; it owns them
     * @param count how many
     * @return the count, or 0 if the pool has too few left, the burst too little room, or the pool
     *     is closed
     */
    public int alloc(MbufBurst burst, int count) {
        return alloc(burst, count, 0);
    }

    /**
     * Appends packets that already have a length to a burst: the same as {@link #alloc(MbufBurst,
     * int)} followed by {@link Mbuf#append} on each, but faster. The contents of the bytes are
     * undefined. Part of the packet path.
     *
     * @param burst where to put them; it owns them
     * @param count how many
     * @param lengthBytes bytes of data in each, in one segment
     * @return the count, or 0 as for {@link #alloc(MbufBurst, int)}
     * @throws IllegalArgumentException if the length is negative, or more than a buffer of the pool
     *     has room for behind the usual headroom
     */
    public int alloc(MbufBurst burst, int count, int lengthBytes) {
        if (lengthBytes < 0 || lengthBytes > room) {
            throw new IllegalArgumentException(
                    "lengthBytes=" + lengthBytes + ", not 0 to " + room + " in pool " + name);
        }
        if (count <= 0 || count > burst.room() || closed) {
            return 0;
        }
        long mbufs = burst.roomAddress();
        if (!take(burst.lcore(), mbufs, count)) {
            return 0;
        }
        long rearm = this.rearm;
        for (int i = 0; i < count; i++) {
            reset(NativeMemory.getLong(mbufs, (long) i * Long.BYTES), rearm, lengthBytes);
        }
        if (MbufTracker.ENABLED) {
            MbufTracker.acquired(mbufs, count, "allocated");
        }
        burst.appended(count);
        return count;
    }

    /**
     * Frees the memory. If packets of the pool are still in use, it stays until EAL is closed.
     * Closing twice is closing once.
     *
     * @throws IllegalStateException if a device still receives into it
     */
    @Override
    public void close() {
        closeOnce();
        // Not with the lock held: EAL closes its pools with its own lock held.
        eal.forget(this);
    }

    private synchronized void closeOnce() {
        if (closed) {
            return;
        }
        if (!users.isEmpty()) {
            throw new IllegalStateException(
                    "pool "
                            + name
                            + " is still in use by "
                            + users.get(0).name()
                            + "; close the device first");
        }
        if (MbufTracker.ENABLED) {
            MbufTracker.reportLeaks(
                    name, mbuf -> NativeMemory.getLong(mbuf, MbufLayout.POOL) == pool);
        }
        int missing = inUse();
        shut();
        if (missing != 0) {
            // Somebody may still free them; the memory stays until EAL is closed.
            LOG.warn("pool {} is closed while {} of its {} mbufs are in use", name, missing, size);
            return;
        }
        MbufBurst.forget(pool);
        Rte.rte_mempool_free(segment());
    }

    /** All of DPDK's memory is about to go, and it could not be closed before. */
    synchronized void abandon() {
        shut();
    }

    private void shut() {
        closed = true;
        if (caches != null) {
            caches.close();
        }
    }

    long address() {
        return pool;
    }

    boolean open() {
        return !closed;
    }

    private boolean take(int lcore, long mbufs, int count) {
        LcoreCaches caches = this.caches;
        if (caches == null || lcore == MbufBurst.NO_LCORE) {
            return dequeue(mbufs, count);
        }
        return caches.take(lcore, this, mbufs, count);
    }

    /** Takes buffers from the pool itself, as they are, all or none. */
    boolean dequeue(long mbufs, int count) {
        return NativeCall.dequeue(dequeue, pool, mbufs, count) == 0;
    }

    MemorySegment segment() {
        return MemorySegment.ofAddress(pool);
    }

    synchronized void usedBy(EthDev device) {
        if (closed) {
            throw new IllegalStateException("pool " + name + " is closed");
        }
        users.add(device);
    }

    synchronized void releasedBy(EthDev device) {
        users.remove(device);
    }

    /**
     * {@code rte_pktmbuf_reset}, and a length. What a pool hands out has one owner and no next
     * segment. Loads are cheaper than stores here, so fields that are mostly 0 are looked at first.
     */
    private static void reset(long m, long rearm, int lengthBytes) {
        NativeMemory.putLong(m, MbufLayout.REARM, rearm);
        long flags = NativeMemory.getLong(m, MbufLayout.OL_FLAGS);
        if ((flags & ~EXTERNAL) != 0) {
            NativeMemory.putLong(m, MbufLayout.OL_FLAGS, flags & EXTERNAL);
        }
        // packet_type and pkt_len, data_len and vlan_tci.
        NativeMemory.putLong(m, MbufLayout.PACKET_TYPE, (long) lengthBytes << Integer.SIZE);
        NativeMemory.putInt(m, MbufLayout.DATA_LEN, lengthBytes);
        if (NativeMemory.getUnsignedShort(m, MbufLayout.VLAN_TCI_OUTER) != 0) {
            NativeMemory.putShort(m, MbufLayout.VLAN_TCI_OUTER, (short) 0);
        }
        if (NativeMemory.getLong(m, MbufLayout.TX_OFFLOAD) != 0) {
            NativeMemory.putLong(m, MbufLayout.TX_OFFLOAD, 0);
        }
    }
}
