// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

/**
 * An ARP message that maps IPv4 addresses to Ethernet's, RFC 826.
 *
 * <pre>
 *  0        2        4    5    6         8            14        18           24        28
 * +--------+--------+----+----+---------+------------+---------+------------+---------+
 * |hardware|protocol|  6 |  4 |operation| sender MAC |sender IP| target MAC |target IP|
 * |  = 1   |= 0x0800|    |    |         |            |         |            |         |
 * +--------+--------+----+----+---------+------------+---------+------------+---------+
 * </pre>
 *
 * <p>Messages about other kinds of address are refused by {@code wrap}: their fields lie elsewhere.
 */
public final class Arp extends HeaderView {
    /** The length of the message in bytes. */
    public static final int HEADER_LENGTH = 28;

    /** Operation: who has this address? */
    public static final int REQUEST = 1;

    /** Operation: I have it. */
    public static final int REPLY = 2;

    /** Hardware type 1, protocol type IPv4, lengths 6 and 4: the first six bytes and no other. */
    private static final int ETHERNET_IPV4 = 0x0001_0800;

    private static final int LENGTHS = 0x0604;

    private static final int TYPES_AT = 0;
    private static final int LENGTHS_AT = 4;
    private static final int OPERATION = 6;
    private static final int SENDER_MAC = 8;
    private static final int SENDER_IP = 14;
    private static final int TARGET_MAC = 18;
    private static final int TARGET_IP = 24;

    /** Makes a view over no header. */
    public Arp() {}

    @Override
    public int headerLength() {
        return HEADER_LENGTH;
    }

    /** {@return {@link #REQUEST}, {@link #REPLY} or a rarer operation} */
    public int operation() {
        return unsignedShort(OPERATION);
    }

    /**
     * Sets the operation.
     *
     * @param operation {@link #REQUEST} or {@link #REPLY}
     */
    public void operation(int operation) {
        putShort(OPERATION, operation);
    }

    /** {@return the sender's MAC address, in the low 48 bits} */
    public long senderMacBits() {
        return int64(SENDER_MAC) >>> 16;
    }

    /**
     * Sets the sender's MAC address.
     *
     * @param bits the address, in the low 48 bits
     */
    public void senderMacBits(long bits) {
        putMac(SENDER_MAC, bits);
    }

    /** {@return the sender's IPv4 address} */
    public int senderIp() {
        return int32(SENDER_IP);
    }

    /**
     * Sets the sender's IPv4 address.
     *
     * @param address the address
     */
    public void senderIp(int address) {
        putInt(SENDER_IP, address);
    }

    /** {@return the target's MAC address, in the low 48 bits; of no meaning in a request} */
    public long targetMacBits() {
        return int64(TARGET_MAC - 2) & MAC_BITS;
    }

    /**
     * Sets the target's MAC address.
     *
     * @param bits the address, in the low 48 bits
     */
    public void targetMacBits(long bits) {
        putMac(TARGET_MAC, bits);
    }

    /** {@return the target's IPv4 address: in a request, the one that is looked for} */
    public int targetIp() {
        return int32(TARGET_IP);
    }

    /**
     * Sets the target's IPv4 address.
     *
     * @param address the address
     */
    public void targetIp(int address) {
        putInt(TARGET_IP, address);
    }

    /**
     * Turns a request into the reply to it: the asker becomes the target, the address that was
     * looked for becomes the sender's.
     *
     * @param macBits the MAC address that was looked for, in the low 48 bits
     */
    public void reply(long macBits) {
        int wanted = targetIp();
        targetMacBits(senderMacBits());
        targetIp(senderIp());
        senderMacBits(macBits);
        senderIp(wanted);
        operation(REPLY);
    }

    @Override
    int minimumLength() {
        return HEADER_LENGTH;
    }

    @Override
    boolean accept() {
        return int32(TYPES_AT) == ETHERNET_IPV4 && unsignedShort(LENGTHS_AT) == LENGTHS;
    }

    @Override
    void initialise() {
        putInt(TYPES_AT, ETHERNET_IPV4);
        putShort(LENGTHS_AT, LENGTHS);
    }

    @Override
    boolean hasEtherType(int type) {
        return type == EtherType.ARP_AS_READ;
    }
}
