// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeaderViewTest {
    private final Ethernet ethernet = new Ethernet();
    private final Ipv4 ip = new Ipv4();
    private final Ipv6 ip6 = new Ipv6();
    private final Udp udp = new Udp();
    private final Tcp tcp = new Tcp();

    @Test
    void shouldReadZerosOverNoHeader() {
        assertThat(ip.wrapped()).isFalse();
        assertThat(ip.headerLength()).isZero();
        assertThat(ip.payloadLength()).isZero();
        assertThat(ip.source()).isZero();
        assertThat(ip.options().next()).isFalse();
        assertThat(ip.checksumValid()).isFalse();
        assertThat(ip.decrementTtl()).isFalse();
        assertThat(ip6.upperLayer()).isEqualTo(-1);
        assertThat(ip6.extensions().next()).isFalse();
        assertThat(ip6.destinationLow()).isZero();
        assertThat(ethernet.destinationBits()).isZero();
        assertThat(new NeighborDiscovery().macBits(1)).isEqualTo(-1);
        assertThat(new NeighborDiscovery().reply(1)).isFalse();
    }

    @Test
    void shouldRefuseStoresOverNoHeader() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ethernet.etherType(1))
                .withMessageContaining("Ethernet is over no header");
        assertThatIllegalStateException().isThrownBy(ethernet::swapAddresses);
        assertThatIllegalStateException().isThrownBy(() -> ethernet.sourceBits(1));
        assertThatIllegalStateException().isThrownBy(ip::swapAddresses);
        assertThatIllegalStateException().isThrownBy(ip::updateChecksum);
        assertThatIllegalStateException().isThrownBy(() -> ip.headerLength(20));
        assertThatIllegalStateException().isThrownBy(() -> ip.source(1));
        assertThatIllegalStateException().isThrownBy(ip6::swapAddresses);
        assertThatIllegalStateException().isThrownBy(() -> ip6.source(1, 1));
        assertThatIllegalStateException().isThrownBy(() -> ip6.nextHeader(0));
        assertThatIllegalStateException().isThrownBy(udp::swapPorts);
        assertThatIllegalStateException().isThrownBy(tcp::swapPorts);
        assertThatIllegalStateException().isThrownBy(() -> tcp.updateChecksum(ip));
        assertThatIllegalStateException().isThrownBy(() -> new Icmp().reply());
        assertThatIllegalStateException().isThrownBy(() -> new Arp().reply(1));
    }

    @Test
    void shouldBeOverNoHeaderAfterARefusal() {
        MemorySegment packet = Captured.packet(Captured.UDP_ODD);
        assertThat(ip.wrap(packet, 14)).isTrue();

        assertThat(ip.wrap(packet, 15)).isFalse();

        assertThat(ip.wrapped()).isFalse();
        assertThat(ip.offset()).isZero();
        assertThat(ip.available()).isZero();
        assertThat(ip.source()).isZero();
    }

    @Test
    void shouldReachFromHeaderToHeader() {
        MemorySegment packet = Captured.packet(Captured.UDP_ODD);

        assertThat(ethernet.wrap(packet, 0) && ip.wrap(ethernet) && udp.wrap(ip)).isTrue();

        assertThat(ip.offset()).isEqualTo(14).isEqualTo(ethernet.payloadOffset());
        assertThat(udp.offset()).isEqualTo(34).isEqualTo(ip.payloadOffset());
        assertThat(udp.payloadOffset()).isEqualTo(42);
        assertThat(udp.payloadLength()).isEqualTo(3);
        assertThat(ip.payloadLength()).isEqualTo(11);
        assertThat(ethernet.payloadLength()).isEqualTo(31);
    }

    @Test
    void shouldRefuseWhatTheOuterHeaderDoesNotAnnounce() {
        assertThat(ethernet.wrap(Captured.packet(Captured.UDP_ODD), 0)).isTrue();
        assertThat(ip.wrap(ethernet)).isTrue();

        assertThat(ip6.wrap(ethernet)).isFalse();
        assertThat(new Arp().wrap(ethernet)).isFalse();
        assertThat(new Vlan().wrap(ethernet)).isFalse();
        assertThat(udp.wrap(ethernet)).isFalse();
        assertThat(tcp.wrap(ip)).isFalse();
        assertThat(new Icmp().wrap(ip)).isFalse();
        assertThat(ethernet.wrap(ip)).isFalse();
    }

    @Test
    void shouldNotTakeALengthFieldForAnEtherType() {
        MemorySegment packet = Captured.packet(Captured.UDP_ODD);
        assertThat(ethernet.wrap(packet, 0)).isTrue();
        // The protocol number of IPv4 in IP; and 0x0008, which is IPv4's type the wrong way round.
        for (int length : new int[] {IpProtocol.IPV4, IpProtocol.IPV4 << 8, 0x0008}) {
            ethernet.etherType(length);
            assertThat(ip.wrap(ethernet)).as("length %d", length).isFalse();
        }
        ethernet.etherType(EtherType.IPV4);
        assertThat(ip.wrap(ethernet)).isTrue();
    }

    @Test
    void shouldWrapIpInIp() {
        MemorySegment packet = Arena.ofAuto().allocate(200);
        ip.create(packet, 0);
        ip.protocol(IpProtocol.IPV6);
        new Ipv6().create(packet, ip.headerLength());
        assertThat(new Ipv6().wrap(ip)).isTrue();
        assertThat(new Ipv4().wrap(ip)).isFalse();

        ip6.create(packet, 0);
        ip6.nextHeader(IpProtocol.IPV6);
        new Ipv6().create(packet, ip6.headerLength());
        assertThat(new Ipv6().wrap(ip6)).isTrue();
        assertThat(new Ipv4().wrap(ip6)).isFalse();

        ip6.nextHeader(IpProtocol.IPV4);
        new Ipv4().create(packet, ip6.headerLength());
        assertThat(new Ipv4().wrap(ip6)).isTrue();
        assertThat(new Ipv6().wrap(ip6)).isFalse();
    }

    @Test
    void shouldWrapNothingOverNothing() {
        assertThat(ip.wrap(ethernet)).isFalse();
        assertThat(udp.wrap(ip)).isFalse();
        assertThat(udp.wrap(ip6)).isFalse();
        assertThat(ip.wrap(ip)).isFalse();
    }

    @Test
    void shouldPassVlanTags() {
        String tags = "88a8 6064 8100 b0c8 0800";
        MemorySegment packet = Captured.packet(Captured.UDP_ODD.replaceFirst(" 0800", tags));
        Vlan outer = new Vlan();
        Vlan inner = new Vlan();

        assertThat(ethernet.wrap(packet, 0) && outer.wrap(ethernet) && inner.wrap(outer)).isTrue();
        assertThat(ip.wrap(inner) && udp.wrap(ip)).isTrue();

        assertThat(ethernet.etherType()).isEqualTo(EtherType.QINQ);
        assertThat(outer.id()).isEqualTo(100);
        assertThat(outer.priority()).isEqualTo(3);
        assertThat(outer.dropEligible()).isFalse();
        assertThat(inner.id()).isEqualTo(200);
        assertThat(inner.priority()).isEqualTo(5);
        assertThat(inner.dropEligible()).isTrue();
        assertThat(inner.etherType()).isEqualTo(EtherType.IPV4);
        assertThat(udp.checksumValid(ip)).isTrue();
    }

    @Test
    void shouldLeavePaddingOutOfThePayload() {
        MemorySegment packet = Captured.packet(Captured.UDP_ODD + "ff".repeat(15));
        assertThat(ethernet.wrap(packet, 0) && ip.wrap(ethernet) && udp.wrap(ip)).isTrue();

        assertThat(ip.available()).isEqualTo(31);
        assertThat(udp.available()).isEqualTo(11);
        assertThat(udp.payloadLength()).isEqualTo(3);
        assertThat(udp.checksumValid(ip)).isTrue();
    }

    @Test
    void shouldNotTakePaddingForAHeader() {
        MemorySegment packet = Captured.packet(Captured.UDP_ODD);
        assertThat(ip.wrap(packet, 14)).isTrue();
        ip.totalLength(20);
        assertThat(ip.wrap(packet, 14)).isTrue();

        assertThat(udp.wrap(ip)).isFalse();
    }

    @Test
    void shouldRefuseOffsetsOutsideThePacket() {
        MemorySegment packet = Captured.packet(Captured.UDP_ODD);

        for (long offset :
                List.of(
                        -1L,
                        Long.MIN_VALUE,
                        -(1L << 32),
                        32L,
                        45L,
                        46L,
                        1L << 32,
                        Long.MAX_VALUE)) {
            assertThat(ethernet.wrap(packet, offset)).isFalse();
            assertThat(ethernet.create(packet, offset)).isFalse();
        }
        assertThat(ethernet.wrap(packet, 31)).isTrue();
    }

    @Test
    void shouldRefuseMemoryThatAnAddressCannotStandFor() throws InterruptedException {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ethernet.wrap(MemorySegment.ofArray(new byte[64]), 0));
        MemorySegment packet = Captured.packet(Captured.UDP_ODD);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ethernet.wrap(packet.asReadOnly(), 0));
        MemorySegment closed;
        try (Arena arena = Arena.ofConfined()) {
            closed = arena.allocate(64);
            Thread stranger =
                    Thread.ofPlatform()
                            .start(() ->
                                    assertThatIllegalArgumentException()
                                            .isThrownBy(() -> ethernet.wrap(closed, 0)));
            stranger.join();
        }
        assertThatIllegalStateException().isThrownBy(() -> ethernet.wrap(closed, 0));
        assertThat(ethernet.wrapped()).isFalse();
    }

    @Test
    void shouldCreateAPacketFromGarbage() {
        MemorySegment packet = Captured.packet("ee".repeat(45));
        assertThat(ethernet.create(packet, 0)).isTrue();
        ethernet.destinationBits(0x020000000002L);
        ethernet.sourceBits(0x020000000001L);
        ethernet.etherType(EtherType.IPV4);
        assertThat(ip.create(packet, ethernet.payloadOffset())).isTrue();
        ip.identification(0x5ef);
        ip.dontFragment(true);
        ip.ttl(64);
        ip.protocol(IpProtocol.UDP);
        ip.source(0xc0000201);
        ip.destination(0xc0000202);
        ip.updateChecksum();
        assertThat(udp.create(packet, ip.payloadOffset())).isTrue();
        udp.sourcePort(40000);
        udp.destinationPort(9999);
        packet.asSlice(udp.payloadOffset()).copyFrom(Captured.packet("6f6464"));
        udp.updateChecksum(ip);

        assertThat(Captured.hex(packet)).isEqualTo(Captured.hex(Captured.UDP_ODD));
    }

    @Test
    void shouldRefuseAChecksumOverTwoPackets() {
        assertThat(ip.wrap(Captured.packet(Captured.UDP_ODD), 14)).isTrue();
        assertThat(udp.wrap(ip)).isTrue();
        Ipv4 other = new Ipv4();
        assertThat(other.wrap(Captured.packet(Captured.UDP_ODD), 14)).isTrue();

        assertThatIllegalArgumentException().isThrownBy(() -> udp.checksumValid(other));
        assertThatIllegalArgumentException().isThrownBy(() -> udp.updateChecksum(other));
    }
}
