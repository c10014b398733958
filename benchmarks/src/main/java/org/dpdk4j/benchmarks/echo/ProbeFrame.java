// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import org.dpdk4j.Mbuf;
import org.dpdk4j.net.EtherType;
import org.dpdk4j.net.Ethernet;
import org.dpdk4j.net.IpProtocol;
import org.dpdk4j.net.Ipv4;
import org.dpdk4j.net.Udp;
import org.jspecify.annotations.Nullable;

/**
 * The frames that a measurement sends to one side and expects back: headers and a probe, all fields
 * in network order.
 *
 * <pre>
 *   0            12          14     16         24            32      40                     64
 *   | MAC twice  | ethertype | side | sequence | timestamp   | check | three words of pattern |
 * </pre>
 *
 * <p>or with headers of IPv4 and UDP behind the ethertype, for whoever gets at the probe through a
 * kernel. A forwarder may rewrite the addresses. The check depends on side, sequence and timestamp,
 * so that a frame which comes back with old or mixed contents is seen.
 */
final class ProbeFrame {
    /** Of a frame without IPv4 and UDP. */
    static final int LENGTH = 64;

    private static final int PROBE_LENGTH = 50;
    private static final int UDP_AT = Ethernet.HEADER_LENGTH + Ipv4.HEADER_LENGTH;

    /** Of a frame with both. */
    static final int UDP_LENGTH = UDP_AT + Udp.HEADER_LENGTH + PROBE_LENGTH;

    private static final int TTL = 64;

    /** For local experiments, by IEEE 802. */
    private static final int ETHERTYPE = 0x88b5;

    /** A locally administered address. */
    private static final long MAC = 0x02_64_70_34_6a_00L;

    private static final int ETHERTYPE_AT = 12;
    private static final int SEQUENCE = 2;
    private static final int TIMESTAMP = 10;
    private static final int CHECK = 18;
    private static final int PATTERN = 26;
    private static final long PATTERN_1 = 0x0123_4567_89ab_cdefL;
    private static final long PATTERN_2 = 0xaa55_aa55_55aa_55aaL;
    private static final long PATTERN_3 = 0xffff_0000_00ff_ff00L;

    private final int side;
    private final @Nullable UdpAddresses addresses;

    /** Where the probe begins. */
    private final int at;

    private final Ipv4 ip = new Ipv4();
    private final Udp udp = new Udp();

    private ProbeFrame(int side, @Nullable UdpAddresses addresses, int at) {
        this.side = side;
        this.addresses = addresses;
        this.at = at;
    }

    /** Frames of Ethernet alone. */
    static ProbeFrame plain(int side) {
        return new ProbeFrame(side, null, Ethernet.HEADER_LENGTH);
    }

    /** Frames that a kernel's UDP takes, too. */
    static ProbeFrame udp(int side, UdpAddresses addresses) {
        return new ProbeFrame(side, addresses, UDP_AT + Udp.HEADER_LENGTH);
    }

    int length() {
        return at + PROBE_LENGTH;
    }

    /** Makes an empty packet into a frame, to be stamped. */
    void write(Mbuf packet) {
        packet.append(length());
        if (addresses == null) {
            macs(packet, MAC, MAC, ETHERTYPE);
        }
        packet.setShort(at, (short) side);
        packet.setLong(at + PATTERN, PATTERN_1);
        packet.setLong(at + PATTERN + 8, PATTERN_2);
        packet.setLong(at + PATTERN + 16, PATTERN_3);
    }

    /** Makes a frame, which may have come back, into one that is to be sent. */
    void stamp(Mbuf packet, long sequence, long nanos) {
        packet.setLong(at + SEQUENCE, sequence);
        packet.setLong(at + TIMESTAMP, nanos);
        packet.setLong(at + CHECK, check(sequence, nanos));
        if (addresses != null) {
            address(packet, addresses);
        }
    }

    boolean intact(Mbuf packet) {
        int ethertype = packet.getShort(ETHERTYPE_AT) & 0xffff;
        return packet.packetLength() == length()
                && packet.length() == length()
                && ethertype == (addresses == null ? ETHERTYPE : EtherType.IPV4)
                && (packet.getShort(at) & 0xffff) == side
                && packet.getLong(at + CHECK) == check(sequence(packet), timestamp(packet))
                && packet.getLong(at + PATTERN) == PATTERN_1
                && packet.getLong(at + PATTERN + 8) == PATTERN_2
                && packet.getLong(at + PATTERN + 16) == PATTERN_3;
    }

    long sequence(Mbuf packet) {
        return packet.getLong(at + SEQUENCE);
    }

    long timestamp(Mbuf packet) {
        return packet.getLong(at + TIMESTAMP);
    }

    private void address(Mbuf packet, UdpAddresses to) {
        macs(packet, to.destinationMac(), to.sourceMac(), EtherType.IPV4);
        ip.create(packet, Ethernet.HEADER_LENGTH);
        ip.totalLength(length() - Ethernet.HEADER_LENGTH);
        ip.protocol(IpProtocol.UDP);
        ip.ttl(TTL);
        ip.source(to.source());
        ip.destination(to.destination());
        ip.updateChecksum();
        udp.create(packet, UDP_AT);
        udp.sourcePort(to.port());
        udp.destinationPort(to.port());
        udp.length(length() - UDP_AT);
        udp.updateChecksum(ip);
    }

    private static void macs(Mbuf packet, long destination, long source, int ethertype) {
        packet.setLong(0, destination << 16 | source >>> 32);
        packet.setInt(8, (int) source);
        packet.setShort(ETHERTYPE_AT, (short) ethertype);
    }

    private long check(long sequence, long nanos) {
        long mixed = (sequence + side) * 0x9e37_79b9_7f4a_7c15L ^ nanos;
        return mixed ^ mixed >>> 32;
    }
}
