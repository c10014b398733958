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
import org.dpdk4j.net.Checksum;
import org.dpdk4j.net.Ethernet;
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

    private L3Forward(WorkerContext context, List<TxQueue> tx, Lpm routes, int burst) {
        this.tx = tx.toArray(TxQueue[]::new);
        this.routes = routes;
        this.received = context.burst(burst);
        this.batches = new MbufBurst[tx.size()];
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
        MbufBurst[] batches = this.batches;
        Lpm routes = this.routes;
        Ethernet ethernet = new Ethernet();
        Ipv4 ip = new Ipv4();
        int count = received.size();
        for (int i = 0; i < count; i++) {
            if (!ethernet.wrap(received.get(i), 0) || !ip.wrap(ethernet)) {
                continue;
            }
            int port = routes.lookup(ip.destination());
            if (port < 0 || port >= batches.length) {
                continue;
            }
            if (!ip.decrementTtl()) {
                // It goes round for ever: begins anew. As this is rare, the compiler would leave a
                // method that takes the view outside, and the view could not stay in registers.
                int protocol = ip.protocol();
                int before = ip.ttl() << 8 | protocol;
                ip.ttl(TTL);
                ip.checksum(Checksum.update16(ip.checksum(), before, TTL << 8 | protocol));
            }
            ethernet.addresses(NEXT_HOP_MAC | port, OWN_MAC | port);
            received.moveTo(i, batches[port]);
        }
        return count;
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
