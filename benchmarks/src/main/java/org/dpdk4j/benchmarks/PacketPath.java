// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import org.dpdk4j.Eal;
import org.dpdk4j.EthConf;
import org.dpdk4j.EthDev;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;
import org.dpdk4j.RxQueue;
import org.dpdk4j.TxQueue;
import org.dpdk4j.net.EtherType;
import org.dpdk4j.net.Ethernet;
import org.dpdk4j.net.IpProtocol;
import org.dpdk4j.net.Ipv4;
import org.dpdk4j.net.Udp;

/**
 * One port without anything on its other end, and what the user of the API does with a burst of its
 * packets. The calls that are measured, for {@link PathBenchmark} and for the test that nothing on
 * the path allocates.
 */
final class PacketPath implements AutoCloseable {
    static final int BURST = 32;

    private static final int DESCRIPTORS = 1024;
    private static final int FRAME_LENGTH = 64;
    private static final int TTL = 64;

    private final Eal eal;
    private final PktmbufPool pool;
    private final EthDev device;
    private final RxQueue rx;
    private final TxQueue tx;
    private final MbufBurst burst = MbufBurst.allocate(BURST);
    private final Ethernet ethernet = new Ethernet();
    private final Ipv4 ip = new Ipv4();
    private final Udp udp = new Udp();
    private long bursts;
    private long sent;

    private PacketPath(Eal eal, PktmbufPool pool, EthDev device) {
        this.eal = eal;
        this.pool = pool;
        this.device = device;
        this.rx = device.claimRx(0);
        this.tx = device.claimTx(0);
    }

    /** Starts EAL with a port of net_ring, which receives what it sends, or of net_null. */
    static PacketPath open(String driver) {
        Eal eal = Eal.builder().detect().vdev(driver + "0").start();
        PktmbufPool pool = eal.pktmbufPool("mbufs").create();
        EthDev device = eal.ethDev(driver + "0");
        device.configure(EthConf.builder().build());
        device.setupRx(0, DESCRIPTORS, pool);
        device.setupTx(0, DESCRIPTORS);
        device.start();
        return new PacketPath(eal, pool, device);
    }

    /** Sends a burst of UDP packets, for net_ring to go round. */
    void fill() {
        allocate();
        for (int i = 0; i < burst.size(); i++) {
            write(i);
        }
        send();
    }

    private void write(int at) {
        burst.get(at).append(FRAME_LENGTH);
        ethernet.create(burst.get(at), 0);
        ethernet.etherType(EtherType.IPV4);
        ip.create(burst.get(at), Ethernet.HEADER_LENGTH);
        ip.totalLength(FRAME_LENGTH - Ethernet.HEADER_LENGTH);
        ip.protocol(IpProtocol.UDP);
        ip.ttl(TTL);
        ip.updateChecksum();
        udp.create(burst.get(at), ip.offset() + ip.headerLength());
        udp.length(ip.totalLength() - ip.headerLength());
        udp.sourcePort(1000 + at);
        udp.destinationPort(2000 + at);
    }

    /** Receives a burst and sends it. */
    int forward() {
        rx.receive(burst);
        return send();
    }

    /** The same, with the MAC addresses exchanged. */
    int swapMacAddresses() {
        int received = rx.receive(burst);
        for (int i = 0; i < received; i++) {
            if (ethernet.wrap(burst, i, 0)) {
                ethernet.swapAddresses();
            }
        }
        return send();
    }

    /** Receives a burst, reads and writes three headers of each packet, and sends it. */
    int route() {
        int received = rx.receive(burst);
        int flows = 0;
        for (int i = 0; i < received; i++) {
            if (ethernet.wrap(burst, i, 0) && ip.wrap(ethernet) && udp.wrap(ip)) {
                flows += ip.source() ^ ip.destination() ^ udp.sourcePort() ^ udp.destinationPort();
                if (!ip.decrementTtl()) {
                    ip.ttl(TTL);
                    ip.updateChecksum();
                }
                ethernet.swapAddresses();
            }
        }
        return flows + send();
    }

    /** Takes a burst of packets from the pool and gives it back. */
    int allocateAndFree() {
        int allocated = allocate();
        burst.freeRemaining();
        return allocated;
    }

    /** Cleans up, and fails if not every burst was full, or the driver counted other packets. */
    @Override
    public void close() {
        long counted = device.stats().opackets();
        VirtualPorts.drain(rx, burst);
        burst.close();
        rx.close();
        tx.close();
        eal.close();
        if (sent != bursts * BURST || counted != sent) {
            throw new IllegalStateException(
                    "sent "
                            + sent
                            + " packets in "
                            + bursts
                            + " bursts, and the driver counted "
                            + counted);
        }
    }

    private int allocate() {
        return pool.alloc(burst, BURST);
    }

    private int send() {
        int accepted = tx.send(burst);
        burst.freeRemaining();
        bursts++;
        sent += accepted;
        return accepted;
    }
}
