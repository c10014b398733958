// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import org.dpdk4j.MbufBurst;
import org.dpdk4j.benchmarks.forward.PacketFunction;
import org.dpdk4j.net.Ethernet;
import org.dpdk4j.net.Ipv4;

/** Reads 28 fields of each packet's headers, nearly as many as fit into one method. */
public final class FieldReader implements PacketFunction {
    /** Seen by others, so that all has to be read. */
    static int sum;

    @Override
    public void process(MbufBurst burst) {
        int size = burst.size();
        for (int i = 0; i < size; i++) {
            Ethernet ethernet = new Ethernet();
            Ipv4 ip = new Ipv4();
            if (ethernet.wrap(burst, i, 0) && ip.wrap(ethernet)) {
                sum += seven(ethernet, ip) + seven(ethernet, ip);
                sum += seven(ethernet, ip) + seven(ethernet, ip);
            }
        }
    }

    private static int seven(Ethernet ethernet, Ipv4 ip) {
        return ip.ttl()
                + ip.source()
                + ip.destination()
                + ip.protocol()
                + ip.identification()
                + ip.checksum()
                + ethernet.etherType();
    }
}
