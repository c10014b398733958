// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.forward;

import java.util.Arrays;
import java.util.List;
import org.dpdk4j.Lpm;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.RxQueue;
import org.dpdk4j.Step;
import org.dpdk4j.TxQueue;
import org.dpdk4j.WorkerContext;
import org.dpdk4j.net.Ethernet;
import org.dpdk4j.net.Ipv4;

/**
 * Routes IPv4 by longest prefix, as forwarder.c does: what has no route is dropped, the time to
 * live is counted down and begins anew where it ends, both MAC addresses are those of the route's
 * port.
 */
final class L3Forward implements Step {
    /** Networks of 256 addresses within those that the frames go to. */
    private static final int ROUTES = 256;

    private static final int PREFIX_LENGTH = 24;
    private static final long NEXT_HOP_MAC = 0x02_00_00_00_01_00L;
    private static final long OWN_MAC = 0x02_00_00_00_02_00L;
    private static final int TTL = 64;

    private final RxQueue rx;
    private final TxQueue[] tx;
    private final Lpm routes;
    private final MbufBurst received;
    private final MbufBurst[] batches;

    /** For each packet of a burst: views of its headers, where it goes, by which port. */
    private final Ethernet[] ethernets;

    private final Ipv4[] ips;
    private final int[] destinations;
    private final int[] hops;

    L3Forward(WorkerContext context, RxQueue rx, List<TxQueue> tx, Lpm routes, int burst) {
        this.rx = rx;
        this.tx = tx.toArray(TxQueue[]::new);
        this.routes = routes;
        this.received = context.burst(burst);
        this.batches = new MbufBurst[tx.size()];
        for (int port = 0; port < batches.length; port++) {
            batches[port] = context.burst(burst);
        }
        this.ethernets = new Ethernet[burst];
        Arrays.setAll(ethernets, i -> new Ethernet());
        this.ips = new Ipv4[burst];
        Arrays.setAll(ips, i -> new Ipv4());
        this.destinations = new int[burst];
        this.hops = new int[burst];
    }

    /** Gives the networks to the ports in turn. */
    static void addRoutes(Lpm routes, int ports) {
        for (int i = 0; i < ROUTES; i++) {
            routes.add(Frames.NETWORK | i << 8, PREFIX_LENGTH, i % ports);
        }
    }

    @Override
    public int run() {
        int count = rx.receive(received);
        if (count != 0) {
            // A loop for each part of the work: the compiler stops to put calls into a method that
            // has become large, and one loop that does it all would.
            parse(received, ethernets, ips, destinations);
            routes.lookup(destinations, hops, count);
            rewrite(count, ethernets, ips, hops);
            distribute(received, hops, batches);
            for (int port = 0; port < batches.length; port++) {
                send(batches[port], tx[port]);
            }
            // Those without a route.
            received.freeRemaining();
        }
        return count;
    }

    /** What is no IPv4 goes to 0.0.0.0, where no route leads. */
    private static void parse(
            MbufBurst received, Ethernet[] ethernets, Ipv4[] ips, int[] destinations) {
        int size = received.size();
        for (int i = 0; i < size; i++) {
            boolean ipv4 = ethernets[i].wrap(received.get(i), 0) && ips[i].wrap(ethernets[i]);
            destinations[i] = ipv4 ? ips[i].destination() : 0;
        }
    }

    private static void rewrite(int count, Ethernet[] ethernets, Ipv4[] ips, int[] hops) {
        for (int i = 0; i < count; i++) {
            int port = hops[i];
            if (port >= 0) {
                Ipv4 ip = ips[i];
                if (!ip.decrementTtl()) {
                    ip.ttl(TTL);
                    ip.updateChecksum();
                }
                ethernets[i].destinationBits(NEXT_HOP_MAC | port);
                ethernets[i].sourceBits(OWN_MAC | port);
            }
        }
    }

    private static void distribute(MbufBurst received, int[] hops, MbufBurst[] batches) {
        int size = received.size();
        for (int i = 0; i < size; i++) {
            int port = hops[i];
            if (port >= 0 && port < batches.length) {
                received.moveTo(i, batches[port]);
            }
        }
    }

    private static void send(MbufBurst batch, TxQueue tx) {
        if (batch.size() != 0) {
            tx.send(batch);
            batch.freeRemaining();
        }
    }
}
