// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import org.dpdk4j.MacAddress;
import org.dpdk4j.bindings.memory.NativeMemory;

/**
 * An Ethernet II header, IEEE 802.3 clause 3.
 *
 * <pre>
 *  0           6          12      14
 * +-----------+-----------+-------+- - -
 * |destination|  source   | type  | payload
 * +-----------+-----------+-------+- - -
 * </pre>
 *
 * <p>Any 14 bytes are a header.
 */
public final class Ethernet extends HeaderView {
    /** The length of the header in bytes. */
    public static final int HEADER_LENGTH = 14;

    /** The destination of a frame for everybody. */
    public static final long BROADCAST_BITS = MAC_BITS;

    private static final int DESTINATION = 0;
    private static final int SOURCE = 6;
    private static final int TYPE = 12;

    /** Makes a view over no header. */
    public Ethernet() {}

    @Override
    public int headerLength() {
        return HEADER_LENGTH;
    }

    /** {@return the destination MAC address, in the low 48 bits} */
    public long destinationBits() {
        return int64(DESTINATION) >>> 16;
    }

    /**
     * Sets the destination MAC address.
     *
     * @param bits the address, in the low 48 bits
     */
    public void destinationBits(long bits) {
        putMac(DESTINATION, bits);
    }

    /** {@return the source MAC address, in the low 48 bits} */
    public long sourceBits() {
        return int64(SOURCE - 2) & MAC_BITS;
    }

    /**
     * Sets the source MAC address.
     *
     * @param bits the address, in the low 48 bits
     */
    public void sourceBits(long bits) {
        putMac(SOURCE, bits);
    }

    /**
     * Sets both MAC addresses at once.
     *
     * @param destinationBits where the frame goes, in the low 48 bits
     * @param sourceBits where it comes from, in the low 48 bits
     */
    public void addresses(long destinationBits, long sourceBits) {
        putLong(DESTINATION, destinationBits << 16 | (sourceBits >>> 32 & 0xffff));
        putInt(SOURCE + 2, (int) sourceBits);
    }

    /**
     * Sets both MAC addresses at once, to what was made ready before.
     *
     * @param addresses where the frame goes, and where it comes from
     */
    public void addresses(EthernetAddresses addresses) {
        requireWrapped();
        long at = address();
        NativeMemory.putLong(at, DESTINATION, addresses.firstEight);
        NativeMemory.putInt(at, DESTINATION + Long.BYTES, addresses.lastFour);
    }

    /** {@return the destination MAC address, as an object; not for the hot path} */
    public MacAddress destination() {
        return MacAddress.of(destinationBits());
    }

    /** {@return the source MAC address, as an object; not for the hot path} */
    public MacAddress source() {
        return MacAddress.of(sourceBits());
    }

    /** {@return what follows, see {@link EtherType}; below {@link EtherType#LEAST} a length} */
    public int etherType() {
        return unsignedShort(TYPE);
    }

    /**
     * Sets what follows.
     *
     * @param etherType one of {@link EtherType}
     */
    public void etherType(int etherType) {
        putShort(TYPE, etherType);
    }

    /** {@return whether the frame is for a group of stations; broadcast is one} */
    public boolean multicast() {
        return (unsignedByte(DESTINATION) & 1) != 0;
    }

    /** {@return whether the frame is for every station} */
    public boolean broadcast() {
        return destinationBits() == BROADCAST_BITS;
    }

    /** Exchanges destination and source. */
    public void swapAddresses() {
        requireWrapped();
        long at = address();
        // Two words in the machine's order (little-endian wherever DPDK and this JDK both run):
        // the first holds d0 … d5 s0 s1, the second d4 d5 s0 … s5, lowest byte first.
        long first = NativeMemory.getLong(at, 0);
        long second = NativeMemory.getLong(at, 4);
        NativeMemory.putLong(at, 0, second >>> 16 | first << 48);
        NativeMemory.putInt(at, 8, (int) (first >>> 16));
    }

    @Override
    int minimumLength() {
        return HEADER_LENGTH;
    }

    @Override
    boolean accept() {
        return true;
    }

    @Override
    void initialise() {}

    @Override
    boolean announces(HeaderView inner) {
        return inner.hasEtherType(NativeMemory.getUnsignedShort(address(), TYPE));
    }
}
