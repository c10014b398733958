// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.forward;

import org.dpdk4j.MbufBurst;
import org.dpdk4j.net.Ethernet;
import org.dpdk4j.net.Ipv4;
import org.dpdk4j.net.Udp;

/**
 * Exchanges MAC addresses, IPv4 addresses and UDP ports, as testpmd's {@code 5tswap} does. The
 * checksums stay right, as they are sums.
 */
final class FiveTupleSwap implements PacketFunction {
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
                ip.swapAddresses();
                if (udp.wrap(ip)) {
                    udp.swapPorts();
                }
            }
        }
    }
}
