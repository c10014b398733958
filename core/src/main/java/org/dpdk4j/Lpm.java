// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.OptionalInt;
import org.dpdk4j.bindings.memory.NativeMemory;
import org.dpdk4j.bindings.memory.Struct;
import org.dpdk4j.bindings.rte.Rte;

/**
 * A table of IPv4 routes, searched for the longest prefix that matches: {@code rte_lpm}.
 *
 * <p>DPDK keeps the table, and Java reads it as DPDK's inline functions do. An address costs one
 * read, or two if its /24 network has longer routes in it:
 *
 * <pre>
 *   address   |          24 bits          | 8 bits |
 *   tbl24     2^24 entries: a next hop, or the number of a group
 *   tbl8      groups of 256 entries: a next hop
 * </pre>
 *
 * <p>Addresses are ints as {@code Ipv4} of package {@code org.dpdk4j.net} has them: {@code
 * 0x0a000001} is 10.0.0.1. A route's depth is the length of its prefix, 1 to 32 bits; a route for
 * all addresses is two of depth 1.
 *
 * <p>Any thread may look up while one changes routes; changes wait for each other. A lookup sees
 * the table before a change or after it, with one exception that DPDK has, too: the last route
 * longer than 24 bits that is deleted from a /24 network frees its group, and a lookup that is
 * under way there, see {@link #lookup(int)}, may find no route, or, once the group has gone to
 * another network, a next hop of that one. Nobody may look up while the table is being closed;
 * afterwards a lookup throws.
 */
public final class Lpm implements AutoCloseable {
    /** What a lookup returns where no route matches. */
    public static final int MISS = -1;

    private static final Struct TABLE = Struct.of("rte_lpm");
    private static final long TBL24 = TABLE.offset("tbl24");
    private static final long TBL8 = TABLE.offset("tbl8");
    private static final long ENTRY = Struct.of("rte_lpm_tbl_entry").byteSize();
    private static final int GROUP = Rte.RTE_LPM_TBL8_GROUP_NUM_ENTRIES();
    private static final int MAX_DEPTH = Rte.RTE_LPM_MAX_DEPTH();
    private static final int VALID = Rte.RTE_LPM_LOOKUP_SUCCESS();
    private static final int VALID_GROUP = Rte.RTE_LPM_VALID_EXT_ENTRY_BITMASK();

    /** The bit-field below the valid bit. */
    private static final int NEXT_HOP = VALID - 1;

    private static final int GROUP_BITS = Integer.numberOfTrailingZeros(GROUP);
    private static final int DEPTH_OF_TBL24 = MAX_DEPTH - GROUP_BITS;

    private final Eal eal;
    private final String name;
    private final int maxRules;
    private final int tbl8Groups;
    private final long table;
    private final long tbl8;

    /** 0 once closed, so that one field tells lookups both. */
    private long tbl24;

    Lpm(Eal eal, String name, int maxRules, int tbl8Groups, long table) {
        this.eal = eal;
        this.name = name;
        this.maxRules = maxRules;
        this.tbl8Groups = tbl8Groups;
        this.table = table;
        this.tbl8 = NativeMemory.getLong(table, TBL8);
        this.tbl24 = table + TBL24;
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
     * How many routes it can hold.
     *
     * @return the number it was made with
     */
    public int maxRules() {
        return maxRules;
    }

    /**
     * How many /24 networks can have routes longer than 24 bits in them.
     *
     * @return the number it was made with
     */
    public int tbl8Groups() {
        return tbl8Groups;
    }

    /**
     * The next hop of an address. Part of the packet path.
     *
     * <p>A plain read, as {@code rte_lpm_lookup} is one: where nothing but such lookups happens
     * between two of them, the compiler may let the second see what the first saw. Any call into
     * DPDK ends that, so a worker sees a change with its next burst. A loop that waits for a route
     * calls {@link VarHandle#acquireFence}, or the other {@link #lookup(int[], int[], int)}.
     *
     * @param address an IPv4 address
     * @return the next hop of the longest route that matches, or {@link #MISS}
     * @throws IllegalStateException if the table is closed
     */
    public int lookup(int address) {
        long first = tbl24;
        if (first == 0) {
            throw closed();
        }
        return nextHop(first, tbl8, address);
    }

    /**
     * The next hops of several addresses. Part of the packet path; faster than one by one where the
     * table is not in the CPU's caches.
     *
     * @param addresses IPv4 addresses
     * @param nextHops where the next hop of each is put, or {@link #MISS}; may be the same array
     * @param count how many, from the start of both arrays
     * @throws IllegalStateException if the table is closed
     * @throws IndexOutOfBoundsException if an array is too short
     */
    public void lookup(int[] addresses, int[] nextHops, int count) {
        Objects.checkFromIndexSize(0, count, addresses.length);
        Objects.checkFromIndexSize(0, count, nextHops.length);
        long first = tbl24;
        if (first == 0) {
            throw closed();
        }
        long second = tbl8;
        // The compiler reads anew what another thread may have changed; on x86-64 that is no
        // instruction. Not for one address: in the caller's loop it would read everything anew.
        VarHandle.loadLoadFence();
        for (int i = 0; i < count; i++) {
            nextHops[i] = nextHop(first, second, addresses[i]);
        }
    }

    /** {@code rte_lpm_lookup}. */
    private static int nextHop(long tbl24, long tbl8, int address) {
        int entry = NativeMemory.getInt(tbl24, (address >>> GROUP_BITS) * ENTRY);
        return (entry & VALID_GROUP) == VALID
                ? entry & NEXT_HOP
                : nextHopOfGroup(tbl8, address, entry);
    }

    private static int nextHopOfGroup(long tbl8, int address, int entry) {
        int last = entry;
        if ((entry & VALID_GROUP) == VALID_GROUP) {
            long index = (long) (entry & NEXT_HOP) * GROUP + (address & (GROUP - 1));
            last = NativeMemory.getInt(tbl8, index * ENTRY);
        }
        return (last & VALID) != 0 ? last & NEXT_HOP : MISS;
    }

    /**
     * Adds a route, or gives it another next hop. Takes longer the more routes of the same depth
     * there are, as DPDK searches them one by one.
     *
     * @param network an address of the network; bits beyond the depth don't matter
     * @param depth length of the prefix, 1 to 32
     * @param nextHop what lookups return, 0 to 16,777,215
     * @throws DpdkException if a number is out of range, or the table has no room for another route
     *     or for another /24 network with routes longer than 24 bits; nothing is changed then
     * @throws IllegalStateException if the table is closed
     */
    public synchronized void add(int network, int depth, int nextHop) {
        requireOpen();
        requireDepth("rte_lpm_add", network, depth);
        if ((nextHop & ~NEXT_HOP) != 0) {
            throw refused(
                    "rte_lpm_add",
                    DpdkException.EINVAL,
                    "a next hop has 24 bits, 0 to " + NEXT_HOP + ", which " + nextHop + " has not",
                    network,
                    depth);
        }
        int result = Rte.rte_lpm_add(segment(), network, (byte) depth, nextHop);
        if (result < 0) {
            throw refused("rte_lpm_add", -result, reason(-result, network, depth), network, depth);
        }
    }

    /**
     * Deletes a route.
     *
     * @param network an address of the network; bits beyond the depth don't matter
     * @param depth length of the prefix, 1 to 32
     * @return false if there was no such route
     * @throws DpdkException if the depth is out of range
     * @throws IllegalStateException if the table is closed
     */
    public synchronized boolean delete(int network, int depth) {
        requireOpen();
        requireDepth("rte_lpm_delete", network, depth);
        int result = Rte.rte_lpm_delete(segment(), network, (byte) depth);
        // Of all that it takes for an invalid argument, only an unknown route is left here.
        if (result < 0 && result != -DpdkException.EINVAL) {
            String meaning = DpdkException.meaningOf(-result);
            throw refused("rte_lpm_delete", -result, meaning, network, depth);
        }
        return result == 0;
    }

    /**
     * Deletes all routes.
     *
     * @throws IllegalStateException if the table is closed
     */
    public synchronized void deleteAll() {
        requireOpen();
        Rte.rte_lpm_delete_all(segment());
    }

    /**
     * The next hop of a route, which {@link #lookup(int)} need not return: longer ones go first.
     *
     * @param network an address of the network; bits beyond the depth don't matter
     * @param depth length of the prefix, 1 to 32
     * @return its next hop, or empty if there is no such route
     * @throws DpdkException if the depth is out of range
     * @throws IllegalStateException if the table is closed
     */
    public synchronized OptionalInt rule(int network, int depth) {
        requireOpen();
        requireDepth("rte_lpm_is_rule_present", network, depth);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment nextHop = arena.allocate(ValueLayout.JAVA_INT);
            int present = Rte.rte_lpm_is_rule_present(segment(), network, (byte) depth, nextHop);
            DpdkException.check(present, "rte_lpm_is_rule_present");
            return present == 0
                    ? OptionalInt.empty()
                    : OptionalInt.of(nextHop.get(ValueLayout.JAVA_INT, 0));
        }
    }

    /** Gives the memory back. Closing twice is closing once. */
    @Override
    public void close() {
        closeOnce();
        // Not with the lock held: EAL closes its tables with its own lock held.
        eal.forget(this);
    }

    private synchronized void closeOnce() {
        if (tbl24 != 0) {
            tbl24 = 0;
            Rte.rte_lpm_free(segment());
        }
    }

    /** Has DPDK write one route of each kind, and looks whether Java reads them back. */
    void requireExpectedLayout() {
        int network = 0xc0000200;
        requireRoute(network, DEPTH_OF_TBL24, NEXT_HOP, network + GROUP - 1, network + GROUP);
        requireRoute(network, MAX_DEPTH, NEXT_HOP - 1, network, network + 1);
    }

    private void requireRoute(int network, int depth, int nextHop, int inside, int outside) {
        add(network, depth, nextHop);
        boolean asExpected = lookup(inside) == nextHop && lookup(outside) == MISS;
        delete(network, depth);
        if (!asExpected || lookup(inside) != MISS) {
            throw refused(
                    "layout check",
                    DpdkException.EINVAL,
                    "this build of DPDK does not lay out its tables as its headers do",
                    network,
                    depth);
        }
    }

    /** Why a route can't be added: DPDK has one number for two shortages. */
    private String reason(int errno, int network, int depth) {
        if (errno != DpdkException.ENOSPC) {
            return DpdkException.meaningOf(errno);
        }
        return needsGroup(network, depth) && !hasFreeGroup()
                ? "tbl8Groups="
                        + tbl8Groups
                        + " are all taken by /24 networks with longer routes; make more of them"
                : "the table has no room for more than maxRules=" + maxRules;
    }

    private boolean needsGroup(int network, int depth) {
        long entry = tbl24 + (network >>> GROUP_BITS) * ENTRY;
        return depth > DEPTH_OF_TBL24
                && (NativeMemory.getInt(entry, 0) & VALID_GROUP) != VALID_GROUP;
    }

    /** The first entry of a group says whether it is taken. */
    private boolean hasFreeGroup() {
        for (long group = 0; group < tbl8Groups; group++) {
            int entry = NativeMemory.getInt(tbl8, group * GROUP * ENTRY);
            if ((entry & VALID_GROUP & ~VALID) == 0) {
                return true;
            }
        }
        return false;
    }

    private void requireDepth(String function, int network, int depth) {
        if (depth < 1 || depth > MAX_DEPTH) {
            throw refused(
                    function,
                    DpdkException.EINVAL,
                    "a route's prefix has 1 to " + MAX_DEPTH + " bits",
                    network,
                    depth);
        }
    }

    private DpdkException refused(
            String function, int errno, String meaning, int network, int depth) {
        return new DpdkException(
                function,
                errno,
                meaning,
                "table=" + name,
                "route=%d.%d.%d.%d/%d"
                        .formatted(
                                network >>> 24,
                                network >>> 16 & 0xff,
                                network >>> 8 & 0xff,
                                network & 0xff,
                                depth));
    }

    private MemorySegment segment() {
        return MemorySegment.ofAddress(table);
    }

    private void requireOpen() {
        if (tbl24 == 0) {
            throw closed();
        }
    }

    private IllegalStateException closed() {
        return new IllegalStateException("table " + name + " is closed");
    }
}
