// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import org.dpdk4j.bindings.memory.NativeMemory;

/**
 * A UDP header, RFC 768.
 *
 * <pre>
 *    0               2               4               6
 *   +---------------+---------------+---------------+---------------+
 *  0|  source port  |  dest. port   |    length     |   checksum    |
 *   +---------------+---------------+---------------+---------------+
 * </pre>
 *
 * <p>{@code wrap} refuses a length that is less than the header's or more than the packet has (the
 * first fragment of a datagram is refused too: its length is that of the whole datagram).
 */
public final class Udp extends HeaderView {
    /** The length of the header in bytes. */
    public static final int HEADER_LENGTH = 8;

    private static final int SOURCE_PORT = 0;
    private static final int DESTINATION_PORT = 2;
    private static final int LENGTH = 4;
    private static final int CHECKSUM = 6;

    /** Makes a view over no header. */
    public Udp() {}

    @Override
    public int headerLength() {
        return HEADER_LENGTH;
    }

    /** {@return the port that the datagram comes from, 0 to 65535} */
    public int sourcePort() {
        return unsignedShort(SOURCE_PORT);
    }

    /**
     * Sets the port that the datagram comes from.
     *
     * @param port 0 to 65535
     */
    public void sourcePort(int port) {
        putShort(SOURCE_PORT, port);
    }

    /** {@return the port that the datagram goes to, 0 to 65535} */
    public int destinationPort() {
        return unsignedShort(DESTINATION_PORT);
    }

    /**
     * Sets the port that the datagram goes to.
     *
     * @param port 0 to 65535
     */
    public void destinationPort(int port) {
        putShort(DESTINATION_PORT, port);
    }

    /** Exchanges the ports; the checksum stays valid. */
    public void swapPorts() {
        requireWrapped();
        int ports = NativeMemory.getInt(address(), SOURCE_PORT);
        NativeMemory.putInt(address(), SOURCE_PORT, Integer.rotateLeft(ports, Short.SIZE));
    }

    /** {@return the length of header and data in bytes} */
    public int length() {
        return unsignedShort(LENGTH);
    }

    /**
     * Sets the length of header and data.
     *
     * @param lengthBytes 8 to 65535
     */
    public void length(int lengthBytes) {
        putShort(LENGTH, lengthBytes);
    }

    /** {@return the checksum, as the packet has it; 0 if the sender made none} */
    public int checksum() {
        return unsignedShort(CHECKSUM);
    }

    /**
     * Sets the checksum.
     *
     * @param checksum 16 bits; 0 for none, which only IPv4 allows
     */
    public void checksum(int checksum) {
        putShort(CHECKSUM, checksum);
    }

    /**
     * Says whether the checksum agrees with the datagram.
     *
     * @param ip the header before this one
     * @return whether it does, or whether there is none; {@code false} if this is over no header
     * @throws IllegalArgumentException if the other view is over another packet
     * @throws IllegalStateException if the datagram lies in more than one segment
     */
    public boolean checksumValid(Ipv4 ip) {
        if (!wrapped() || length() > messageLength(ip)) {
            return false;
        }
        return checksum() == 0 || Checksum.valid(words(ip));
    }

    /**
     * Says whether the checksum agrees with the datagram.
     *
     * @param ip the header before this one
     * @return whether it does; {@code false} if there is none, which IPv6 doesn't allow, or if this
     *     is over no header
     * @throws IllegalArgumentException if the other view is over another packet
     * @throws IllegalStateException if the datagram lies in more than one segment
     */
    public boolean checksumValid(Ipv6 ip) {
        if (!wrapped() || length() > messageLength(ip)) {
            return false;
        }
        return checksum() != 0 && Checksum.valid(words(ip));
    }

    /**
     * Computes the checksum anew and sets it.
     *
     * @param ip the header before this one
     * @throws IllegalArgumentException if the other view is over another packet
     * @throws IllegalStateException if the datagram lies in more than one segment
     */
    public void updateChecksum(Ipv4 ip) {
        requireSamePacket(ip);
        renewChecksum(words(ip));
    }

    /**
     * Computes the checksum anew and sets it.
     *
     * @param ip the header before this one
     * @throws IllegalArgumentException if the other view is over another packet
     * @throws IllegalStateException if the datagram lies in more than one segment
     */
    public void updateChecksum(Ipv6 ip) {
        requireSamePacket(ip);
        renewChecksum(words(ip));
    }

    private long words(Ipv4 ip) {
        int length = length();
        return ip.pseudoHeaderWords(IpProtocol.UDP, length) + messageWords(length);
    }

    private long words(Ipv6 ip) {
        int length = length();
        return ip.pseudoHeaderWords(IpProtocol.UDP, length) + messageWords(length);
    }

    private void renewChecksum(long words) {
        int checksum = renewedChecksum(CHECKSUM, words);
        // A checksum of 0 would say that there is none.
        putChecksum(CHECKSUM, checksum == 0 ? 0xffff : checksum);
    }

    @Override
    int minimumLength() {
        return HEADER_LENGTH;
    }

    @Override
    boolean accept() {
        int length = unsignedShort(LENGTH);
        return length >= HEADER_LENGTH && limit(length);
    }

    @Override
    void initialise() {
        limit(Math.min(extent(), 0xffff));
        length(extent());
    }

    @Override
    boolean hasProtocol(int protocol) {
        return protocol == IpProtocol.UDP;
    }
}
