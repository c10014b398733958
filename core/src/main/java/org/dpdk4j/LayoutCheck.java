// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dpdk4j.bindings.Dpdk;
import org.dpdk4j.bindings.memory.NativeMemory;
import org.dpdk4j.bindings.memory.Struct;
import org.dpdk4j.bindings.rte.Rte;

/**
 * Compares what the layouts predict with what DPDK really made, before anything relies on them.
 *
 * <p>Build options can move fields inside of one ABI ({@code enable_iova_as_pa} moves {@code
 * next}). A wrong guess has to be an exception at the start, never a corrupted packet.
 */
final class LayoutCheck {
    private static final Pattern VERSION = Pattern.compile("^DPDK (\\d+)\\.(\\d+)");
    private static final int BUFFERS = 2;
    private static final int LENGTH_BYTES = 42;

    /** Leads to what stands before a pool's first buffer: {@code struct rte_mempool_objhdr}. */
    private static final long ELEMENTS = Struct.of("rte_mempool").offset("elt_list");

    /** The last of its fields, in some builds. In others the buffer itself begins there. */
    static final long COOKIE = 24;

    /** The lower half of both {@code RTE_MEMPOOL_HEADER_COOKIE}s. */
    private static final int COOKIE_BITS = 0xdadd_2e55;

    private LayoutCheck() {}

    /** Checks fresh mbufs, and what one device tells of itself if there is one. */
    static void run(Eal eal) {
        expectVersion(Eal.version());
        try (PktmbufPool pool =
                        new PktmbufPoolBuilder(eal, "dpdk4j_check")
                                .size(BUFFERS)
                                .cacheSize(0)
                                .create();
                MbufBurst burst = MbufBurst.allocate(BUFFERS)) {
            expectNoCookies(pool.address());
            expect("rte_mempool_avail_count", pool.available(), BUFFERS);
            expect("taken", pool.dequeue(burst.roomAddress(), BUFFERS) ? 1 : 0, 1);
            burst.appended(BUFFERS);
            long m = burst.address(0);
            long second = burst.address(1);
            expectFresh(m, pool);
            expectFresh(second, pool);
            expectChain(m, second);
        }
        eal.ethDevs().stream().findFirst().ifPresent(LayoutCheck::expectPlausible);
    }

    /**
     * Releases from November on have the next year's ABI number: 22.11, 23.03 and 23.07 have 23.
     */
    private static void expectVersion(String version) {
        Matcher matcher = VERSION.matcher(version);
        if (!matcher.find()) {
            throw wrong("rte_version reads " + version);
        }
        int year = Integer.parseInt(matcher.group(1));
        int abi = Integer.parseInt(matcher.group(2)) >= 11 ? year + 1 : year;
        expect("ABI of " + version, abi, Dpdk.abi().number());
    }

    /**
     * Where DPDK was built with {@code RTE_LIBRTE_MEMPOOL_DEBUG}, it keeps a cookie before each
     * buffer that says whether it was taken, and ends the process where that is wrong. What takes
     * buffers here, as what drivers have in line, knows nothing of cookies. An mbuf begins with an
     * address, which is even, and a cookie is not. No pool is without buffers.
     */
    static void expectNoCookies(long pool) {
        long first = NativeMemory.getLong(pool, ELEMENTS);
        if (NativeMemory.getInt(first, COOKIE) == COOKIE_BITS) {
            throw wrong("it has cookies before its buffers (RTE_LIBRTE_MEMPOOL_DEBUG)");
        }
    }

    private static void expectFresh(long m, PktmbufPool pool) {
        expect("rte_mbuf.pool", NativeMemory.getLong(m, MbufLayout.POOL), pool.address());
        expect(
                "rte_mbuf.buf_len",
                NativeMemory.getUnsignedShort(m, MbufLayout.BUF_LEN),
                pool.dataRoomSize());
        int headroom = Math.min(Rte.RTE_PKTMBUF_HEADROOM(), pool.dataRoomSize());
        expect(
                "rte_mbuf.data_off",
                NativeMemory.getUnsignedShort(m, MbufLayout.DATA_OFF),
                headroom);
        expect("rte_mbuf.refcnt", NativeMemory.getUnsignedShort(m, MbufLayout.REFCNT), 1);
        expect("rte_mbuf.nb_segs", NativeMemory.getUnsignedShort(m, MbufLayout.NB_SEGS), 1);
        expect("rte_mbuf.port", NativeMemory.getUnsignedShort(m, MbufLayout.PORT), 0xffff);
        expect("rte_mbuf.next", NativeMemory.getLong(m, MbufLayout.NEXT), 0);
        expect("rte_mbuf.data_len", NativeMemory.getUnsignedShort(m, MbufLayout.DATA_LEN), 0);
    }

    /** DPDK itself walks a packet of two segments: only so is it known where it looks for next. */
    private static void expectChain(long m, long second) {
        NativeMemory.putLong(m, MbufLayout.NEXT, second);
        NativeMemory.putShort(m, MbufLayout.NB_SEGS, (short) 2);
        NativeMemory.putShort(m, MbufLayout.DATA_LEN, (short) LENGTH_BYTES);
        NativeMemory.putShort(second, MbufLayout.DATA_LEN, (short) LENGTH_BYTES);
        NativeMemory.putInt(m, MbufLayout.PKT_LEN, 2 * LENGTH_BYTES);
        String complaint = mbufCheck(m);
        NativeMemory.putLong(m, MbufLayout.NEXT, 0);
        NativeMemory.putShort(m, MbufLayout.NB_SEGS, (short) 1);
        if (!complaint.isEmpty()) {
            throw wrong("rte_mbuf_check says of a packet of two segments: " + complaint);
        }
    }

    private static String mbufCheck(long m) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment reason = arena.allocate(Long.BYTES, Long.BYTES);
            return Rte.rte_mbuf_check(MemorySegment.ofAddress(m), 1, reason) == 0
                    ? ""
                    : NativeMemory.getString(NativeMemory.getLong(reason.address(), 0));
        }
    }

    private static void expectPlausible(EthDev device) {
        EthDevInfo info = device.info();
        boolean plausible =
                info.maxRxQueues() <= Rte.RTE_MAX_QUEUES_PER_PORT()
                        && info.maxTxQueues() <= Rte.RTE_MAX_QUEUES_PER_PORT()
                        && info.minMtu() <= info.maxMtu();
        if (!plausible) {
            throw wrong("rte_eth_dev_info of " + device.name() + " reads " + info);
        }
    }

    private static void expect(String what, long found, long expected) {
        if (found != expected) {
            throw wrong(what + " is " + found + " instead of " + expected);
        }
    }

    private static DpdkException wrong(String what) {
        return new DpdkException(
                "layout check",
                DpdkException.EINVAL,
                "this build of DPDK does not lay out its structs as DPDK "
                        + Dpdk.abi().release()
                        + " does: "
                        + what,
                "abi=" + Dpdk.abi().number());
    }
}
