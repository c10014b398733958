// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import org.dpdk4j.bindings.memory.NativeMemory;
import org.dpdk4j.bindings.rte.Rte;

/**
 * A packet, or one segment of it: a flyweight over {@code struct rte_mbuf}.
 *
 * <pre>
 *   buffer                                          buffer + buf_len
 *   |-- headroom --|------- data: length() -------|-- tailroom --|
 *                  ^ dataAddress()
 * </pre>
 *
 * <p>It owns nothing: the {@link MbufBurst} that it came from does, and re-points its flyweights as
 * packets come and go. Bytes are read and written in network order, at offsets into this segment's
 * data, and each access is checked against {@link #length}. Views of headers ({@code
 * org.dpdk4j.net}) check once per header instead.
 *
 * <p>With {@code -Ddpdk4j.debug=true}, using it after the packet was sent or freed throws {@link
 * IllegalStateException} with the place where that happened. Without, such use reads whatever the
 * buffer holds by then, as it does in C; memory outside of the pool's buffers is never touched.
 *
 * <p>One thread at a time. Follows {@code rte_mbuf_core.h} and {@code rte_mbuf.h}.
 */
public final class Mbuf {
    private static final int MAX_SEGMENTS = 0xffff;

    /**
     * Where a flyweight over no packet points: an empty packet that nobody owns. Larger than the
     * struct in any ABI.
     */
    private static final long NOWHERE = Arena.global().allocate(512, 64).address();

    /** Those that belong to no burst and are still reachable. */
    private static final Set<Mbuf> LOOSE =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private long address = NOWHERE;
    private long generation;

    /** Whether it is for segments behind the first. */
    private final boolean segment;

    /** Made by a burst, which knows it. */
    Mbuf() {
        this(false);
    }

    private Mbuf(boolean segment) {
        this.segment = segment;
    }

    /**
     * Makes a flyweight over no packet, for {@link #nextSegment}: until it points somewhere, every
     * access is out of bounds.
     *
     * @return the flyweight
     */
    public static Mbuf flyweight() {
        Mbuf m = new Mbuf(true);
        LOOSE.add(m);
        return m;
    }

    /** The memory of a pool is about to go. */
    static void forget(long pool) {
        synchronized (LOOSE) {
            LOOSE.forEach(m -> m.unwrap(pool));
        }
    }

    /** All of DPDK's memory is about to go. */
    static void forgetAll() {
        synchronized (LOOSE) {
            LOOSE.forEach(Mbuf::unwrap);
        }
    }

    void wrap(long newAddress) {
        address = newAddress;
        if (MbufTracker.ENABLED) {
            generation = MbufTracker.generation(newAddress);
        }
    }

    /** Takes it off its packet if that came from this pool, whose memory is about to go. */
    void unwrap(long pool) {
        if (address != NOWHERE && NativeMemory.getLong(address, MbufLayout.POOL) == pool) {
            address = NOWHERE;
        }
    }

    /** Takes it off its packet. */
    void unwrap() {
        address = NOWHERE;
    }

    /**
     * Where the struct is, for functions of DPDK that this library does not have, which a program
     * calls by a downcall of its own.
     *
     * @return the address of a {@code struct rte_mbuf}, good until the packet is sent or freed
     */
    public long address() {
        if (MbufTracker.ENABLED) {
            MbufTracker.checkUse(address, generation);
        }
        return address;
    }

    /**
     * Bytes of data in this segment.
     *
     * @return {@code data_len}, 0 to 65535
     */
    public int length() {
        return NativeMemory.getUnsignedShort(address(), MbufLayout.DATA_LEN);
    }

    /**
     * Bytes of data in the whole packet, over all segments.
     *
     * @return {@code pkt_len}
     */
    public int packetLength() {
        return NativeMemory.getInt(address(), MbufLayout.PKT_LEN);
    }

    /**
     * How many segments the packet has; valid on its first one.
     *
     * @return {@code nb_segs}, 1 or more
     */
    public int segments() {
        return segments(address());
    }

    /**
     * The port that it was received on.
     *
     * @return the port's number; 65535 if it was not received
     */
    public int port() {
        return NativeMemory.getUnsignedShort(address(), MbufLayout.PORT);
    }

    /**
     * How many owners the packet has.
     *
     * @return {@code refcnt}
     */
    public int refCount() {
        return NativeMemory.getUnsignedShort(address(), MbufLayout.REFCNT);
    }

    /**
     * What the device found out, and what it is to do.
     *
     * @return bits of {@link MbufFlags}
     */
    public long offloadFlags() {
        return NativeMemory.getLong(address(), MbufLayout.OL_FLAGS);
    }

    /**
     * Sets what the device is to do. Whether the packet is a clone, or its data lies in memory of a
     * driver's own, stays as it is: by that DPDK knows how to free it.
     *
     * @param flags bits of {@link MbufFlags}
     */
    public void offloadFlags(long flags) {
        long mbuf = address();
        long kept = NativeMemory.getLong(mbuf, MbufLayout.OL_FLAGS) & MbufLayout.NOT_DIRECT;
        NativeMemory.putLong(mbuf, MbufLayout.OL_FLAGS, (flags & ~MbufLayout.NOT_DIRECT) | kept);
    }

    /**
     * The lengths of the headers that offloads work on.
     *
     * @param l2Length bytes of Ethernet and VLAN headers, 0 to 127
     * @param l3Length bytes of the IP header, 0 to 511
     * @param l4Length bytes of the TCP or UDP header, 0 to 255
     * @param segmentSize bytes of TCP payload in each segment that the device makes; 0 for none
     */
    public void txOffload(int l2Length, int l3Length, int l4Length, int segmentSize) {
        long bits =
                (l2Length & 0x7fL)
                        | (l3Length & 0x1ffL) << 7
                        | (l4Length & 0xffL) << 16
                        | (segmentSize & 0xffffL) << 24;
        NativeMemory.putLong(address(), MbufLayout.TX_OFFLOAD, bits);
    }

    /**
     * What kind of packet the device took it for.
     *
     * @return bits of {@code RTE_PTYPE_*}
     */
    public int packetType() {
        return NativeMemory.getInt(address(), MbufLayout.PACKET_TYPE);
    }

    /**
     * The hash by which the device chose the queue.
     *
     * @return the hash; meaningful if {@link #offloadFlags} says so
     */
    public int rssHash() {
        return NativeMemory.getInt(address(), MbufLayout.RSS_HASH);
    }

    /**
     * The VLAN tag that the device took out, or is to insert.
     *
     * @return priority, drop eligibility and VLAN identifier, 16 bits
     */
    public int vlanTci() {
        return NativeMemory.getUnsignedShort(address(), MbufLayout.VLAN_TCI);
    }

    /**
     * Sets the VLAN tag that the device is to insert.
     *
     * @param tci priority, drop eligibility and VLAN identifier, 16 bits
     */
    public void vlanTci(int tci) {
        NativeMemory.putShort(address(), MbufLayout.VLAN_TCI, (short) tci);
    }

    /**
     * Free bytes before the data.
     *
     * @return how many
     */
    public int headroom() {
        return dataOffset(address());
    }

    /**
     * Free bytes behind the data of this segment.
     *
     * @return how many
     */
    public int tailroom() {
        return tailroom(address());
    }

    /**
     * Where the data starts. For views over headers; nothing checks what is read through it.
     *
     * @return an address of native memory, good until the packet is sent or freed or its start
     *     moves
     */
    public long dataAddress() {
        long m = address();
        return NativeMemory.getAddress(m, MbufLayout.BUF_ADDR)
                + NativeMemory.getUnsignedShort(m, MbufLayout.DATA_OFF);
    }

    /**
     * Reads a byte.
     *
     * @param offset where, from the start of the data
     * @return the byte, which has a sign: {@code & 0xff} for 0 to 255
     * @throws IndexOutOfBoundsException if it isn't inside of the data
     */
    public byte getByte(int offset) {
        return NativeMemory.getByte(at(offset, Byte.BYTES), 0);
    }

    /**
     * Reads two bytes in network order.
     *
     * @param offset where, from the start of the data
     * @return the value, which has a sign: {@code & 0xffff} for 0 to 65,535
     * @throws IndexOutOfBoundsException if they aren't inside of the data
     */
    public short getShort(int offset) {
        return (short) NativeMemory.getUnsignedShortBigEndian(at(offset, Short.BYTES), 0);
    }

    /**
     * Reads four bytes in network order.
     *
     * @param offset where, from the start of the data
     * @return the value
     * @throws IndexOutOfBoundsException if they aren't inside of the data
     */
    public int getInt(int offset) {
        return NativeMemory.getIntBigEndian(at(offset, Integer.BYTES), 0);
    }

    /**
     * Reads eight bytes in network order.
     *
     * @param offset where, from the start of the data
     * @return the value
     * @throws IndexOutOfBoundsException if they aren't inside of the data
     */
    public long getLong(int offset) {
        return NativeMemory.getLongBigEndian(at(offset, Long.BYTES), 0);
    }

    /**
     * Writes a byte.
     *
     * @param offset where, from the start of the data
     * @param value what
     * @throws IndexOutOfBoundsException if it isn't inside of the data
     */
    public void setByte(int offset, byte value) {
        NativeMemory.putByte(at(offset, Byte.BYTES), 0, value);
    }

    /**
     * Writes two bytes in network order.
     *
     * @param offset where, from the start of the data
     * @param value what
     * @throws IndexOutOfBoundsException if they aren't inside of the data
     */
    public void setShort(int offset, short value) {
        NativeMemory.putShortBigEndian(at(offset, Short.BYTES), 0, value);
    }

    /**
     * Writes four bytes in network order.
     *
     * @param offset where, from the start of the data
     * @param value what
     * @throws IndexOutOfBoundsException if they aren't inside of the data
     */
    public void setInt(int offset, int value) {
        NativeMemory.putIntBigEndian(at(offset, Integer.BYTES), 0, value);
    }

    /**
     * Writes eight bytes in network order.
     *
     * @param offset where, from the start of the data
     * @param value what
     * @throws IndexOutOfBoundsException if they aren't inside of the data
     */
    public void setLong(int offset, long value) {
        NativeMemory.putLongBigEndian(at(offset, Long.BYTES), 0, value);
    }

    /**
     * Copies data of this segment into an array.
     *
     * @param offset where, from the start of the data
     * @param target the array
     * @param targetOffset first index in the array
     * @param lengthBytes how many bytes
     * @throws IndexOutOfBoundsException if either range is too short
     */
    public void getBytes(int offset, byte[] target, int targetOffset, int lengthBytes) {
        NativeMemory.copyOut(at(offset, lengthBytes), target, targetOffset, lengthBytes);
    }

    /**
     * Copies from an array into the data of this segment.
     *
     * @param offset where, from the start of the data
     * @param source the array
     * @param sourceOffset first index in the array
     * @param lengthBytes how many bytes
     * @throws IndexOutOfBoundsException if either range is too short
     */
    public void setBytes(int offset, byte[] source, int sourceOffset, int lengthBytes) {
        NativeMemory.copyIn(source, sourceOffset, at(offset, lengthBytes), lengthBytes);
    }

    /**
     * Copies the whole packet, over all of its segments, into an array.
     *
     * @param target the array
     * @param targetOffset first index in the array
     * @return how many bytes: {@link #packetLength}
     * @throws IndexOutOfBoundsException if the array is too short; it may then be partly written
     */
    public int copyPacket(byte[] target, int targetOffset) {
        int copied = 0;
        for (long s = address(); s != 0; s = NativeMemory.getLong(s, MbufLayout.NEXT)) {
            int lengthBytes = length(s);
            Objects.checkFromIndexSize(targetOffset + copied, lengthBytes, target.length);
            NativeMemory.copyOut(dataAddress(s), target, targetOffset + copied, lengthBytes);
            copied += lengthBytes;
        }
        return copied;
    }

    /**
     * Makes the packet longer at its end, in its last segment ({@code rte_pktmbuf_append}). The
     * contents of the new bytes are undefined.
     *
     * @param lengthBytes how many bytes
     * @return offset of the first new byte in the last segment, or -1 if its tailroom is too short
     */
    public int append(int lengthBytes) {
        requireWhole();
        long first = address();
        long last = NativeMemory.getLong(first, MbufLayout.NEXT) == 0 ? first : lastSegment(first);
        int before = length(last);
        int room = NativeMemory.getUnsignedShort(last, MbufLayout.BUF_LEN);
        if (lengthBytes < 0 || lengthBytes > room - dataOffset(last) - before) {
            return -1;
        }
        setLength(last, before + lengthBytes);
        addPacketLength(first, lengthBytes);
        return before;
    }

    /**
     * Makes the packet longer at its start ({@code rte_pktmbuf_prepend}). The new bytes hold
     * anything and are at offset 0.
     *
     * @param lengthBytes how many bytes
     * @return false, and nothing is changed, if the headroom is too short
     */
    public boolean prepend(int lengthBytes) {
        requireWhole();
        long m = address();
        if (lengthBytes < 0 || lengthBytes > dataOffset(m)) {
            return false;
        }
        NativeMemory.putShort(m, MbufLayout.DATA_OFF, (short) (dataOffset(m) - lengthBytes));
        setLength(m, length(m) + lengthBytes);
        addPacketLength(m, lengthBytes);
        return true;
    }

    /**
     * Removes bytes at the start of the packet ({@code rte_pktmbuf_adj}).
     *
     * @param lengthBytes how many bytes
     * @return false, and nothing is changed, if the first segment is shorter than that
     */
    public boolean adj(int lengthBytes) {
        requireWhole();
        long m = address();
        if (lengthBytes < 0 || lengthBytes > length(m)) {
            return false;
        }
        NativeMemory.putShort(m, MbufLayout.DATA_OFF, (short) (dataOffset(m) + lengthBytes));
        setLength(m, length(m) - lengthBytes);
        addPacketLength(m, -lengthBytes);
        return true;
    }

    /**
     * Removes bytes at the end of the packet ({@code rte_pktmbuf_trim}).
     *
     * @param lengthBytes how many bytes
     * @return false, and nothing is changed, if the last segment is shorter than that
     */
    public boolean trim(int lengthBytes) {
        requireWhole();
        long first = address();
        long last = lastSegment(first);
        if (lengthBytes < 0 || lengthBytes > length(last)) {
            return false;
        }
        setLength(last, length(last) - lengthBytes);
        addPacketLength(first, -lengthBytes);
        return true;
    }

    /**
     * Moves all data into the first segment ({@code rte_pktmbuf_linearize}).
     *
     * @return false, and nothing is changed, if its tailroom is too short
     */
    public boolean linearize() {
        requireWhole();
        long m = address();
        if (segments(m) <= 1) {
            return true;
        }
        return Rte.__rte_pktmbuf_linearize(MemorySegment.ofAddress(m)) == 0;
    }

    /**
     * Points another flyweight at the segment behind this one.
     *
     * @param next the flyweight to point there, made by {@link #flyweight}; the length of a packet
     *     can't be changed through it
     * @return false, and it points where it did, if this is the last segment
     */
    public boolean nextSegment(Mbuf next) {
        long following = NativeMemory.getLong(address(), MbufLayout.NEXT);
        if (following == 0) {
            return false;
        }
        if (!next.segment) {
            throw new IllegalArgumentException("a burst's own flyweight: use Mbuf.flyweight()");
        }
        next.address = following;
        next.generation = 0;
        return true;
    }

    /** Makes another packet its last segments; that one is no packet of its own any more. */
    boolean chain(Mbuf tail) {
        long head = address();
        long other = tail.address();
        int segments = segments(head) + segments(other);
        if (segments > MAX_SEGMENTS) {
            return false;
        }
        NativeMemory.putLong(lastSegment(head), MbufLayout.NEXT, other);
        NativeMemory.putShort(head, MbufLayout.NB_SEGS, (short) segments);
        addPacketLength(head, NativeMemory.getInt(other, MbufLayout.PKT_LEN));
        // As rte_pktmbuf_chain does: within a packet, pkt_len counts on the first segment only.
        NativeMemory.putInt(other, MbufLayout.PKT_LEN, length(other));
        return true;
    }

    /** Describes lengths and origin. */
    @Override
    public String toString() {
        return address == NOWHERE
                ? "Mbuf[none]"
                : "Mbuf[length="
                        + length()
                        + ", packetLength="
                        + packetLength()
                        + ", segments="
                        + segments()
                        + ", port="
                        + port()
                        + "]";
    }

    private long at(int offset, int lengthBytes) {
        long m = address();
        int length = length(m);
        // As Objects.checkFromIndexSize; where both are constants, one comparison is left of this.
        if ((offset | lengthBytes) < 0 || offset > length - lengthBytes) {
            throw outOfBounds(offset, lengthBytes, length);
        }
        return dataAddress(m) + offset;
    }

    private static IndexOutOfBoundsException outOfBounds(int offset, int lengthBytes, int length) {
        return new IndexOutOfBoundsException(
                "offset=%d lengthBytes=%d length=%d".formatted(offset, lengthBytes, length));
    }

    /** A segment's length is part of its packet's, which only the first one knows. */
    private void requireWhole() {
        if (segment) {
            throw new IllegalStateException("this is a segment: change its packet");
        }
    }

    private static int segments(long m) {
        return NativeMemory.getUnsignedShort(m, MbufLayout.NB_SEGS);
    }

    private static int length(long m) {
        return NativeMemory.getUnsignedShort(m, MbufLayout.DATA_LEN);
    }

    private static void setLength(long m, int lengthBytes) {
        NativeMemory.putShort(m, MbufLayout.DATA_LEN, (short) lengthBytes);
    }

    private static void addPacketLength(long m, int deltaBytes) {
        int lengthBytes = NativeMemory.getInt(m, MbufLayout.PKT_LEN) + deltaBytes;
        NativeMemory.putInt(m, MbufLayout.PKT_LEN, lengthBytes);
    }

    private static int dataOffset(long m) {
        return NativeMemory.getUnsignedShort(m, MbufLayout.DATA_OFF);
    }

    /** In one method, as {@link Step} says why: most accesses come through here. */
    private static long dataAddress(long m) {
        return NativeMemory.getAddress(m, MbufLayout.BUF_ADDR)
                + NativeMemory.getUnsignedShort(m, MbufLayout.DATA_OFF);
    }

    private static int tailroom(long m) {
        int buffer = NativeMemory.getUnsignedShort(m, MbufLayout.BUF_LEN);
        return buffer - dataOffset(m) - length(m);
    }

    private static long lastSegment(long m) {
        long last = m;
        for (long s = m; s != 0; s = NativeMemory.getLong(s, MbufLayout.NEXT)) {
            last = s;
        }
        return last;
    }
}
