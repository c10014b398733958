// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.dpdk4j.Eal;
import org.dpdk4j.EalBuilder;
import org.dpdk4j.EthConf;
import org.dpdk4j.EthDev;
import org.dpdk4j.Mbuf;
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
 * Ports of one virtual driver, and a thread that polls their queues one after the other; what it
 * claims to have moved is compared with what DPDK counted.
 */
final class VirtualPorts implements AutoCloseable {
    static final int FRAME_LENGTH = 64;

    private static final int DESCRIPTORS = 1024;

    private final Eal eal;
    private final PktmbufPool pool;
    private final MbufBurst burst;
    private final List<EthDev> ports = new ArrayList<>();
    private final RxQueue[] rx;
    private final TxQueue[] tx;
    private int at;
    private long sent;

    private VirtualPorts(Eal eal, PktmbufPool pool, int burstSize, int queues) {
        this.eal = eal;
        this.pool = pool;
        this.burst = MbufBurst.allocate(burstSize);
        this.rx = new RxQueue[queues];
        this.tx = new TxQueue[queues];
    }

    /** Starts EAL with so many ports, each with so many queues, and polls in bursts of a size. */
    static VirtualPorts open(String driver, int ports, int queues, int poolSize, int burstSize) {
        EalBuilder builder = Eal.builder().detect().noPci();
        for (int i = 0; i < ports; i++) {
            builder.vdev(driver + i);
        }
        Eal eal = builder.start();
        PktmbufPool pool = eal.pktmbufPool("mbufs").size(poolSize).create();
        VirtualPorts opened = new VirtualPorts(eal, pool, burstSize, ports * queues);
        for (int i = 0; i < ports; i++) {
            opened.add(eal.ethDev(driver + i), queues);
        }
        return opened;
    }

    private void add(EthDev port, int queues) {
        port.configure(EthConf.builder().rxQueues(queues).txQueues(queues).build());
        for (int queue = 0; queue < queues; queue++) {
            port.setupRx(queue, DESCRIPTORS, pool);
            port.setupTx(queue, DESCRIPTORS);
        }
        port.start();
        for (int queue = 0; queue < queues; queue++) {
            rx[ports.size() * queues + queue] = port.claimRx(queue);
            tx[ports.size() * queues + queue] = port.claimTx(queue);
        }
        ports.add(port);
    }

    /** The first of them. */
    EthDev port() {
        return ports.getFirst();
    }

    /**
     * Gives each queue so many bursts of UDP packets of so many flows, for net_ring to go round.
     */
    void fill(int bursts, int flows) {
        for (TxQueue queue : tx) {
            for (int i = 0; i < bursts; i++) {
                pool.alloc(burst, burst.capacity());
                for (int packet = 0; packet < burst.size(); packet++) {
                    write(burst.get(packet), (i * burst.capacity() + packet) % flows);
                }
                sent += queue.send(burst);
            }
        }
        if (sent != (long) tx.length * bursts * burst.capacity()) {
            throw new IllegalStateException("only " + sent + " packets could be put in");
        }
    }

    private static void write(Mbuf packet, int flow) {
        packet.append(FRAME_LENGTH);
        Ethernet ethernet = new Ethernet();
        ethernet.create(packet, 0);
        ethernet.etherType(EtherType.IPV4);
        Ipv4 ip = new Ipv4();
        ip.create(packet, Ethernet.HEADER_LENGTH);
        ip.protocol(IpProtocol.UDP);
        ip.source(0x0a000001);
        ip.destination(0x0a000100 + flow);
        ip.ttl(64);
        ip.updateChecksum();
        Udp udp = new Udp();
        udp.create(packet, Ethernet.HEADER_LENGTH + Ipv4.HEADER_LENGTH);
        udp.sourcePort(1000 + flow);
        udp.destinationPort(2000);
    }

    /** Receives a burst from the queue whose turn it is. */
    MbufBurst receive() {
        rx[at].receive(burst);
        return burst;
    }

    /** Sends what was received by the same queue; the next one is due. */
    int send() {
        int accepted = tx[at].send(burst);
        burst.freeRemaining();
        sent += accepted;
        at = at + 1 == tx.length ? 0 : at + 1;
        return accepted;
    }

    /** A queue, for those that count by themselves what they move. */
    RxQueue rx(int queue) {
        return rx[queue];
    }

    /** The other way. */
    TxQueue tx(int queue) {
        return tx[queue];
    }

    /** What is received into. */
    MbufBurst burst() {
        return burst;
    }

    /** Adds what was sent by the queues themselves. */
    void count(long packets) {
        sent += packets;
    }

    /** Frees what lies in a queue; net_null's never ends, and counts as empty after a while. */
    static void drain(RxQueue queue, MbufBurst burst) {
        for (int i = 0; i < DESCRIPTORS && queue.receive(burst) != 0; i++) {
            burst.freeRemaining();
        }
    }

    /** Cleans up, and fails if the drivers counted other packets, or if a queue has had none. */
    @Override
    public void close() {
        long counted = ports.stream().mapToLong(port -> port.stats().opackets()).sum();
        boolean idle = ports.stream().anyMatch(port -> port.stats().ipackets() == 0);
        for (RxQueue queue : rx) {
            drain(queue, burst);
        }
        burst.close();
        for (int i = 0; i < tx.length; i++) {
            rx[i].close();
            tx[i].close();
        }
        eal.close();
        if (counted != sent || idle) {
            throw new IllegalStateException(
                    "moved " + sent + " packets, and the drivers counted " + counted);
        }
    }
}
