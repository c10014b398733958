// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.forward;

import org.dpdk4j.MbufBurst;
import org.dpdk4j.net.Ethernet;
import org.dpdk4j.net.Ipv4;
import org.dpdk4j.net.Udp;

/**
 * Computes IPv4's and UDP's checksums anew over all of their bytes, and exchanges the MAC
 * addresses. As testpmd's {@code csum} with checksums in software, which writes addresses of its
 * own.
 */
final class ChecksumRewrite implements PacketFunction {
    @Override
    public void process(MbufBurst burst) {
        int size = burst.size();
        for (int i = 0; i < size; i++) {
            Ethernet ethernet = new Ethernet();
            Ipv4 ip = new Ipv4();
            Udp udp = new Udp();
            if (!ethernet.wrap(burst, i, 0)) {
                continue;
            }
            ethernet.swapAddresses();
            if (ip.wrap(ethernet)) {
                ip.updateChecksum();
                if (udp.wrap(ip) && udp.checksum() != 0) {
                    udp.updateChecksum(ip);
                }
            }
        }
    }
}
