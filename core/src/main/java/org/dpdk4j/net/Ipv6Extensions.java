// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import org.dpdk4j.bindings.memory.NativeMemory;

/**
 * A walk over the extension headers between an IPv6 header and what it carries, RFC 8200 section 4.
 *
 * <pre>
 *  0    1      2
 * +----+------+-------------------+
 * |next|length| by type           |   hop-by-hop, routing, destination: (length + 1) * 8 bytes
 * +----+------+-------------------+   authentication (RFC 4302):        (length + 2) * 4 bytes
 *                                     fragment:                          8 bytes
 * </pre>
 *
 * <p>The walk knows these five. It ends before the first header of another type, which is the upper
 * layer: TCP, UDP, ICMPv6, but also ESP, whose inside nobody can read, and "no next header". It
 * ends as {@link #malformed()} where a header is cut off or reaches past the packet, where
 * hop-by-hop options aren't first, and after {@value #LIMIT} headers. It ends after the fragment
 * header of any fragment but the first, whose bytes are the middle of something.
 *
 * <p>The walk is good for as long as the view that it came from isn't wrapped again.
 */
public final class Ipv6Extensions {
    /** More extension headers than this are taken for an attack. */
    public static final int LIMIT = 16;

    private static final int SHORTEST = 8;

    private final Ipv6 ip;
    private long address;
    private int base;
    private int end;
    private int type;
    private int start;
    private int after;
    private int following;
    private int count;
    private boolean malformed;

    Ipv6Extensions(Ipv6 ip) {
        this.ip = ip;
        following = Ipv6.NOTHING;
    }

    /** Whether a header of this type is one that the walk passes over. */
    static boolean extension(int type) {
        return type == IpProtocol.HOP_BY_HOP
                || type == IpProtocol.ROUTING
                || type == IpProtocol.FRAGMENT
                || type == IpProtocol.AH
                || type == IpProtocol.DESTINATION_OPTIONS;
    }

    /**
     * Starts again; the place and the bounds are kept, so that a new wrap can't move them apart.
     */
    void rewind() {
        address = ip.address();
        base = ip.offset();
        end = ip.available();
        type = Ipv6.NOTHING;
        start = Ipv6.HEADER_LENGTH;
        after = Ipv6.HEADER_LENGTH;
        following = end == 0 ? Ipv6.NOTHING : ip.nextHeader();
        count = 0;
        malformed = false;
    }

    /**
     * Goes to the next extension header.
     *
     * @return whether there is one
     */
    public boolean next() {
        if (!extension(following)) {
            return false;
        }
        int rest = end - after;
        if (count == LIMIT
                || (following == IpProtocol.HOP_BY_HOP && count > 0)
                || rest < SHORTEST
                || lengthAt(after, following) > rest) {
            malformed = true;
            following = Ipv6.NOTHING;
            return false;
        }
        count++;
        type = following;
        start = after;
        after = start + lengthAt(start, type);
        following = byteAt(start);
        if (type == IpProtocol.FRAGMENT && fragmentOffset() != 0) {
            following = Ipv6.NOTHING;
        }
        return true;
    }

    /** {@return whether the walk ended because a header can't be as it is} */
    public boolean malformed() {
        return malformed;
    }

    /** {@return the type of this header, see {@link IpProtocol}; -1 before the first} */
    public int type() {
        return type;
    }

    /** {@return where this header begins, in bytes from the first of the packet} */
    public int offset() {
        return base + start;
    }

    /** {@return the length of this header in bytes} */
    public int lengthBytes() {
        return after - start;
    }

    /**
     * {@return what follows this header, see {@link IpProtocol}; -1 if what follows isn't the
     * beginning of a header, or the walk ended as malformed}
     */
    public int nextHeader() {
        return following;
    }

    /**
     * {@return where a fragment's payload belongs in the whole packet's, in bytes; 0 if this is no
     * fragment header}
     */
    public int fragmentOffset() {
        return type == IpProtocol.FRAGMENT ? shortAt(start + 2) & 0xfff8 : 0;
    }

    /** {@return whether this is the header of a fragment that isn't the last} */
    public boolean moreFragments() {
        return type == IpProtocol.FRAGMENT && (shortAt(start + 2) & 1) != 0;
    }

    /**
     * {@return the number that the fragments of one packet share; 0 if this is no fragment header}
     */
    public int identification() {
        return type == IpProtocol.FRAGMENT ? NativeMemory.getIntBigEndian(address, start + 4) : 0;
    }

    /** Where what follows this header begins, in bytes from the first of the IPv6 header. */
    int afterBytes() {
        return after;
    }

    private int lengthAt(int at, int headerType) {
        return switch (headerType) {
            case IpProtocol.FRAGMENT -> SHORTEST;
            case IpProtocol.AH -> (byteAt(at + 1) + 2) << 2;
            default -> (byteAt(at + 1) + 1) << 3;
        };
    }

    private int byteAt(int at) {
        return NativeMemory.getByte(address, at) & 0xff;
    }

    private int shortAt(int at) {
        return NativeMemory.getUnsignedShortBigEndian(address, at);
    }
}
