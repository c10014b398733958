// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class Icmpv6Test {
    private final Ethernet ethernet = new Ethernet();
    private final Ipv6 ip = new Ipv6();
    private final Icmpv6 icmp = new Icmpv6();
    private final NeighborDiscovery neighbor = new NeighborDiscovery();

    @Test
    void shouldReadAnEchoRequest() {
        assertThat(ip.wrap(Captured.packet(Captured.PING6), 14) && icmp.wrap(ip)).isTrue();

        assertThat(icmp.type()).isEqualTo(Icmpv6.ECHO_REQUEST);
        assertThat(icmp.code()).isZero();
        assertThat(icmp.checksum()).isEqualTo(0x8e48);
        assertThat(icmp.identifier()).isEqualTo(0x298b);
        assertThat(icmp.sequence()).isOne();
        assertThat(icmp.checksumValid(ip)).isTrue();
        icmp.sequence(2);
        assertThat(icmp.checksumValid(ip)).isFalse();
        assertThat(neighbor.wrap(ip)).isFalse();
    }

    @Test
    void shouldReplyAsLinuxDoes() {
        MemorySegment packet = Captured.packet(Captured.PING6);
        assertThat(ethernet.wrap(packet, 0) && ip.wrap(ethernet) && icmp.wrap(ip)).isTrue();

        ethernet.swapAddresses();
        ip.swapAddresses();
        ip.flowLabel(0xae7b5);
        icmp.reply();

        assertThat(Captured.hex(packet)).isEqualTo(Captured.hex(Captured.PONG6));
    }

    @Test
    void shouldReadASolicitation() {
        assertThat(ip.wrap(Captured.packet(Captured.NEIGHBOR_SOLICITATION), 14)).isTrue();
        assertThat(icmp.wrap(ip) && neighbor.wrap(ip)).isTrue();
        assertThat(icmp.checksumValid(ip)).isTrue();
        assertThat(neighbor.solicitation()).isTrue();
        assertThat(neighbor.macBits(NeighborDiscovery.OPTION_SOURCE_ADDRESS))
                .isEqualTo(0x0200_0000_0001L);
        assertThat(neighbor.macBits(NeighborDiscovery.OPTION_TARGET_ADDRESS)).isEqualTo(-1);
        Ipv6Address target = new Ipv6Address(neighbor.targetHigh(), neighbor.targetLow());
        assertThat(target).hasToString("2001:db8::2");
        assertThat(target.solicitedNode())
                .isEqualTo(new Ipv6Address(ip.destinationHigh(), ip.destinationLow()));
    }

    @Test
    void shouldAdvertiseAsLinuxDoes() {
        MemorySegment packet = Captured.packet(Captured.NEIGHBOR_SOLICITATION);
        assertThat(ethernet.wrap(packet, 0) && ip.wrap(ethernet)).isTrue();
        assertThat(icmp.wrap(ip) && neighbor.wrap(ip)).isTrue();

        assertThat(neighbor.reply(0x0200_0000_0002L)).isTrue();
        ethernet.destinationBits(ethernet.sourceBits());
        ethernet.sourceBits(0x0200_0000_0002L);
        ip.destination(ip.sourceHigh(), ip.sourceLow());
        ip.source(neighbor.targetHigh(), neighbor.targetLow());
        icmp.updateChecksum(ip);

        assertThat(Captured.hex(packet)).isEqualTo(Captured.hex(Captured.NEIGHBOR_ADVERTISEMENT));
        assertThat(neighbor.solicitation()).isFalse();
        assertThat(neighbor.flags())
                .isEqualTo(NeighborDiscovery.SOLICITED | NeighborDiscovery.OVERRIDE);
    }

    @Test
    void shouldNotReplyWhereThereIsNoRoom() {
        MemorySegment packet = Captured.packet("8700000000000000" + "00".repeat(16));
        assertThat(neighbor.wrap(packet, 0)).isTrue();
        assertThat(neighbor.reply(1)).isFalse();
        assertThat(neighbor.solicitation()).isTrue();
    }

    @Test
    void shouldStopAtMalformedOptions() {
        String message = "8700000000000000" + "00".repeat(16);
        assertThat(neighbor.wrap(Captured.packet(message + "0300" + "00".repeat(30)), 0)).isTrue();
        assertThat(neighbor.macBits(0)).as("length of 0").isEqualTo(-1);
        assertThat(neighbor.wrap(Captured.packet(message + "0102" + "00".repeat(13)), 0)).isTrue();
        assertThat(neighbor.macBits(1)).as("cut off").isEqualTo(-1);
        assertThat(neighbor.wrap(Captured.packet(message + "0102" + "00".repeat(6)), 0)).isTrue();
        assertThat(neighbor.macBits(1)).as("longer than the message").isEqualTo(-1);
        String nonce = "0e01" + "00".repeat(6);
        assertThat(neighbor.wrap(Captured.packet(message + nonce + "0101" + "0a0b0c0d0e0f"), 0))
                .isTrue();
        assertThat(neighbor.macBits(1)).isEqualTo(0x0a0b_0c0d_0e0fL);
    }

    @Test
    void shouldWriteEachFieldAlone() {
        MemorySegment packet = Captured.packet("ee".repeat(26));
        assertThat(icmp.create(packet, 1)).isTrue();
        icmp.type(0x187);
        icmp.code(0x102);
        icmp.checksum(0x1_0304);
        icmp.identifier(0x1_0506);
        icmp.sequence(0x1_0708);
        assertThat(Captured.hex(packet)).isEqualTo("ee8702030405060708" + "ee".repeat(17));
        assertThat(neighbor.create(packet, 1)).isTrue();
        neighbor.flags(0x180);
        neighbor.target(0x0102030405060708L, 0x090a0b0c0d0e0f10L);
        assertThat(Captured.hex(packet))
                .isEqualTo("ee8700000080000000" + "0102030405060708090a0b0c0d0e0f10" + "ee");
    }
}
