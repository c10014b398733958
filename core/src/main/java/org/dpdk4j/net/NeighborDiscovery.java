// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

/**
 * A neighbor solicitation or advertisement, IPv6's ARP: RFC 4861 sections 4.3 and 4.4.
 *
 * <pre>
 *    0               1               2               4
 *   +---------------+---------------+---------------+-----+-------------------------+
 *  0|  135 or 136   |       0       |   checksum    |R S O|            0            |
 *   +---------------+---------------+---------------+-----+-------------------------+
 *  8|                               target, 16 bytes                                |
 *   +---------------+---------------+-----------------------------------------------+
 * 24|  option type  |  length / 8   |  MAC address, in options 1 and 2              |  …
 *   +---------------+---------------+-----------------------------------------------+
 * </pre>
 *
 * <p>{@code wrap} refuses other types and codes. A receiver must also see to it that the hop limit
 * is 255 and that the checksum is right, for which an {@link Icmpv6} view goes over the same place.
 */
public final class NeighborDiscovery extends HeaderView {
    /** The length in bytes of a message without options. */
    public static final int HEADER_LENGTH = 24;

    /** Option: the link-layer address of the message's sender. */
    public static final int OPTION_SOURCE_ADDRESS = 1;

    /** Option: the link-layer address of the message's target. */
    public static final int OPTION_TARGET_ADDRESS = 2;

    /** The hop limit that these messages are sent with, so that none comes from beyond the link. */
    public static final int HOP_LIMIT = 255;

    /** Flag of an advertisement: the sender is a router. */
    public static final int ROUTER = 0x80;

    /** Flag of an advertisement: it was asked for. */
    public static final int SOLICITED = 0x40;

    /** Flag of an advertisement: believe it rather than what you knew. */
    public static final int OVERRIDE = 0x20;

    private static final int TYPE = 0;
    private static final int CODE = 1;
    private static final int FLAGS = 4;
    private static final int TARGET = 8;
    private static final int OPTION_LENGTH = 8;

    /** Makes a view over no header. */
    public NeighborDiscovery() {}

    @Override
    public int headerLength() {
        return HEADER_LENGTH;
    }

    /** {@return whether this asks, or else answers} */
    public boolean solicitation() {
        return unsignedByte(TYPE) == Icmpv6.NEIGHBOR_SOLICITATION;
    }

    /** {@return the flags, {@link #ROUTER} to {@link #OVERRIDE}} */
    public int flags() {
        return unsignedByte(FLAGS);
    }

    /**
     * Sets the flags.
     *
     * @param flags an or of {@link #ROUTER} to {@link #OVERRIDE}
     */
    public void flags(int flags) {
        putByte(FLAGS, flags);
    }

    /** {@return the first eight bytes of the address that is asked for} */
    public long targetHigh() {
        return int64(TARGET);
    }

    /** {@return the last eight bytes of the address that is asked for} */
    public long targetLow() {
        return int64(TARGET + 8);
    }

    /**
     * Sets the address that is asked for.
     *
     * @param high its first eight bytes
     * @param low its last eight bytes
     */
    public void target(long high, long low) {
        putLong(TARGET, high);
        putLong(TARGET + 8, low);
    }

    /**
     * Looks for a MAC address among the options.
     *
     * @param option {@link #OPTION_SOURCE_ADDRESS} or {@link #OPTION_TARGET_ADDRESS}
     * @return the address, in the low 48 bits; -1 if there is none or an option before it is
     *     malformed
     */
    public long macBits(int option) {
        int at = HEADER_LENGTH;
        while (at <= available() - OPTION_LENGTH) {
            int length = unsignedByte(at + 1) << 3;
            if (length == 0 || length > available() - at) {
                return -1;
            }
            if (unsignedByte(at) == option) {
                return int64(at) & MAC_BITS;
            }
            at += length;
        }
        return -1;
    }

    /**
     * Turns a solicitation into the advertisement that answers it, the first option into the MAC
     * address that was asked for. The addresses and the checksum are left to do.
     *
     * <p>It says that it answers one asker. Who has no address yet (its source is {@code ::}: it
     * looks whether anybody has the one that it wants) is to be answered otherwise, to all nodes:
     * look at the source before.
     *
     * @param macBits the MAC address that was asked for, in the low 48 bits
     * @return whether it was done; if not, the message has no room for an option, and nothing was
     *     changed
     */
    public boolean reply(long macBits) {
        if (available() < HEADER_LENGTH + OPTION_LENGTH) {
            return false;
        }
        putByte(TYPE, Icmpv6.NEIGHBOR_ADVERTISEMENT);
        putInt(FLAGS, (SOLICITED | OVERRIDE) << 24);
        long option = OPTION_TARGET_ADDRESS << 8 | 1;
        putLong(HEADER_LENGTH, option << 48 | (macBits & MAC_BITS));
        return true;
    }

    @Override
    int minimumLength() {
        return HEADER_LENGTH;
    }

    @Override
    boolean accept() {
        int type = unsignedByte(TYPE);
        return unsignedByte(CODE) == 0
                && (type == Icmpv6.NEIGHBOR_SOLICITATION || type == Icmpv6.NEIGHBOR_ADVERTISEMENT);
    }

    @Override
    void initialise() {
        putByte(TYPE, Icmpv6.NEIGHBOR_SOLICITATION);
    }

    @Override
    boolean hasProtocol(int protocol) {
        return protocol == IpProtocol.ICMPV6;
    }
}
