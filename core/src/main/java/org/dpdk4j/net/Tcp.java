// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import org.dpdk4j.bindings.memory.NativeMemory;
import org.jspecify.annotations.Nullable;

/**
 * A TCP header, RFC 9293.
 *
 * <pre>
 *    0               1               2               3
 *   +-------------------------------+-------------------------------+
 *  0|          source port          |       destination port        |
 *   +-------------------------------+-------------------------------+
 *  4|                        sequence number                        |
 *   +---------------------------------------------------------------+
 *  8|                     acknowledgment number                     |
 *   +-------+-------+---------------+-------------------------------+
 * 12|header | 0     |     flags     |            window             |
 *   +-------+-------+---------------+-------------------------------+
 * 16|           checksum            |        urgent pointer         |
 *   +-------------------------------+-------------------------------+
 * 20|                   options, up to 40 bytes                     |
 * </pre>
 *
 * <p>{@code wrap} refuses a header that says it is shorter than 20 bytes or that is cut off.
 */
public final class Tcp extends HeaderView {
    /** The length in bytes of a header without options. */
    public static final int HEADER_LENGTH = 20;

    /** The length in bytes of the longest header. */
    public static final int MAX_HEADER_LENGTH = 60;

    /** Flag: the sender has no more data. */
    public static final int FIN = 0x01;

    /** Flag: begin, and agree on sequence numbers. */
    public static final int SYN = 0x02;

    /** Flag: the connection is refused or given up. */
    public static final int RST = 0x04;

    /** Flag: hand the data on without waiting for more. */
    public static final int PSH = 0x08;

    /** Flag: the acknowledgment number counts. */
    public static final int ACK = 0x10;

    /** Flag: the urgent pointer counts. */
    public static final int URG = 0x20;

    /** Flag: congestion was seen, RFC 3168. */
    public static final int ECE = 0x40;

    /** Flag: the congestion window was reduced, RFC 3168. */
    public static final int CWR = 0x80;

    /** Option: the longest segment that the sender takes, two bytes; only with SYN. */
    public static final int OPTION_MAXIMUM_SEGMENT_SIZE = 2;

    /** Option: by how many bits the window is to be shifted, one byte; only with SYN, RFC 7323. */
    public static final int OPTION_WINDOW_SCALE = 3;

    /** Option: selective acknowledgments are understood, no value; only with SYN, RFC 2018. */
    public static final int OPTION_SACK_PERMITTED = 4;

    /** Option: selective acknowledgments, pairs of sequence numbers, RFC 2018. */
    public static final int OPTION_SACK = 5;

    /** Option: the sender's time and the echo of the receiver's, four bytes each, RFC 7323. */
    public static final int OPTION_TIMESTAMPS = 8;

    private static final int SOURCE_PORT = 0;
    private static final int DESTINATION_PORT = 2;
    private static final int SEQUENCE = 4;
    private static final int ACKNOWLEDGMENT = 8;
    private static final int DATA_OFFSET = 12;
    private static final int FLAGS = 13;
    private static final int WINDOW = 14;
    private static final int CHECKSUM = 16;
    private static final int URGENT_POINTER = 18;

    /** Made when first asked for: a view that nothing points back to costs no memory in a loop. */
    private @Nullable HeaderOptions options;

    /** Makes a view over no header. */
    public Tcp() {}

    @Override
    public int headerLength() {
        return unsignedByte(DATA_OFFSET) >>> 4 << 2;
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
            throw new IllegalArgumentException("TCP header length: lengthBytes=" + lengthBytes);
        }
        putByte(DATA_OFFSET, lengthBytes >> 2 << 4 | (unsignedByte(DATA_OFFSET) & 0xf));
    }

    /** {@return the port that the segment comes from, 0 to 65535} */
    public int sourcePort() {
        return unsignedShort(SOURCE_PORT);
    }

    /**
     * Sets the port that the segment comes from.
     *
     * @param port 0 to 65535
     */
    public void sourcePort(int port) {
        putShort(SOURCE_PORT, port);
    }

    /** {@return the port that the segment goes to, 0 to 65535} */
    public int destinationPort() {
        return unsignedShort(DESTINATION_PORT);
    }

    /**
     * Sets the port that the segment goes to.
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

    /** {@return the number of the segment's first byte; compare two by the sign of a difference} */
    public int sequence() {
        return int32(SEQUENCE);
    }

    /**
     * Sets the number of the segment's first byte.
     *
     * @param sequence 32 bits
     */
    public void sequence(int sequence) {
        putInt(SEQUENCE, sequence);
    }

    /**
     * {@return the number of the next byte that the sender expects; counts if {@link #ACK} is set}
     */
    public int acknowledgment() {
        return int32(ACKNOWLEDGMENT);
    }

    /**
     * Sets the number of the next byte that the sender expects.
     *
     * @param acknowledgment 32 bits
     */
    public void acknowledgment(int acknowledgment) {
        putInt(ACKNOWLEDGMENT, acknowledgment);
    }

    /** {@return the flags, {@link #FIN} to {@link #CWR}} */
    public int flags() {
        return unsignedByte(FLAGS);
    }

    /**
     * Sets the flags, all eight.
     *
     * @param flags an or of {@link #FIN} to {@link #CWR}
     */
    public void flags(int flags) {
        putByte(FLAGS, flags);
    }

    /**
     * Says whether all of some flags are set.
     *
     * @param flags an or of {@link #FIN} to {@link #CWR}
     * @return whether all of them are
     */
    public boolean has(int flags) {
        return (flags() & flags) == flags;
    }

    /** {@return how many bytes more the sender takes, before scaling, 0 to 65535} */
    public int window() {
        return unsignedShort(WINDOW);
    }

    /**
     * Sets how many bytes more the sender takes.
     *
     * @param window 0 to 65535
     */
    public void window(int window) {
        putShort(WINDOW, window);
    }

    /** {@return the checksum, as the packet has it} */
    public int checksum() {
        return unsignedShort(CHECKSUM);
    }

    /**
     * Sets the checksum.
     *
     * @param checksum 16 bits
     */
    public void checksum(int checksum) {
        putShort(CHECKSUM, checksum);
    }

    /** {@return where urgent data ends; counts if {@link #URG} is set} */
    public int urgentPointer() {
        return unsignedShort(URGENT_POINTER);
    }

    /**
     * Sets where urgent data ends.
     *
     * @param urgentPointer 16 bits
     */
    public void urgentPointer(int urgentPointer) {
        putShort(URGENT_POINTER, urgentPointer);
    }

    /** {@return the one walk over this view's options, put before the first of them} */
    public HeaderOptions options() {
        if (options == null) {
            options = new HeaderOptions(this, HEADER_LENGTH);
        }
        options.rewind();
        return options;
    }

    /**
     * Says whether the checksum agrees with the segment, which ends where the IP packet does.
     *
     * @param ip the header before this one
     * @return whether it does; {@code false} if this is over no header
     * @throws IllegalArgumentException if the other view is over another packet
     * @throws IllegalStateException if the data lies in more than one segment of the packet
     */
    public boolean checksumValid(Ipv4 ip) {
        return wrapped() && Checksum.valid(words(ip, messageLength(ip)));
    }

    /**
     * Says whether the checksum agrees with the segment, which ends where the IP packet does.
     *
     * @param ip the header before this one
     * @return whether it does; {@code false} if this is over no header
     * @throws IllegalArgumentException if the other view is over another packet
     * @throws IllegalStateException if the data lies in more than one segment of the packet
     */
    public boolean checksumValid(Ipv6 ip) {
        return wrapped() && Checksum.valid(words(ip, messageLength(ip)));
    }

    /**
     * Computes the checksum anew and sets it. Of a first fragment ({@code ip.fragment()}) it can't
     * be right, as the rest isn't here: there use {@link Checksum#update32}.
     *
     * @param ip the header before this one
     * @throws IllegalArgumentException if the other view is over another packet
     * @throws IllegalStateException if the data lies in more than one segment of the packet
     */
    public void updateChecksum(Ipv4 ip) {
        int length = messageLength(ip);
        putChecksum(CHECKSUM, renewedChecksum(CHECKSUM, words(ip, length)));
    }

    /**
     * Computes the checksum anew and sets it. Of a first fragment ({@code ip.fragment()}) it can't
     * be right, as the rest isn't here: there use {@link Checksum#update32}.
     *
     * @param ip the header before this one
     * @throws IllegalArgumentException if the other view is over another packet
     * @throws IllegalStateException if the data lies in more than one segment of the packet
     */
    public void updateChecksum(Ipv6 ip) {
        int length = messageLength(ip);
        putChecksum(CHECKSUM, renewedChecksum(CHECKSUM, words(ip, length)));
    }

    private long words(Ipv4 ip, int length) {
        return ip.pseudoHeaderWords(IpProtocol.TCP, length) + messageWords(length);
    }

    private long words(Ipv6 ip, int length) {
        return ip.pseudoHeaderWords(IpProtocol.TCP, length) + messageWords(length);
    }

    @Override
    int minimumLength() {
        return HEADER_LENGTH;
    }

    @Override
    boolean accept() {
        int header = unsignedByte(DATA_OFFSET) >>> 4 << 2;
        return header >= HEADER_LENGTH && header <= available();
    }

    @Override
    void initialise() {
        putByte(DATA_OFFSET, HEADER_LENGTH >> 2 << 4);
    }

    @Override
    boolean hasProtocol(int protocol) {
        return protocol == IpProtocol.TCP;
    }
}
