// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import java.nio.ByteOrder;
import org.dpdk4j.bindings.memory.NativeMemory;
import org.jspecify.annotations.Nullable;

/**
 * An IPv4 header, RFC 791.
 *
 * <pre>
 *    0               1               2               3
 *   +-------+-------+-----------+---+-------------------------------+
 *  0|   4   |header |   DSCP    |ECN|         total length          |
 *   +-------+-------+-----------+---+-+-+-+-------------------------+
 *  4|        identification         |0|D|M|     fragment offset     |
 *   +---------------+---------------+-+-+-+-------------------------+
 *  8| time to live  |   protocol    |           checksum            |
 *   +---------------+---------------+-------------------------------+
 * 12|                            source                             |
 *   +---------------------------------------------------------------+
 * 16|                          destination                          |
 *   +---------------------------------------------------------------+
 * 20|                   options, up to 40 bytes                     |
 * </pre>
 *
 * <p>{@code wrap} refuses another version, a header shorter than 20 bytes or cut off, and a total
 * length that is less than the header's or more than the packet has. Bytes after the total length
 * are Ethernet's padding; they aren't part of the payload. The checksum isn't looked at: see {@link
 * #checksumValid()}. Setters leave the checksum as it was, except where they say otherwise.
 */
public final class Ipv4 extends HeaderView {
    /** The length in bytes of a header without options. */
    public static final int HEADER_LENGTH = 20;

    /** The length in bytes of the longest header. */
    public static final int MAX_HEADER_LENGTH = 60;

    private static final int VERSION_AND_LENGTH = 0;
    private static final int TRAFFIC_CLASS = 1;
    private static final int TOTAL_LENGTH = 2;
    private static final int IDENTIFICATION = 4;
    private static final int FRAGMENT = 6;
    private static final int TTL = 8;
    private static final int PROTOCOL = 9;
    private static final int CHECKSUM = 10;
    private static final int SOURCE = 12;
    private static final int DESTINATION = 16;

    /** The length of both addresses in bytes. */
    private static final int ADDRESSES_LENGTH = 8;

    /** The first byte of a header without options. */
    private static final int PLAIN = 0x45;

    private static final long ALL_BITS = 0xffff_ffffL;

    /** Of the four bytes from the time to live on, those that aren't the checksum. */
    private static final long WITHOUT_CHECKSUM =
            ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 0xffffL : 0xffff_0000L;

    /** The checksum's lowest bit in the four bytes from the time to live on, as they are read. */
    private static final int CHECKSUM_UNIT = 1 << 16;

    /** The least four bytes from the time to live on whose checksum has a carry when it grows. */
    private static final int FIRST_WITH_CARRY = 0xfffe_0001;

    private static final int DONT_FRAGMENT = 0x4000;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int FRAGMENT_OFFSET = 0x1fff;

    /** Made when first asked for: a view that nothing points back to costs no memory in a loop. */
    private @Nullable HeaderOptions options;

    /** As it was checked, or set since; it counts only while there is a header. */
    private int headerLength = HEADER_LENGTH;

    /** Makes a view over no header. */
    public Ipv4() {}

    @Override
    public int headerLength() {
        return wrapped() ? headerLength : 0;
    }

    /**
     * Sets the length of the header, options included.
     *
     * @param lengthBytes 20 to 60, a multiple of 4, and no more than the view reaches
     * @throws IllegalArgumentException if it is anything else
     */
    public void headerLength(int lengthBytes) {
        requireWrapped();
        if (lengthBytes < HEADER_LENGTH
                || lengthBytes > Math.min(MAX_HEADER_LENGTH, available())
                || (lengthBytes & 3) != 0) {
            throw new IllegalArgumentException("IPv4 header length: lengthBytes=" + lengthBytes);
        }
        putByte(VERSION_AND_LENGTH, 0x40 | lengthBytes >> 2);
        headerLength = lengthBytes;
    }

    /** {@return the differentiated services code point, 0 to 63, RFC 2474} */
    public int dscp() {
        return unsignedByte(TRAFFIC_CLASS) >>> 2;
    }

    /**
     * Sets the differentiated services code point.
     *
     * @param dscp 0 to 63
     */
    public void dscp(int dscp) {
        putByte(TRAFFIC_CLASS, dscp << 2 | ecn());
    }

    /** {@return the congestion notification, 0 to 3, RFC 3168} */
    public int ecn() {
        return unsignedByte(TRAFFIC_CLASS) & 3;
    }

    /**
     * Sets the congestion notification.
     *
     * @param ecn 0 to 3
     */
    public void ecn(int ecn) {
        putByte(TRAFFIC_CLASS, dscp() << 2 | (ecn & 3));
    }

    /** {@return the length of header and payload in bytes} */
    public int totalLength() {
        return unsignedShort(TOTAL_LENGTH);
    }

    /**
     * Sets the length of header and payload.
     *
     * @param lengthBytes up to 65535
     */
    public void totalLength(int lengthBytes) {
        putShort(TOTAL_LENGTH, lengthBytes);
    }

    /** {@return the number that the fragments of one packet share} */
    public int identification() {
        return unsignedShort(IDENTIFICATION);
    }

    /**
     * Sets the number that the fragments of one packet share.
     *
     * @param identification 16 bits
     */
    public void identification(int identification) {
        putShort(IDENTIFICATION, identification);
    }

    /** {@return whether routers must not fragment the packet} */
    public boolean dontFragment() {
        return (unsignedShort(FRAGMENT) & DONT_FRAGMENT) != 0;
    }

    /**
     * Sets whether routers must not fragment the packet.
     *
     * @param dontFragment the new value
     */
    public void dontFragment(boolean dontFragment) {
        putShort(
                FRAGMENT,
                (unsignedShort(FRAGMENT) & ~DONT_FRAGMENT) | (dontFragment ? DONT_FRAGMENT : 0));
    }

    /** {@return whether this is a fragment and not the last} */
    public boolean moreFragments() {
        return (unsignedShort(FRAGMENT) & MORE_FRAGMENTS) != 0;
    }

    /**
     * Sets whether this is a fragment and not the last.
     *
     * @param moreFragments the new value
     */
    public void moreFragments(boolean moreFragments) {
        putShort(
                FRAGMENT,
                (unsignedShort(FRAGMENT) & ~MORE_FRAGMENTS) | (moreFragments ? MORE_FRAGMENTS : 0));
    }

    /**
     * {@return where the payload belongs in the whole packet's, in bytes; if not 0, no header of
     * another protocol follows}
     */
    public int fragmentOffset() {
        return (unsignedShort(FRAGMENT) & FRAGMENT_OFFSET) << 3;
    }

    /**
     * Sets where the payload belongs in the whole packet's.
     *
     * @param offsetBytes up to 65528; a multiple of 8, what is over is ignored
     */
    public void fragmentOffset(int offsetBytes) {
        putShort(
                FRAGMENT,
                (unsignedShort(FRAGMENT) & ~FRAGMENT_OFFSET)
                        | (offsetBytes >>> 3 & FRAGMENT_OFFSET));
    }

    /** {@return whether this is one fragment of several} */
    public boolean fragment() {
        return (unsignedShort(FRAGMENT) & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) != 0;
    }

    /** {@return how many routers the packet may still pass, 0 to 255} */
    public int ttl() {
        return unsignedByte(TTL);
    }

    /**
     * Sets how many routers the packet may still pass.
     *
     * @param ttl 0 to 255
     */
    public void ttl(int ttl) {
        putByte(TTL, ttl);
    }

    /**
     * Takes one from the time to live, as a router does, and adapts the checksum.
     *
     * @return whether the packet may go on; if not (it had 1 or 0), nothing was changed
     */
    public boolean decrementTtl() {
        // Time to live, protocol and checksum are one word, here in the machine's order
        // (little-endian wherever DPDK and this JDK both run): the lowest byte is the time to live,
        // the upper half the checksum. That grows by what the time to live loses, with the carry
        // brought around (RFC 1624; Linux's ip_decrease_ttl).
        int word = NativeMemory.getInt(address(), TTL);
        if ((word & 0xff) < 2) {
            return false;
        }
        requireWrapped();
        int sum = word + CHECKSUM_UNIT - 1;
        boolean carry = Integer.compareUnsigned(word, FIRST_WITH_CARRY) >= 0;
        NativeMemory.putInt(address(), TTL, carry ? sum + CHECKSUM_UNIT : sum);
        return true;
    }

    /** {@return what follows, see {@link IpProtocol}} */
    public int protocol() {
        return unsignedByte(PROTOCOL);
    }

    /**
     * Sets what follows.
     *
     * @param protocol one of {@link IpProtocol}
     */
    public void protocol(int protocol) {
        putByte(PROTOCOL, protocol);
    }

    /** {@return the checksum over the header, as the packet has it} */
    public int checksum() {
        return unsignedShort(CHECKSUM);
    }

    /**
     * Sets the checksum over the header.
     *
     * @param checksum 16 bits
     */
    public void checksum(int checksum) {
        putShort(CHECKSUM, checksum);
    }

    /** {@return whether the checksum agrees with the header} */
    public boolean checksumValid() {
        return wrapped() && Checksum.valid(headerWords(ALL_BITS));
    }

    /** Computes the checksum anew and sets it. */
    public void updateChecksum() {
        putChecksum(CHECKSUM, Checksum.complementOf(headerWords(WITHOUT_CHECKSUM)));
    }

    /** {@return the address that the packet comes from} */
    public int source() {
        return int32(SOURCE);
    }

    /**
     * Sets the address that the packet comes from.
     *
     * @param address the address
     */
    public void source(int address) {
        putInt(SOURCE, address);
    }

    /** {@return the address that the packet goes to} */
    public int destination() {
        return int32(DESTINATION);
    }

    /**
     * Sets the address that the packet goes to.
     *
     * @param address the address
     */
    public void destination(int address) {
        putInt(DESTINATION, address);
    }

    /** Exchanges source and destination; all checksums stay valid. */
    public void swapAddresses() {
        requireWrapped();
        long addresses = NativeMemory.getLong(address(), SOURCE);
        NativeMemory.putLong(address(), SOURCE, Long.rotateLeft(addresses, Integer.SIZE));
    }

    /** {@return the one walk over this view's options, put before the first of them} */
    public HeaderOptions options() {
        if (options == null) {
            options = new HeaderOptions(this, HEADER_LENGTH);
        }
        options.rewind();
        return options;
    }

    /** {@link Checksum#words} of the pseudo header over a message of so many bytes. */
    long pseudoHeaderWords(int protocol, int lengthBytes) {
        return Checksum.words(address() + SOURCE, ADDRESSES_LENGTH)
                + Checksum.pseudoHeaderEnd(protocol, lengthBytes);
    }

    /**
     * {@link Checksum#words} of the header; most have no options.
     *
     * @param mask bits of the word with the checksum that are to count
     */
    private long headerWords(long mask) {
        long at = address();
        long words = 0;
        // The compiler makes a straight line of it, but has one access less to put in for each.
        for (int i = 0; i < HEADER_LENGTH; i += Integer.BYTES) {
            words += NativeMemory.getInt(at, i) & (i == TTL ? mask : ALL_BITS);
        }
        int options = Math.min(headerLength(), available()) - HEADER_LENGTH;
        return options <= 0 ? words : words + Checksum.words(at + HEADER_LENGTH, options);
    }

    @Override
    int minimumLength() {
        return HEADER_LENGTH;
    }

    @Override
    boolean accept() {
        // Version, header length and total length are in the first word: one access instead of
        // three. Without options, as nearly always, the header's length is one that the compiler
        // knows from here on.
        int word = int32(VERSION_AND_LENGTH);
        int header = word >>> 24 == PLAIN ? HEADER_LENGTH : lengthWithOptions(word);
        int total = word & 0xffff;
        if (header > available() || total < header || !limit(total)) {
            return false;
        }
        headerLength = header;
        return true;
    }

    /** Of a header that begins with this word, or more than any packet has if it can't be one. */
    private static int lengthWithOptions(int word) {
        int header = word >>> 22 & 0x3c;
        return word >>> 28 == 4 && header >= HEADER_LENGTH ? header : Integer.MAX_VALUE;
    }

    @Override
    void initialise() {
        limit(Math.min(extent(), 0xffff));
        headerLength = HEADER_LENGTH;
        putByte(VERSION_AND_LENGTH, PLAIN);
        totalLength(extent());
    }

    @Override
    boolean hasEtherType(int type) {
        return type == EtherType.IPV4_AS_READ;
    }

    @Override
    boolean hasProtocol(int protocol) {
        return protocol == IpProtocol.IPV4;
    }

    @Override
    boolean announces(HeaderView inner) {
        // From flags and fragment offset over the time to live to the protocol, in one access. With
        // an offset the number is larger than any protocol.
        return inner.hasProtocol(int32(FRAGMENT) & (FRAGMENT_OFFSET << 16 | 0xff));
    }
}
