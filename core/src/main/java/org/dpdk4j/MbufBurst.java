// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import org.dpdk4j.bindings.memory.NativeCall;
import org.dpdk4j.bindings.memory.NativeMemory;
import org.dpdk4j.bindings.rte.Rte;
import org.jspecify.annotations.Nullable;

/**
 * A batch of packets, and their owner: a native array of mbuf pointers, as DPDK's burst functions
 * take it.
 *
 * <pre>
 *   0                size()          capacity
 *   | packets        | room          |
 * </pre>
 *
 * <p>{@link RxQueue#receive} and {@link PktmbufPool#alloc} append packets: if it was not empty, the
 * new ones are the last. {@link TxQueue#send} takes packets from the front. A packet that was freed
 * or moved leaves a hole behind, so that indices stay as they are; holes are skipped. The next
 * prepare, send, distribute, receive or alloc removes them, and so does an append that finds no
 * room: then indices and flyweights that were got before are no longer valid.
 *
 * <p>One thread at a time. Closing frees the packets that it still owns. When EAL is closed, bursts
 * that are left lose their packets and are empty.
 */
public final class MbufBurst implements AutoCloseable {
    /** Where a burst isn't used on the lcore that it was made for. */
    static final int NO_LCORE = -1;

    private static final int MAX_CAPACITY = Character.MAX_VALUE;

    /** What drivers read and write at once is to begin where a line of the CPU's caches does. */
    private static final int CACHE_LINE = 64;

    /** All that are still reachable: what they hold must not outlive EAL or a pool. */
    private static final Set<MbufBurst> ALL =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private final MemorySegment array;
    private final long pointers;
    private final int capacity;
    private final int lcore;

    /** The lcore's thread. */
    private final @Nullable Thread thread;

    /** One for each slot, so that two packets of a burst can be looked at side by side. */
    private final Mbuf[] flyweights;

    /** No more than {@link #MAX_CAPACITY}; the compiler knows that it is not below 0. */
    private char size;

    /**
     * How many packets there were when several last came or went at once; no more than size. An
     * index below it needs no look at {@link #size}. That is for loops that move packets to other
     * bursts: for all that the compiler knows, what they write may be this burst's size, which it
     * would read anew for each packet.
     */
    private char settled;

    private int holes;

    private MbufBurst(int capacity, int lcore, @Nullable Thread thread) {
        // Freed by the garbage collector: no access can come after that.
        this.array = Arena.ofAuto().allocate((long) capacity * Long.BYTES, CACHE_LINE);
        this.pointers = array.address();
        this.capacity = capacity;
        this.lcore = lcore;
        this.thread = thread;
        this.flyweights = new Mbuf[capacity];
        Arrays.setAll(flyweights, i -> new Mbuf());
    }

    /**
     * Makes an empty burst.
     *
     * @param capacity how many packets it can hold, 1 to 65535; 32 is usual
     * @return the burst, to be closed by the caller
     * @throws IllegalArgumentException if the capacity is out of range
     */
    public static MbufBurst allocate(int capacity) {
        return allocate(capacity, NO_LCORE, null);
    }

    /** Makes an empty burst for an lcore, whose thread calls. */
    static MbufBurst onLcore(int capacity, int lcore) {
        return allocate(capacity, lcore, Thread.currentThread());
    }

    private static MbufBurst allocate(int capacity, int lcore, @Nullable Thread thread) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity=" + capacity + ", not 1 to 65535");
        }
        MbufBurst burst = new MbufBurst(capacity, lcore, thread);
        ALL.add(burst);
        return burst;
    }

    /**
     * How many packets it can hold.
     *
     * @return the capacity it was made with
     */
    public int capacity() {
        return capacity;
    }

    /**
     * How many packets it holds, holes included.
     *
     * @return the end of the valid indices
     */
    public int size() {
        return size;
    }

    /**
     * A packet.
     *
     * @param index 0 to {@link #size} - 1
     * @return a flyweight of this burst, good until packets are prepared, sent or distributed from
     *     it or appended to it, and until this packet is freed or moved
     * @throws IndexOutOfBoundsException if the index is out of range
     * @throws IllegalStateException if that packet was freed or moved
     */
    public Mbuf get(int index) {
        long mbuf = address(index);
        Mbuf flyweight = flyweights[index];
        flyweight.wrap(mbuf);
        return flyweight;
    }

    /**
     * Where a packet's struct is, as {@link Mbuf#address} has it, without a flyweight.
     *
     * @param index 0 to {@link #size} - 1
     * @return the address of a {@code struct rte_mbuf}, good until the packet is sent or freed
     * @throws IndexOutOfBoundsException if the index is out of range
     * @throws IllegalStateException if that packet was freed or moved
     */
    public long address(int index) {
        long mbuf = NativeMemory.getAddress(pointers, offset(check(index)));
        if (mbuf == 0) {
            throw new IllegalStateException("packet " + index + " was freed or moved");
        }
        // What a slot holds is this burst's: there is nothing for MbufTracker to ask.
        return mbuf;
    }

    /**
     * Frees a packet, and leaves a hole.
     *
     * @param index 0 to {@link #size} - 1; a hole is left as it is
     * @throws IndexOutOfBoundsException if the index is out of range
     */
    public void free(int index) {
        long offset = offset(check(index));
        if (NativeMemory.getLong(pointers, offset) != 0) {
            free(pointers + offset, 1);
            NativeMemory.putLong(pointers, offset, 0);
            holes++;
        }
    }

    /**
     * Moves a packet to the end of another burst, and leaves a hole.
     *
     * @param index 0 to {@link #size} - 1
     * @param target the burst that owns it from now on
     * @return false, and nothing is changed, if the other burst is full
     * @throws IndexOutOfBoundsException if the index is out of range
     * @throws IllegalStateException if that packet was freed or moved before
     * @throws IllegalArgumentException if the other burst is this one
     */
    public boolean moveTo(int index, MbufBurst target) {
        requireOther(target);
        long mbuf = address(index);
        if (!target.append(mbuf)) {
            return false;
        }
        NativeMemory.putLong(pointers, offset(index), 0);
        holes++;
        return true;
    }

    /**
     * Moves packets to other bursts, each to the end of the one that its number names, in order. A
     * step that decides packet by packet where they go does that in a loop of its own, and has them
     * moved by one call. Those that stay move to the front, holes removed; no index or flyweight of
     * before is good afterwards.
     *
     * <p>A packet stays if its number names no target, as {@link Lpm#MISS} doesn't, or if its
     * target is full.
     *
     * @param numbers for each index, the number of a target
     * @param targets the bursts that own the packets from now on; none of them this one
     * @return how many were moved; {@link #size} says how many stay
     * @throws IndexOutOfBoundsException if there are fewer numbers than indices
     * @throws IllegalArgumentException if a target is this burst
     */
    public int distribute(int[] numbers, MbufBurst[] targets) {
        int count = size;
        Objects.checkFromIndexSize(0, count, numbers.length);
        for (MbufBurst target : targets) {
            requireOther(Objects.requireNonNull(target));
        }
        int left =
                holes == 0
                        ? Distribution.ofAll(pointers, count, numbers, targets)
                        : Distribution.oneByOne(pointers, count, numbers, targets);
        int moved = count - holes - left;
        resize(left);
        holes = 0;
        return moved;
    }

    /**
     * Appends a packet to another one as its last segments ({@code rte_pktmbuf_chain}), and leaves
     * a hole.
     *
     * @param head index of the packet that gets longer
     * @param tail index of the packet that becomes a part of it
     * @return false, and nothing is changed, if that would make too many segments
     * @throws IndexOutOfBoundsException if an index is out of range
     * @throws IllegalStateException if one of them was freed or moved before
     * @throws IllegalArgumentException if they are the same
     */
    public boolean chain(int head, int tail) {
        if (head == tail) {
            throw new IllegalArgumentException("packet " + head + " can't follow itself");
        }
        if (!get(head).chain(get(tail))) {
            return false;
        }
        if (MbufTracker.ENABLED) {
            MbufTracker.released(pointers + offset(tail), 1, "chained");
        }
        NativeMemory.putLong(pointers, offset(tail), 0);
        holes++;
        return true;
    }

    /**
     * Appends a copy of a packet to another burst, with data of its own ({@code rte_pktmbuf_copy}).
     *
     * @param index 0 to {@link #size} - 1
     * @param pool where the copy's buffers come from
     * @param target the burst that owns the copy
     * @return false if the other burst is full, the pool is empty or closed, or the packet has no
     *     data
     * @throws IndexOutOfBoundsException if the index is out of range
     * @throws IllegalStateException if that packet was freed or moved
     */
    public boolean copyTo(int index, PktmbufPool pool, MbufBurst target) {
        MemorySegment mbuf = MemorySegment.ofAddress(address(index));
        return pool.open()
                && !target.full()
                && target.accept(Rte.rte_pktmbuf_copy(mbuf, pool.segment(), 0, -1), "copied");
    }

    /**
     * Appends a clone of a packet to another burst: a packet of its own that shares the data
     * ({@code rte_pktmbuf_clone}). Nobody may write to the data while several share it.
     *
     * @param index 0 to {@link #size} - 1
     * @param pool where the clone's structs come from
     * @param target the burst that owns the clone
     * @return false if the other burst is full, or the pool is empty or closed
     * @throws IndexOutOfBoundsException if the index is out of range
     * @throws IllegalStateException if that packet was freed or moved
     */
    public boolean cloneTo(int index, PktmbufPool pool, MbufBurst target) {
        MemorySegment mbuf = MemorySegment.ofAddress(address(index));
        return pool.open()
                && !target.full()
                && target.accept(Rte.rte_pktmbuf_clone(mbuf, pool.segment()), "cloned");
    }

    /** Frees all packets that it still owns; it is empty afterwards. */
    public void freeRemaining() {
        int count = size;
        if (count == 0) {
            return;
        }
        boolean some = count > holes;
        resize(0);
        holes = 0;
        if (some) {
            try {
                freeFront(count);
            } finally {
                // The array goes with this object, whose last use this often is.
                Reference.reachabilityFence(this);
            }
        }
    }

    /** Frees the packets that it still owns. It can be used again afterwards. */
    @Override
    public void close() {
        freeRemaining();
    }

    /** The memory of a pool is about to go: takes flyweights off the packets that came from it. */
    static void forget(long pool) {
        Mbuf.forget(pool);
        synchronized (ALL) {
            ALL.forEach(burst -> Arrays.asList(burst.flyweights).forEach(m -> m.unwrap(pool)));
        }
    }

    /** All of DPDK's memory is about to go: empties every burst, whoever has it. */
    static void forgetAll() {
        Mbuf.forgetAll();
        synchronized (ALL) {
            for (MbufBurst burst : ALL) {
                burst.resize(0);
                burst.holes = 0;
                Arrays.asList(burst.flyweights).forEach(Mbuf::unwrap);
            }
        }
    }

    /** The lcore that calls, if the burst was made for it. */
    int lcore() {
        return thread == Thread.currentThread() ? lcore : NO_LCORE;
    }

    /** How many packets can still be appended; packs what is there to the front if that helps. */
    int room() {
        if (holes != 0) {
            pack();
        }
        return capacity - size;
    }

    /** Whether not one can be appended. Holes are in nobody's way before. */
    private boolean full() {
        return size == capacity && room() == 0;
    }

    /** Takes a packet over, if there is room. */
    boolean append(long mbuf) {
        if (full()) {
            return false;
        }
        NativeMemory.putLong(pointers, offset(size), mbuf);
        size++;
        return true;
    }

    private void requireOther(MbufBurst target) {
        if (target == this) {
            throw new IllegalArgumentException("a burst can't move a packet to itself");
        }
    }

    /** Where the next packet is to be appended. */
    long roomAddress() {
        return pointers + offset(size);
    }

    /** Packets were written to {@link #roomAddress}. */
    void appended(int count) {
        resize(size + count);
    }

    /** Where the first packet is, holes removed; {@link #size} says how many follow. */
    long packedAddress() {
        if (holes != 0) {
            pack();
        }
        return pointers;
    }

    /** Packets at the front have another owner now; the others move there, if there are any. */
    void taken(int count) {
        if (count == size) {
            resize(0);
        } else if (count != 0) {
            moveToFront(count);
        }
    }

    private void moveToFront(int index) {
        int left = size - index;
        NativeMemory.copy(pointers + offset(index), pointers, offset(left));
        resize(left);
    }

    /** Packets at the end have gone. */
    void dropLast(int count) {
        resize(size - count);
    }

    private boolean accept(MemorySegment mbuf, String what) {
        if (mbuf.address() == 0) {
            return false;
        }
        NativeMemory.putLong(pointers, offset(size), mbuf.address());
        if (MbufTracker.ENABLED) {
            MbufTracker.acquired(roomAddress(), 1, what);
        }
        size++;
        return true;
    }

    /** Sets how many packets there are, all of them settled. */
    private void resize(int count) {
        size = (char) count;
        settled = (char) count;
    }

    private int check(int index) {
        return Integer.compareUnsigned(index, settled) < 0
                ? index
                : Objects.checkIndex(index, size);
    }

    /** Of a packet's slot, in bytes. Unsigned: the compiler knows then that it is not below 0. */
    static long offset(int index) {
        return Integer.toUnsignedLong(index) * Long.BYTES;
    }

    private void pack() {
        int to = 0;
        for (int from = 0; from < size; from++) {
            long mbuf = NativeMemory.getLong(pointers, offset(from));
            if (mbuf != 0) {
                NativeMemory.putLong(pointers, offset(to), mbuf);
                to++;
            }
        }
        resize(to);
        holes = 0;
    }

    private static void free(long address, int count) {
        if (MbufTracker.ENABLED) {
            MbufTracker.released(address, count, "freed");
        }
        NativeCall.freeBulk(address, count);
    }

    /** Frees what the array begins with: plain packets here, which is faster, others by DPDK. */
    private void freeFront(int count) {
        if (MbufTracker.ENABLED) {
            MbufTracker.released(pointers, count, "freed");
        }
        int lcore = lcore();
        int given = lcore == NO_LCORE ? 0 : LcoreCaches.give(lcore, pointers, count);
        if (given < count) {
            NativeCall.freeBulk(pointers + offset(given), count - given);
        }
    }
}
