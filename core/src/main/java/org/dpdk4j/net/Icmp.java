// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

/**
 * An ICMP header, RFC 792.
 *
 * <pre>
 *    0               1               2               4               6
 *   +---------------+---------------+---------------+---------------+---------------+
 *  0|     type      |     code      |   checksum    |  identifier   |   sequence    |
 *   +---------------+---------------+---------------+---------------+---------------+
 *                                                     by type; as echo has it
 * </pre>
 *
 * <p>What an error quotes is cut off, mostly: {@link Ipv4} and {@link Udp} refuse it as it claims
 * more than there is, so read it by {@link org.dpdk4j.Mbuf#getInt} and the like.
 *
 * <p>Any 8 bytes are a header. The checksum covers all that the view reaches: wrap it over the view
 * of its IP header, so that Ethernet's padding isn't counted.
 */
public final class Icmp extends HeaderView {
    /** The length of the header in bytes. */
    public static final int HEADER_LENGTH = 8;

    /** Type: the answer to an echo request. */
    public static final int ECHO_REPLY = 0;

    /** Type: the packet that is quoted could not be delivered. */
    public static final int DESTINATION_UNREACHABLE = 3;

    /** Type: there is a better way. */
    public static final int REDIRECT = 5;

    /** Type: answer this with the same data. */
    public static final int ECHO_REQUEST = 8;

    /** Type: the time to live ran out. */
    public static final int TIME_EXCEEDED = 11;

    /** Type: a field of the packet that is quoted can't be. */
    public static final int PARAMETER_PROBLEM = 12;

    private static final int TYPE = 0;
    private static final int CODE = 1;
    private static final int CHECKSUM = 2;
    private static final int IDENTIFIER = 4;
    private static final int SEQUENCE = 6;

    /** Makes a view over no header. */
    public Icmp() {}

    @Override
    public int headerLength() {
        return HEADER_LENGTH;
    }

    /** {@return the kind of message} */
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

    /** Turns an echo request into the reply to it: type and checksum change, the data stays. */
    public void reply() {
        int before = unsignedShort(TYPE);
        type(ECHO_REPLY);
        checksum(Checksum.update16(checksum(), before, unsignedShort(TYPE)));
    }

    /**
     * Says whether the checksum agrees with the message.
     *
     * @return whether it does; {@code false} if this is over no header
     * @throws IllegalStateException if the message lies in more than one segment
     */
    public boolean checksumValid() {
        return wrapped() && Checksum.valid(messageWords(extent()));
    }

    /**
     * Computes the checksum anew and sets it. Of a first fragment it can't be right, as the rest
     * isn't here.
     *
     * @throws IllegalStateException if the message lies in more than one segment
     */
    public void updateChecksum() {
        requireOnePiece(extent());
        checksum(0);
        putChecksum(CHECKSUM, Checksum.complementOf(messageWords(extent())));
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
        return protocol == IpProtocol.ICMP;
    }
}
