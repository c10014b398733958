// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import org.dpdk4j.bindings.memory.NativeMemory;

/**
 * An IPv6 header, RFC 8200, and the way past its extension headers.
 *
 * <pre>
 *    0               1               2               3
 *   +-------+-------+-------+-------+-------------------------------+
 *  0|   6   | traffic class |              flow label               |
 *   +-------+---------------+-------+---------------+---------------+
 *  4|        payload length         |  next header  |   hop limit   |
 *   +-------------------------------+---------------+---------------+
 *  8|                       source, 16 bytes                        |
 *   +---------------------------------------------------------------+
 * 24|                     destination, 16 bytes                     |
 *   +---------------------------------------------------------------+
 * </pre>
 *
 * <p>{@code wrap} refuses another version and a payload length that is more than the packet has;
 * bytes after it are Ethernet's padding. It finds the upper layer as well, but doesn't refuse a
 * packet for its extension headers: then {@link #upperLayer()} is -1. Jumbograms (RFC 2675), whose
 * payload length is 0, are taken for packets without a payload.
 */
public final class Ipv6 extends HeaderView {
    /** The length of the header in bytes, extension headers not counted. */
    public static final int HEADER_LENGTH = 40;

    private static final int FIRST_WORD = 0;
    private static final int PAYLOAD_LENGTH = 4;
    private static final int NEXT_HEADER = 6;
    private static final int HOP_LIMIT = 7;
    private static final int SOURCE = 8;
    private static final int DESTINATION = 24;

    /** The length of both addresses in bytes. */
    private static final int ADDRESSES_LENGTH = 32;

    /** No header that can be read follows. */
    static final int NOTHING = -1;

    private final Ipv6Extensions extensions = new Ipv6Extensions(this);
    private int upperLayer = NOTHING;
    private int upperLayerStart;

    /** Makes a view over no header. */
    public Ipv6() {}

    @Override
    public int headerLength() {
        return HEADER_LENGTH;
    }

    /** {@return the traffic class: DSCP and ECN, 8 bits} */
    public int trafficClass() {
        return int32(FIRST_WORD) >>> 20 & 0xff;
    }

    /**
     * Sets the traffic class.
     *
     * @param trafficClass DSCP and ECN, 8 bits
     */
    public void trafficClass(int trafficClass) {
        putInt(FIRST_WORD, (int32(FIRST_WORD) & 0xf00f_ffff) | (trafficClass & 0xff) << 20);
    }

    /** {@return the number of the flow that the packet belongs to, 20 bits, RFC 6437} */
    public int flowLabel() {
        return int32(FIRST_WORD) & 0xf_ffff;
    }

    /**
     * Sets the number of the flow that the packet belongs to.
     *
     * @param flowLabel 20 bits
     */
    public void flowLabel(int flowLabel) {
        putInt(FIRST_WORD, (int32(FIRST_WORD) & 0xfff0_0000) | (flowLabel & 0xf_ffff));
    }

    /**
     * Sets the length of what follows this header, extension headers included; {@link
     * #payloadLength()} says what {@code wrap} found there.
     *
     * @param lengthBytes up to 65535
     */
    public void payloadLength(int lengthBytes) {
        putShort(PAYLOAD_LENGTH, lengthBytes);
    }

    /** {@return what follows directly, see {@link IpProtocol}: maybe an extension header} */
    public int nextHeader() {
        return unsignedByte(NEXT_HEADER);
    }

    /**
     * Sets what follows directly, and looks for the upper layer again.
     *
     * @param nextHeader one of {@link IpProtocol}
     */
    public void nextHeader(int nextHeader) {
        putByte(NEXT_HEADER, nextHeader);
        findUpperLayer();
    }

    /** {@return how many routers the packet may still pass, 0 to 255} */
    public int hopLimit() {
        return unsignedByte(HOP_LIMIT);
    }

    /**
     * Sets how many routers the packet may still pass.
     *
     * @param hopLimit 0 to 255
     */
    public void hopLimit(int hopLimit) {
        putByte(HOP_LIMIT, hopLimit);
    }

    /**
     * Takes one from the hop limit, as a router does.
     *
     * @return whether the packet may go on; if not (it had 1 or 0), nothing was changed
     */
    public boolean decrementHopLimit() {
        int before = hopLimit();
        if (before < 2) {
            return false;
        }
        hopLimit(before - 1);
        return true;
    }

    /** {@return the first eight bytes of the address that the packet comes from} */
    public long sourceHigh() {
        return int64(SOURCE);
    }

    /** {@return the last eight bytes of the address that the packet comes from} */
    public long sourceLow() {
        return int64(SOURCE + 8);
    }

    /**
     * Sets the address that the packet comes from.
     *
     * @param high its first eight bytes
     * @param low its last eight bytes
     */
    public void source(long high, long low) {
        putLong(SOURCE, high);
        putLong(SOURCE + 8, low);
    }

    /** {@return the first eight bytes of the address that the packet goes to} */
    public long destinationHigh() {
        return int64(DESTINATION);
    }

    /** {@return the last eight bytes of the address that the packet goes to} */
    public long destinationLow() {
        return int64(DESTINATION + 8);
    }

    /**
     * Sets the address that the packet goes to.
     *
     * @param high its first eight bytes
     * @param low its last eight bytes
     */
    public void destination(long high, long low) {
        putLong(DESTINATION, high);
        putLong(DESTINATION + 8, low);
    }

    /** Exchanges source and destination; all checksums stay valid. */
    public void swapAddresses() {
        requireWrapped();
        swap(address() + SOURCE, address() + DESTINATION);
        swap(address() + SOURCE + 8, address() + DESTINATION + 8);
    }

    /**
     * {@return what follows the extension headers, see {@link IpProtocol}; -1 if they are malformed
     * (see {@link Ipv6Extensions}), if this is a fragment but not the first, or if there is no
     * header}
     */
    public int upperLayer() {
        return wrapped() ? upperLayer : NOTHING;
    }

    /**
     * {@return where what follows the extension headers begins, in bytes from the first of the
     * packet; where the walk ended if {@link #upperLayer()} is -1}
     */
    public int upperLayerOffset() {
        return offset() + payloadStart();
    }

    /** {@return the one walk over this view's extension headers, put before the first of them} */
    public Ipv6Extensions extensions() {
        extensions.rewind();
        return extensions;
    }

    /** {@link Checksum#words} of the pseudo header over a message of so many bytes. */
    long pseudoHeaderWords(int protocol, int lengthBytes) {
        return Checksum.words(address() + SOURCE, ADDRESSES_LENGTH)
                + Checksum.pseudoHeaderEnd(protocol, lengthBytes);
    }

    @Override
    int minimumLength() {
        return HEADER_LENGTH;
    }

    @Override
    boolean accept() {
        int total = HEADER_LENGTH + unsignedShort(PAYLOAD_LENGTH);
        if (unsignedByte(FIRST_WORD) >>> 4 != 6 || !limit(total)) {
            return false;
        }
        findUpperLayer();
        return true;
    }

    @Override
    void initialise() {
        limit(Math.min(extent(), HEADER_LENGTH + 0xffff));
        putInt(FIRST_WORD, 0x6000_0000);
        payloadLength(extent() - HEADER_LENGTH);
        nextHeader(IpProtocol.NO_NEXT_HEADER);
    }

    @Override
    boolean hasEtherType(int type) {
        return type == EtherType.IPV6_AS_READ;
    }

    @Override
    boolean hasProtocol(int protocol) {
        return protocol == IpProtocol.IPV6;
    }

    @Override
    boolean announces(HeaderView inner) {
        return inner.hasProtocol(upperLayer());
    }

    @Override
    int payloadStart() {
        return wrapped() ? upperLayerStart : HEADER_LENGTH;
    }

    private void findUpperLayer() {
        upperLayer = unsignedByte(NEXT_HEADER);
        upperLayerStart = HEADER_LENGTH;
        if (Ipv6Extensions.extension(upperLayer)) {
            passExtensions();
        }
    }

    private void passExtensions() {
        extensions.rewind();
        while (extensions.next()) {
            // The walk ends by itself, at the upper layer or at what can't be one.
        }
        upperLayer = extensions.nextHeader();
        upperLayerStart = extensions.afterBytes();
    }

    private static void swap(long one, long other) {
        long held = NativeMemory.getLong(one, 0);
        NativeMemory.putLong(one, 0, NativeMemory.getLong(other, 0));
        NativeMemory.putLong(other, 0, held);
    }
}
