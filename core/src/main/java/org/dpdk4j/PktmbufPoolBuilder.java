// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.dpdk4j.bindings.memory.RteErrno;
import org.dpdk4j.bindings.rte.Rte;

/** Makes a {@link PktmbufPool}. */
public final class PktmbufPoolBuilder {
    private static final int ANY_NUMA_NODE = -1;
    private static final int MAX_CACHE = 512;
    private static final int AUTOMATIC = -1;
    private static final int USUAL_CACHE = 256;

    /**
     * An lcore's cache holds up to 1.5 times its size; all of them, at most a quarter of the pool.
     */
    private static final int SHARE = 6;

    private static final int MAX_DATA_ROOM = 65535;

    /** Of each buffer: {@code rte_mbuf}, and a mempool's header before it. */
    private static final int OVERHEAD_BYTES = 128 + 64;

    private final Eal eal;
    private final String name;
    private int size = 8191;
    private int cacheSize = AUTOMATIC;
    private int dataRoomSize = Rte.RTE_PKTMBUF_HEADROOM() + Rte.RTE_MBUF_DEFAULT_DATAROOM();
    private int numaNode = ANY_NUMA_NODE;

    PktmbufPoolBuilder(Eal eal, String name) {
        this.eal = eal;
        this.name = name;
    }

    /**
     * Sets the number of buffers. Enough for all descriptors of the queues that use it, the packets
     * under way, and the caches of the lcores.
     *
     * @param buffers how many; a power of two less one wastes the least; 8191 unless set
     * @return this
     */
    public PktmbufPoolBuilder size(int buffers) {
        size = buffers;
        return this;
    }

    /**
     * Sets how many free buffers each lcore may keep to itself.
     *
     * <p>{@link PktmbufPool#alloc} can't have what lies in the caches, so leave it enough beside
     * them.
     *
     * @param buffers 0 to 512; unless set, 256 or less, so that all caches together hold at most a
     *     quarter of the pool; lowered to what the size allows
     * @return this
     */
    public PktmbufPoolBuilder cacheSize(int buffers) {
        cacheSize = buffers;
        return this;
    }

    /**
     * Sets the bytes of each buffer.
     *
     * @param bytes headroom included, up to 65535; 128 + 2048 unless set
     * @return this
     */
    public PktmbufPoolBuilder dataRoomSize(int bytes) {
        dataRoomSize = bytes;
        return this;
    }

    /**
     * Sets where the memory is to be.
     *
     * @param node the NUMA node, best that of the devices ({@link EthDevInfo#numaNode}); any unless
     *     set
     * @return this
     */
    public PktmbufPoolBuilder numaNode(int node) {
        numaNode = node;
        return this;
    }

    /**
     * Makes the pool.
     *
     * @return the pool, to be closed by the caller
     * @throws DpdkException if a number is out of range, the name is taken or too long, or there is
     *     too little memory
     */
    public PktmbufPool create() {
        if (size < 1
                || cacheSize < AUTOMATIC
                || cacheSize > MAX_CACHE
                || dataRoomSize < 0
                || dataRoomSize > MAX_DATA_ROOM) {
            throw new DpdkException(
                    "rte_pktmbuf_pool_create",
                    DpdkException.EINVAL,
                    "size must be positive, cacheSize 0 to 512, dataRoomSize 0 to 65535",
                    arguments());
        }
        return eal.create(this::makePool);
    }

    private PktmbufPool makePool() {
        // The flush threshold of a cache, 1.5 times its size, must not exceed the pool.
        int cache =
                cacheSize == AUTOMATIC
                        ? Math.min(USUAL_CACHE, size / (SHARE * eal.lcores().size()))
                        : Math.min(cacheSize, (int) (size / 1.5));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pool =
                    Rte.rte_pktmbuf_pool_create(
                            arena.allocateFrom(name),
                            size,
                            cache,
                            (short) 0,
                            (short) dataRoomSize,
                            numaNode);
            if (pool.address() == 0) {
                throw refusal(RteErrno.get());
            }
            return new PktmbufPool(eal, name, size, dataRoomSize, pool.address());
        }
    }

    private DpdkException refusal(int errno) {
        String meaning = DpdkException.meaningOf(errno);
        if (errno == DpdkException.ENOMEM) {
            long bytes = (long) size * (OVERHEAD_BYTES + dataRoomSize);
            long mebibytes = (bytes >> 20) + 1;
            EalOptions options = EalOptions.parse(eal.arguments());
            meaning +=
                    "; the buffers take "
                            + mebibytes
                            + " MiB, and "
                            + (options.has("--no-huge")
                                    ? "without hugepages EAL has no more than the "
                                            + options.value("--memory-size").orElse("64")
                                            + " MiB that it started with (-m)"
                                    : "as much must be free in hugepages");
        }
        return new DpdkException("rte_pktmbuf_pool_create", errno, meaning, arguments());
    }

    private String[] arguments() {
        return new String[] {
            "name=" + name,
            "size=" + size,
            "cacheSize=" + cacheSize,
            "dataRoomSize=" + dataRoomSize,
            "numaNode=" + numaNode
        };
    }
}
