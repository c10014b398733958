// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.forward;

import java.util.Arrays;
import java.util.List;
import org.dpdk4j.Lpm;
import org.dpdk4j.MacAddress;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.RxQueue;
import org.dpdk4j.Step;
import org.dpdk4j.TxQueue;
import org.dpdk4j.WorkerContext;
import org.dpdk4j.net.Ethernet;
import org.dpdk4j.net.EthernetAddresses;
import org.dpdk4j.net.Ipv4;

/**
 * Routes IPv4 by longest prefix, as forwarder.c does: what has no route is dropped, the time to
 * live is counted down and begins anew where it ends, both MAC addresses are those of the route's
 * port.
 */
final class L3Forward {
    /** Networks of 256 addresses within those that the frames go to. */
    private static final int ROUTES = 256;

    private static final int PREFIX_LENGTH = 24;
    private static final long NEXT_HOP_MAC = 0x02_00_00_00_01_00L;
    private static final long OWN_MAC = 0x02_00_00_00_02_00L;
    private static final int TTL = 64;

    private final TxQueue[] tx;
    private final Lpm routes;
    private final MbufBurst received;

    /** What goes to each port. */
    private final MbufBurst[] batches;

    /** Where each received packet goes. */
    private final int[] nextHops;

    /** Those of what goes to each port. */
    private final EthernetAddresses[] addresses;

    private final Ipv4 expiredIp = new Ipv4();

    /**
     * Whether a packet of the burst has no time to live. A field, as few have: a local variable
     * would be one more to carry from packet to packet.
     */
    private boolean expired;

    private L3Forward(WorkerContext context, List<TxQueue> tx, Lpm routes, int burst) {
        this.tx = tx.toArray(TxQueue[]::new);
        this.routes = routes;
        this.received = context.burst(burst);
        this.batches = new MbufBurst[tx.size()];
        this.addresses = new EthernetAddresses[tx.size()];
        Arrays.setAll(
                addresses,
                port ->
                        EthernetAddresses.of(
                                MacAddress.of(NEXT_HOP_MAC | port), MacAddress.of(OWN_MAC | port)));
        this.nextHops = new int[burst];
        Arrays.setAll(batches, port -> context.burst(burst));
    }

    /** Routes what a queue receives to one of several. */
    static Step step(WorkerContext context, RxQueue rx, List<TxQueue> tx, Lpm routes, int burst) {
        L3Forward router = new L3Forward(context, tx, routes, burst);
        return new Stages(
                Stage.receive(rx, router.received),
                new Stage() {
                    @Override
                    int run() {
                        return router.route();
                    }
                },
                new Stage() {
                    @Override
                    int run() {
                        return router.distribute();
                    }
                },
                new Stage() {
                    @Override
                    int run() {
                        return router.send();
                    }
                });
    }

    /** Gives the networks to the ports in turn. */
    static void addRoutes(Lpm routes, int ports) {
        for (int i = 0; i < ROUTES; i++) {
            routes.add(Frames.NETWORK | i << 8, PREFIX_LENGTH, i % ports);
        }
    }

    private int route() {
        MbufBurst received = this.received;
        int[] nextHops = this.nextHops;
        EthernetAddresses[] addresses = this.addresses;
        Lpm routes = this.routes;
        int count = received.size();
        for (int i = 0; i < count; i++) {
            Ethernet ethernet = new Ethernet();
            Ipv4 ip = new Ipv4();
            if (!ethernet.wrap(received, i, 0) || !ip.wrap(ethernet)) {
                nextHops[i] = Lpm.MISS;
                continue;
            }
            int port = routes.lookup(ip.destination());
            nextHops[i] = port;
            // A miss is below 0, which is a large number without its sign.
            if (Integer.compareUnsigned(port, addresses.length) >= 0) {
                continue;
            }
            if (!ip.decrementTtl()) {
                ip.ttl(0); // marks it
                expired = true;
            }
            ethernet.addresses(addresses[port]);
        }
        if (expired) {
            expired = false;
            beginAnew(count);
        }
        return count;
    }

    /** Has each packet's port take it over. */
    private int distribute() {
        int count = received.size();
        received.distribute(nextHops, batches);
        return count;
    }

    /**
     * Gives packets their first time to live back, as they go round for ever. Afterwards, since few
     * need it: it would take room in the loop that the compiler has none of. So the view here is no
     * local one, which would have to be made.
     */
    private void beginAnew(int count) {
        Ipv4 ip = expiredIp;
        for (int i = 0; i < count; i++) {
            if (ip.wrap(received, i, Ethernet.HEADER_LENGTH) && ip.ttl() == 0) {
                ip.ttl(TTL);
                ip.updateChecksum();
            }
        }
    }

    private int send() {
        int sent = 0;
        for (int port = 0; port < batches.length; port++) {
            if (batches[port].size() != 0) {
                sent += ForwardStep.send(tx[port], batches[port]);
            }
        }
        // Those without a route.
        received.freeRemaining();
        return sent;
    }
}
