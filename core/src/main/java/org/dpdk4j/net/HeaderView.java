// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.dpdk4j.Mbuf;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.bindings.memory.NativeMemory;
import org.dpdk4j.bindings.memory.Struct;

/**
 * A window onto one header of a packet: where it begins and how far it may reach.
 *
 * <p>The rules that hold for every view, threads and lifetime among them, are in the description of
 * this package.
 */
public abstract sealed class HeaderView
        permits Arp, Ethernet, Icmp, Icmpv6, Ipv4, Ipv6, NeighborDiscovery, Tcp, Udp, Vlan {

    /** An extent that the packet has to be asked for. */
    private static final int UNKNOWN = -1;

    /** The bits of a MAC address. */
    static final long MAC_BITS = 0xffff_ffff_ffffL;

    /**
     * Where a view over no header points: zeros that nobody ever writes, more of them than any
     * accessor at a fixed place reads.
     */
    private static final long NOWHERE = Arena.global().allocate(64, Long.BYTES).address();

    // A view that lives in registers has its state carried from packet to packet, as a loop may be
    // left for the interpreter at any check. So no field holds what follows from another, what
    // several views of a packet share is equal in all of them, and a view over no header has, where
    // that does not matter, the values that it has over most headers. But for `wrapped`, which the
    // compiler knows after each wrap, as it does not know that something is available.

    /** Where the packet begins in memory. */
    private long start = NOWHERE;

    /** Where the header begins in the packet. */
    private int offset;

    /** Bytes from the header's first that may be touched; 0 if there is no header. */
    private int available;

    /**
     * Bytes from the header's first that the packet has, later segments included; {@link #UNKNOWN}
     * until somebody asks, as few do: a packet of one segment ends where the segment does.
     */
    private int extent = UNKNOWN;

    /** The mbuf to ask for an extent that is not known; 0 over other memory. */
    private long mbuf;

    private boolean wrapped;

    HeaderView() {}

    /**
     * Points this view at a header in a packet.
     *
     * @param m the packet
     * @param offset where the header begins, in bytes from the first of the packet
     * @return whether a whole header of this kind is there; if not, the view is over no header
     */
    public final boolean wrap(Mbuf m, int offset) {
        return (place(m.dataAddress(), 0, offset, m.length(), UNKNOWN, m.address()) && accept())
                || none();
    }

    /**
     * Points this view at a header in a packet of a burst, and no flyweight at that packet, as
     * {@link MbufBurst#get} does.
     *
     * @param burst who owns the packet
     * @param index which one it is
     * @param offset where the header begins, in bytes from the first of the packet
     * @return whether a whole header of this kind is there; if not, the view is over no header
     * @throws IndexOutOfBoundsException if there is no such packet
     * @throws IllegalStateException if that packet was freed or moved
     */
    public final boolean wrap(MbufBurst burst, int index, int offset) {
        long m = burst.address(index);
        return (place(MbufFields.data(m), 0, offset, MbufFields.length(m), UNKNOWN, m) && accept())
                || none();
    }

    /**
     * Points this view at what an outer header carries; lengths that the outer header claims are
     * respected, so that Ethernet's padding isn't taken for data.
     *
     * @param outer a view over the header before this one
     * @return whether the outer header announces a header of this kind and it is whole; {@code
     *     false}, too, for every fragment but the first, in which no header follows. If {@code
     *     false}, the view is over no header
     */
    public final boolean wrap(HeaderView outer) {
        return (outer.announces(this) && place(outer) && accept()) || none();
    }

    /**
     * Points this view at a header in native memory, for tools and tests.
     *
     * @param packet all of the packet; its arena must outlive the use of this view, which doesn't
     *     hold on to it
     * @param offset where the header begins, in bytes from the first of the packet
     * @return whether a whole header of this kind is there; if not, the view is over no header
     * @throws IllegalArgumentException if the segment is on the heap, is read-only, is longer than
     *     an int counts, or belongs to another thread
     * @throws IllegalStateException if the segment's arena is closed
     */
    public final boolean wrap(MemorySegment packet, long offset) {
        return (place(packet, offset) && accept()) || none();
    }

    /**
     * Begins a new header in a packet: clears its fixed part, writes what is the same in every such
     * header, and sets length fields so that the rest of the packet is its payload.
     *
     * @param m the packet
     * @param offset where the header shall begin, in bytes from the first of the packet
     * @return whether it fits; if not, nothing was written and the view is over no header
     */
    public final boolean create(Mbuf m, int offset) {
        return place(m.dataAddress(), 0, offset, m.length(), UNKNOWN, m.address())
                ? created()
                : none();
    }

    /**
     * Begins a new header in native memory, as {@link #create(Mbuf, int)} does in a packet.
     *
     * @param packet all of the packet, as {@link #wrap(MemorySegment, long)} wants it
     * @param offset where the header shall begin, in bytes from the first of the packet
     * @return whether it fits; if not, nothing was written and the view is over no header
     * @throws IllegalArgumentException as {@link #wrap(MemorySegment, long)} does
     * @throws IllegalStateException if the segment's arena is closed
     */
    public final boolean create(MemorySegment packet, long offset) {
        return place(packet, offset) ? created() : none();
    }

    /** Takes the view off its packet; it is over no header afterwards. */
    public final void unwrap() {
        start = NOWHERE;
        offset = 0;
        available = 0;
        extent = UNKNOWN;
        mbuf = 0;
        wrapped = false;
    }

    /** {@return whether the view is over a header} */
    public final boolean wrapped() {
        return wrapped;
    }

    /** {@return where the header begins, in bytes from the first of the packet} */
    public final int offset() {
        return offset;
    }

    /**
     * {@return the bytes from the header's first to the last of the packet's first segment; where
     * this or an outer header claims a length, not past that}
     */
    public final int available() {
        return available;
    }

    /** {@return the length of the header in bytes; where it varies, 0 while there is no header} */
    public abstract int headerLength();

    /** {@return where the bytes after the header begin, in bytes from the first of the packet} */
    public final int payloadOffset() {
        return offset + headerLength();
    }

    /**
     * {@return how many bytes follow the header, those in later segments included; where this or an
     * outer header claims a length, not past that; 0 if there is no header}
     */
    public final int payloadLength() {
        return Math.max(0, extent() - headerLength());
    }

    /** The bytes without which this can't be a header of its kind; more than 0. */
    abstract int minimumLength();

    /**
     * Whether what this view was just placed on is a header of its kind. This and {@link
     * #announces} read fields by their places, not by accessors: each call less leaves one to the
     * application, see {@link org.dpdk4j.Step}.
     */
    abstract boolean accept();

    /** Writes what is not zero in a new header. */
    abstract void initialise();

    /** Whether this header says that what follows it is of that view's kind. */
    boolean announces(HeaderView inner) {
        return false;
    }

    /**
     * Whether an EtherType, as {@link EtherType#asRead} has it, stands for headers of this kind.
     */
    boolean hasEtherType(int type) {
        return false;
    }

    /** Whether an IP protocol stands for headers of this kind; numbers beyond 0 to 255 never do. */
    boolean hasProtocol(int protocol) {
        return false;
    }

    /** Where what follows begins, in bytes from the first of this header. */
    int payloadStart() {
        return headerLength();
    }

    final long address() {
        return start + offset;
    }

    final int extent() {
        return extent == UNKNOWN ? extentOfPacket() : extent;
    }

    /**
     * What is left of the first segment, and all of the others. Of a later segment, which knows no
     * packet length, a view reaches the segment.
     */
    private int extentOfPacket() {
        return wrapped ? available + Math.max(0, MbufFields.beyondFirst(mbuf)) : 0;
    }

    /** Ends the view after this many bytes; false if there are fewer. */
    final boolean limit(int lengthBytes) {
        if (lengthBytes <= available) {
            available = lengthBytes;
        } else if (lengthBytes > extent()) {
            return false;
        }
        extent = lengthBytes;
        return true;
    }

    /** How many bytes there are from this header to the end of the IP packet around it. */
    final int messageLength(HeaderView ip) {
        requireSamePacket(ip);
        return ip.offset + ip.extent() - offset;
    }

    final void requireSamePacket(HeaderView ip) {
        if (start != ip.start) {
            throw new IllegalArgumentException(
                    "the IP view is over another packet: offset="
                            + offset
                            + " IP offset="
                            + ip.offset);
        }
    }

    /** {@link Checksum#words} of a message that begins with this header. */
    final long messageWords(int lengthBytes) {
        requireOnePiece(lengthBytes);
        return Checksum.words(address(), lengthBytes);
    }

    /** {@link Checksum#renewed} for the one at a place. */
    final int renewedChecksum(int at, long words) {
        return Checksum.renewed(NativeMemory.getUnsignedShort(address(), at), words);
    }

    /** Writes a checksum that is in the machine's byte order. */
    final void putChecksum(int at, int checksum) {
        requireWrapped();
        NativeMemory.putShort(address(), at, (short) checksum);
    }

    final void requireOnePiece(int lengthBytes) {
        requireWrapped();
        if (lengthBytes < 0 || lengthBytes > available) {
            throw new IllegalStateException(
                    "the message isn't in one piece: length="
                            + lengthBytes
                            + " available="
                            + available
                            + "; add up its segments with Checksum");
        }
    }

    final int unsignedByte(int at) {
        return NativeMemory.getByte(address(), at) & 0xff;
    }

    final int unsignedShort(int at) {
        return NativeMemory.getUnsignedShortBigEndian(address(), at);
    }

    final int int32(int at) {
        return NativeMemory.getIntBigEndian(address(), at);
    }

    final long int64(int at) {
        return NativeMemory.getLongBigEndian(address(), at);
    }

    final void putByte(int at, int value) {
        requireWrapped();
        NativeMemory.putByte(address(), at, (byte) value);
    }

    final void putShort(int at, int value) {
        requireWrapped();
        NativeMemory.putShortBigEndian(address(), at, (short) value);
    }

    final void putInt(int at, int value) {
        requireWrapped();
        NativeMemory.putIntBigEndian(address(), at, value);
    }

    final void putLong(int at, long value) {
        requireWrapped();
        NativeMemory.putLongBigEndian(address(), at, value);
    }

    /** Writes the six bytes of a MAC address. */
    final void putMac(int at, long bits) {
        requireWrapped();
        NativeMemory.putIntBigEndian(address(), at, (int) (bits >>> 16));
        NativeMemory.putShortBigEndian(address(), at + 4, (short) bits);
    }

    final void requireWrapped() {
        if (!wrapped) {
            throw noHeader();
        }
    }

    private IllegalStateException noHeader() {
        return new IllegalStateException(
                getClass().getSimpleName() + " is over no header: wrap was not called or refused");
    }

    private boolean place(HeaderView outer) {
        return place(
                outer.start,
                outer.offset,
                outer.payloadStart(),
                outer.available,
                outer.extent,
                outer.mbuf);
    }

    private boolean place(MemorySegment packet, long at) {
        requirePacket(packet);
        int length = (int) packet.byteSize();
        return at <= length
                && place(packet.address(), 0, (int) Math.max(at, -1), length, length, 0);
    }

    /** Refuses memory that a raw address can't stand for. */
    static void requirePacket(MemorySegment packet) {
        if (!packet.isNative() || packet.isReadOnly() || packet.byteSize() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "a packet must be native, writable and shorter than 2 GiB: " + packet);
        }
        if (!packet.scope().isAlive()) {
            throw new IllegalStateException("the packet's arena is closed: " + packet);
        }
        if (!packet.isAccessibleBy(Thread.currentThread())) {
            throw new IllegalArgumentException("the packet belongs to another thread: " + packet);
        }
    }

    private boolean place(
            long packetStart,
            int baseOffset,
            int by,
            int baseAvailable,
            int baseExtent,
            long packet) {
        int rest = baseAvailable - by;
        if (by < 0 || rest < minimumLength()) {
            return false;
        }
        start = packetStart;
        offset = baseOffset + by;
        available = rest;
        extent = baseExtent == UNKNOWN ? UNKNOWN : baseExtent - by;
        mbuf = packet;
        wrapped = true;
        return true;
    }

    private boolean created() {
        clear(address(), minimumLength());
        initialise();
        return true;
    }

    private boolean none() {
        unwrap();
        return false;
    }

    /** Looked for when first needed: views over other memory do without DPDK. */
    private static final class MbufFields {
        private static final Struct MBUF = Struct.of("rte_mbuf");
        private static final long BUF_ADDR = MBUF.offset("buf_addr");
        private static final long DATA_OFF = MBUF.offset("data_off");
        private static final long DATA_LEN = MBUF.offset("data_len");
        private static final long PKT_LEN = MBUF.offset("pkt_len");

        private MbufFields() {}

        static long data(long mbuf) {
            return NativeMemory.getAddress(mbuf, BUF_ADDR)
                    + NativeMemory.getUnsignedShort(mbuf, DATA_OFF);
        }

        static int length(long mbuf) {
            return NativeMemory.getUnsignedShort(mbuf, DATA_LEN);
        }

        static int beyondFirst(long mbuf) {
            return NativeMemory.getInt(mbuf, PKT_LEN) - length(mbuf);
        }
    }

    private static void clear(long from, int lengthBytes) {
        int i = 0;
        for (; i <= lengthBytes - Long.BYTES; i += Long.BYTES) {
            NativeMemory.putLong(from, i, 0);
        }
        for (; i < lengthBytes; i++) {
            NativeMemory.putByte(from, i, (byte) 0);
        }
    }
}
