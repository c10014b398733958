// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.forward;

import org.dpdk4j.MbufBurst;
import org.dpdk4j.RxQueue;
import org.dpdk4j.Step;
import org.dpdk4j.TxQueue;
import org.dpdk4j.net.Ethernet;
import org.dpdk4j.net.Ipv4;
import org.dpdk4j.net.Udp;

/**
 * Computes IPv4's and UDP's checksums anew over all of their bytes, and exchanges the MAC
 * addresses. As testpmd's {@code csum} with checksums in software, which writes addresses of its
 * own.
 *
 * <p>In two stages, as one would read and write more fields than the compiler puts into a method.
 */
final class ChecksumRewrite {
    private ChecksumRewrite() {}

    /** Receives, computes, sends. */
    static Step step(RxQueue rx, TxQueue tx, MbufBurst burst) {
        return new Stages(Stage.receive(rx, burst), ipv4(burst), udp(burst), Stage.send(tx, burst));
    }

    private static Stage ipv4(MbufBurst burst) {
        return new Stage() {
            @Override
            int run() {
                int size = burst.size();
                for (int i = 0; i < size; i++) {
                    Ethernet ethernet = new Ethernet();
                    Ipv4 ip = new Ipv4();
                    if (!ethernet.wrap(burst.get(i), 0)) {
                        continue;
                    }
                    ethernet.swapAddresses();
                    if (ip.wrap(ethernet)) {
                        ip.updateChecksum();
                    }
                }
                return size;
            }
        };
    }

    private static Stage udp(MbufBurst burst) {
        return new Stage() {
            @Override
            int run() {
                int size = burst.size();
                for (int i = 0; i < size; i++) {
                    Ethernet ethernet = new Ethernet();
                    Ipv4 ip = new Ipv4();
                    Udp udp = new Udp();
                    if (ethernet.wrap(burst.get(i), 0)
                            && ip.wrap(ethernet)
                            && udp.wrap(ip)
                            && udp.checksum() != 0) {
                        udp.updateChecksum(ip);
                    }
                }
                return size;
            }
        };
    }
}
