// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import java.time.Duration;
import java.util.List;
import org.dpdk4j.Eal;
import org.dpdk4j.EthDev;
import org.dpdk4j.Mbuf;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.RxQueue;
import org.dpdk4j.ShutdownSignal;
import org.dpdk4j.Step;
import org.dpdk4j.TxQueue;
import org.dpdk4j.Worker;
import org.dpdk4j.WorkerContext;
import org.dpdk4j.net.Arp;
import org.dpdk4j.net.EtherType;
import org.dpdk4j.net.Ethernet;
import org.dpdk4j.net.Icmp;
import org.dpdk4j.net.Icmpv6;
import org.dpdk4j.net.IpProtocol;
import org.dpdk4j.net.Ipv4;
import org.dpdk4j.net.Ipv4Address;
import org.dpdk4j.net.Ipv6;
import org.dpdk4j.net.Ipv6Address;
import org.dpdk4j.net.Ipv6Extensions;
import org.dpdk4j.net.NeighborDiscovery;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Answers ARP, ping and IPv6's neighbour discovery for an address.
 *
 * <p>The kernel can ping it:
 *
 * <pre>
 * examples/run echo --vdev net_tap0,iface=dtap0 -- --ip 10.0.0.2 --ip6 fd00::2
 * ip addr add 10.0.0.1/24 dev dtap0; ip addr add fd00::1/64 dev dtap0
 * ping 10.0.0.2; ping fd00::2
 * </pre>
 */
@Command(
        name = "echo",
        description =
                "Answers ARP, ping (ICMP and ICMPv6 echo) and neighbour solicitations for an"
                        + " address, each in the buffer that it came in.")
public final class Echo extends Example {
    private static final int BURST = 32;
    private static final int TTL = 64;

    @Option(names = "--ip", paramLabel = "ADDRESS", description = "IPv4 address to answer for.")
    String ip = "";

    @Option(names = "--ip6", paramLabel = "ADDRESS", description = "IPv6 address to answer for.")
    String ip6 = "";

    @Mixin final PortOptions ports = new PortOptions();
    @Mixin final RunOptions options = new RunOptions();

    /** Starts it. */
    public static void main(String... args) {
        new Echo().launch(args);
    }

    @Override
    void run(String[] ealArguments) {
        Ipv4Address own = ip.isEmpty() ? null : ipv4();
        Ipv6Address own6 = ip6.isEmpty() ? null : ipv6();
        if (own == null && own6 == null) {
            throw wrong("there is nothing to answer for: give --ip, --ip6, or both");
        }
        try (ShutdownSignal signal = ShutdownSignal.install();
                Eal eal = Eal.builder().detect().arguments(ealArguments).start()) {
            EthDev port = ports.choose(this, eal);
            ports.open(eal, port, 0);
            // Neighbour solicitations come to a multicast address.
            port.promiscuous(true);
            System.out.println("answering on port " + port.name() + " for " + ip + " " + ip6);
            Totals totals = new Totals();
            int lcore = eal.lcores().getLast();
            try (Worker worker =
                    eal.worker(
                            lcore,
                            options.idle(),
                            context -> new Responder(context, port, own, own6, totals))) {
                options.awaitEnd(signal, List.of(worker), Duration.ZERO, () -> {});
            }
            System.out.println(totals);
        }
    }

    private Ipv4Address ipv4() {
        try {
            return Ipv4Address.parse(ip);
        } catch (IllegalArgumentException e) {
            throw wrong("--ip: " + e.getMessage());
        }
    }

    private Ipv6Address ipv6() {
        try {
            return Ipv6Address.parse(ip6);
        } catch (IllegalArgumentException e) {
            throw wrong("--ip6: " + e.getMessage());
        }
    }

    /** The packet path: what becomes an answer stays in the burst, all else is freed. */
    private static final class Responder implements Step {
        private final RxQueue rx;
        private final TxQueue tx;
        private final MbufBurst burst;
        private final long mac;
        private final boolean hasIp;
        private final int ownIp;
        private final boolean hasIp6;
        private final long ownHigh;
        private final long ownLow;
        private final Totals totals;
        private final Ethernet ethernet = new Ethernet();
        private final Arp arp = new Arp();
        private final Ipv4 ipv4 = new Ipv4();
        private final Icmp icmp = new Icmp();
        private final Ipv6 ipv6 = new Ipv6();
        private final Icmpv6 icmpv6 = new Icmpv6();
        private final NeighborDiscovery neighbor = new NeighborDiscovery();

        Responder(
                WorkerContext context,
                EthDev port,
                @Nullable Ipv4Address ip,
                @Nullable Ipv6Address ip6,
                Totals totals) {
            this.rx = context.claimRx(port, 0);
            this.tx = context.claimTx(port, 0);
            this.burst = context.burst(BURST);
            this.mac = port.macAddress().bits();
            this.hasIp = ip != null;
            this.ownIp = ip == null ? 0 : ip.bits();
            this.hasIp6 = ip6 != null;
            this.ownHigh = ip6 == null ? 0 : ip6.high();
            this.ownLow = ip6 == null ? 0 : ip6.low();
            this.totals = totals;
        }

        @Override
        public int run() {
            int received = rx.receive(burst);
            for (int i = 0; i < received; i++) {
                if (!answer(burst.get(i))) {
                    totals.ignored++;
                    burst.free(i);
                }
            }
            tx.send(burst);
            totals.unsent += burst.size();
            burst.freeRemaining();
            return received;
        }

        private boolean answer(Mbuf m) {
            if (!m.linearize() || !ethernet.wrap(m, 0)) {
                return false;
            }
            boolean answered =
                    switch (ethernet.etherType()) {
                        case EtherType.ARP -> hasIp && answerArp();
                        case EtherType.IPV4 -> hasIp && answerPing();
                        case EtherType.IPV6 -> hasIp6 && answerIpv6(m);
                        default -> false;
                    };
            if (answered) {
                ethernet.destinationBits(ethernet.sourceBits());
                ethernet.sourceBits(mac);
            }
            return answered;
        }

        private boolean answerArp() {
            if (!arp.wrap(ethernet) || arp.operation() != Arp.REQUEST || arp.targetIp() != ownIp) {
                return false;
            }
            arp.reply(mac);
            totals.arp++;
            return true;
        }

        /**
         * A ping in fragments is answered fragment by fragment: the reply's bytes are the request's
         * but for the type and the checksum, which are both in the first.
         */
        private boolean answerPing() {
            if (!ipv4.wrap(ethernet) || ipv4.destination() != ownIp || !ipv4.checksumValid()) {
                return false;
            }
            if (ipv4.fragmentOffset() > 0) {
                if (ipv4.protocol() != IpProtocol.ICMP) {
                    return false;
                }
                totals.fragments++;
            } else {
                if (!icmp.wrap(ipv4)
                        || icmp.type() != Icmp.ECHO_REQUEST
                        || (!ipv4.moreFragments() && !icmp.checksumValid())) {
                    return false;
                }
                icmp.reply();
                totals.icmp++;
            }
            ipv4.swapAddresses();
            ipv4.ttl(TTL);
            ipv4.updateChecksum();
            return true;
        }

        private boolean answerIpv6(Mbuf m) {
            if (!ipv6.wrap(ethernet)) {
                return false;
            }
            Ipv6Extensions fragment = fragmentHeader();
            if (fragment != null) {
                return answerFragment6(m, fragment);
            }
            if (!icmpv6.wrap(ipv6) || !icmpv6.checksumValid(ipv6)) {
                return false;
            }
            return switch (icmpv6.type()) {
                case Icmpv6.ECHO_REQUEST -> answerPing6();
                case Icmpv6.NEIGHBOR_SOLICITATION -> answerSolicitation();
                default -> false;
            };
        }

        private @Nullable Ipv6Extensions fragmentHeader() {
            Ipv6Extensions header = ipv6.extensions();
            while (header.next()) {
                if (header.type() == IpProtocol.FRAGMENT) {
                    return header;
                }
            }
            return null;
        }

        private boolean answerFragment6(Mbuf m, Ipv6Extensions fragment) {
            if (fragment.fragmentOffset() == 0) {
                return icmpv6.wrap(ipv6) && icmpv6.type() == Icmpv6.ECHO_REQUEST && answerPing6();
            }
            // Its first byte tells what the whole packet carries.
            if (m.getByte(fragment.offset()) != IpProtocol.ICMPV6 || !forUs()) {
                return false;
            }
            ipv6.swapAddresses();
            ipv6.hopLimit(TTL);
            totals.fragments++;
            return true;
        }

        private boolean answerPing6() {
            if (!forUs()) {
                return false;
            }
            icmpv6.reply();
            ipv6.swapAddresses();
            ipv6.hopLimit(TTL);
            totals.icmpv6++;
            return true;
        }

        private boolean forUs() {
            return ipv6.destinationHigh() == ownHigh && ipv6.destinationLow() == ownLow;
        }

        /** RFC 4861; whoever asks without an address of its own gets no answer. */
        private boolean answerSolicitation() {
            if (ipv6.hopLimit() != NeighborDiscovery.HOP_LIMIT
                    || (ipv6.sourceHigh() | ipv6.sourceLow()) == 0
                    || !neighbor.wrap(ipv6)
                    || neighbor.targetHigh() != ownHigh
                    || neighbor.targetLow() != ownLow
                    || !neighbor.reply(mac)) {
                return false;
            }
            ipv6.destination(ipv6.sourceHigh(), ipv6.sourceLow());
            ipv6.source(ownHigh, ownLow);
            icmpv6.updateChecksum(ipv6);
            totals.solicitations++;
            return true;
        }
    }

    /** What came of it; written by the worker, read when that has ended. */
    private static final class Totals {
        private long arp;
        private long icmp;
        private long icmpv6;
        private long fragments;
        private long solicitations;
        private long ignored;
        private long unsent;

        @Override
        public String toString() {
            return ("answered: %d ARP, %d ICMP, %d ICMPv6, %d later fragments, "
                            + "%d neighbour solicitations; %d ignored, %d not sent")
                    .formatted(arp, icmp, icmpv6, fragments, solicitations, ignored, unsent);
        }
    }
}
