// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.forward;

import org.dpdk4j.MacAddress;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;
import org.dpdk4j.net.EtherType;
import org.dpdk4j.net.Ethernet;
import org.dpdk4j.net.IpProtocol;
import org.dpdk4j.net.Ipv4;
import org.dpdk4j.net.Udp;

/**
 * Makes the UDP frames that go round: from and to addresses of RFC 2544's benchmark network, as
 * testpmd's are, one destination after the other; checksums are right.
 */
final class Frames {
    /** Destinations that differ: 198.18.0.0 and those that follow. */
    static final int DESTINATIONS = 1 << 16;

    static final int NETWORK = (198 << 24) | (18 << 16);

    private static final int PORT = 9;
    private static final int TTL = 64;

    /** Spreads consecutive numbers over all destinations. */
    private static final int STRIDE = 40_503;

    private final PktmbufPool pool;
    private final int lengthBytes;
    private final byte[] zeros;
    private final Ethernet ethernet = new Ethernet();
    private final Ipv4 ip = new Ipv4();
    private final Udp udp = new Udp();
    private long source = 0x02_00_00_00_00_01L;
    private long destination = 0x02_00_00_00_00_02L;
    private int made;

    Frames(PktmbufPool pool, int lengthBytes) {
        this.pool = pool;
        this.lengthBytes = lengthBytes;
        this.zeros = new byte[lengthBytes];
    }

    int lengthBytes() {
        return lengthBytes;
    }

    /** From now on they are from one port to another, as a NIC between them needs it. */
    void between(MacAddress from, MacAddress to) {
        source = from.bits();
        destination = to.bits();
    }

    /** The next one is the first again. */
    void startAnew() {
        made = 0;
    }

    /** Fills a burst with new frames; returns how many it got. */
    int fill(MbufBurst burst) {
        int at = burst.size();
        int count = pool.alloc(burst, burst.capacity() - at);
        for (int i = at; i < at + count; i++) {
            write(burst, i);
        }
        return count;
    }

    private void write(MbufBurst burst, int at) {
        // Appending gives no more than the first segment's room: a frame is one segment here.
        burst.get(at).append(lengthBytes);
        burst.get(at).setBytes(0, zeros, 0, lengthBytes);
        ethernet.create(burst.get(at), 0);
        ethernet.sourceBits(source);
        ethernet.destinationBits(destination);
        ethernet.etherType(EtherType.IPV4);
        ip.create(burst.get(at), Ethernet.HEADER_LENGTH);
        ip.totalLength(lengthBytes - Ethernet.HEADER_LENGTH);
        ip.protocol(IpProtocol.UDP);
        ip.ttl(TTL);
        ip.source(NETWORK | (1 << 16) | 1);
        ip.destination(NETWORK | (made++ * STRIDE & (DESTINATIONS - 1)));
        ip.updateChecksum();
        udp.create(burst.get(at), ip.offset() + ip.headerLength());
        udp.length(ip.totalLength() - ip.headerLength());
        udp.sourcePort(PORT);
        udp.destinationPort(PORT);
        udp.updateChecksum(ip);
    }
}
