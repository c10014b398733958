// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

/**
 * An ICMPv6 header, RFC 4443.
 *
 * <pre>
 *    0               1               2               4               6
 *   +---------------+---------------+---------------+---------------+---------------+
 *  0|     type      |     code      |   checksum    |  identifier   |   sequence    |
 *   +---------------+---------------+---------------+---------------+---------------+
 *                                                     by type; as echo has it
 * </pre>
 *
 * <p>Any 8 bytes are a header.
 */
public final class Icmpv6 extends HeaderView {
    /** The length of the header in bytes. */
    public static final int HEADER_LENGTH = 8;

    /** Type: the packet that is quoted could not be delivered. */
    public static final int DESTINATION_UNREACHABLE = 1;

    /** Type: the packet that is quoted was too big for a link. */
    public static final int PACKET_TOO_BIG = 2;

    /** Type: the hop limit ran out. */
    public static final int TIME_EXCEEDED = 3;

    /** Type: a field of the packet that is quoted can't be. */
    public static final int PARAMETER_PROBLEM = 4;

    /** Type: answer this with the same data. */
    public static final int ECHO_REQUEST = 128;

    /** Type: the answer to an echo request. */
    public static final int ECHO_REPLY = 129;

    /** Type: is there a router? RFC 4861. */
    public static final int ROUTER_SOLICITATION = 133;

    /** Type: I am a router. RFC 4861. */
    public static final int ROUTER_ADVERTISEMENT = 134;

    /** Type: who has this address? See {@link NeighborDiscovery}. */
    public static final int NEIGHBOR_SOLICITATION = 135;

    /** Type: I have it. See {@link NeighborDiscovery}. */
    public static final int NEIGHBOR_ADVERTISEMENT = 136;

    private static final int TYPE = 0;
    private static final int CODE = 1;
    private static final int CHECKSUM = 2;
    private static final int IDENTIFIER = 4;
    private static final int SEQUENCE = 6;

    /** Makes a view over no header. */
    public Icmpv6() {}

    @Override
    public int headerLength() {
        return HEADER_LENGTH;
    }

    /** {@return the kind of message; below 128 it reports an error} */
    public int type() {
        return unsignedByte(TYPE);
    }

    /**
     * Sets the kind of message.
     *
     * @param type 0 to 255
     */
    public void type(int type) {
        putByte(TYPE, type);
    }

    /** {@return what the type leaves open, 0 to 255} */
    public int code() {
        return unsignedByte(CODE);
    }

    /**
     * Sets what the type leaves open.
     *
     * @param code 0 to 255
     */
    public void code(int code) {
        putByte(CODE, code);
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

    /** {@return the number of the asker, in an echo} */
    public int identifier() {
        return unsignedShort(IDENTIFIER);
    }

    /**
     * Sets the number of the asker.
     *
     * @param identifier 16 bits
     */
    public void identifier(int identifier) {
        putShort(IDENTIFIER, identifier);
    }

    /** {@return the number of the question, in an echo} */
    public int sequence() {
        return unsignedShort(SEQUENCE);
    }

    /**
     * Sets the number of the question.
     *
     * @param sequence 16 bits
     */
    public void sequence(int sequence) {
        putShort(SEQUENCE, sequence);
    }

    /**
     * Turns an echo request into the reply to it: type and checksum change, the data stays. The
     * checksum is right for the same two addresses, exchanged or not.
     */
    public void reply() {
        int before = unsignedShort(TYPE);
        type(ECHO_REPLY);
        checksum(Checksum.update16(checksum(), before, unsignedShort(TYPE)));
    }

    /**
     * Says whether the checksum agrees with the message, which ends where the IP packet does.
     *
     * @param ip the header before this one
     * @return whether it does; {@code false} if this is over no header
     * @throws IllegalArgumentException if the other view is over another packet
     * @throws IllegalStateException if the message lies in more than one segment
     */
    public boolean checksumValid(Ipv6 ip) {
        return wrapped() && Checksum.valid(words(ip, messageLength(ip)));
    }

    /**
     * Computes the checksum anew and sets it.
     *
     * @param ip the header before this one
     * @throws IllegalArgumentException if the other view is over another packet
     * @throws IllegalStateException if the message lies in more than one segment
     */
    public void updateChecksum(Ipv6 ip) {
        int length = messageLength(ip);
        putChecksum(CHECKSUM, renewedChecksum(CHECKSUM, words(ip, length)));
    }

    private long words(Ipv6 ip, int length) {
        return ip.pseudoHeaderWords(IpProtocol.ICMPV6, length) + messageWords(length);
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
    boolean hasProtocol(int protocol) {
        return protocol == IpProtocol.ICMPV6;
    }
}
