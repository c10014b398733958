// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Ipv6Test {
    private static final String HOP_BY_HOP = "00";
    private static final String ROUTING = "2b";
    private static final String FRAGMENT = "2c";
    private static final String ESP = "32";
    private static final String AH = "33";
    private static final String NONE = "3b";
    private static final String DESTINATION = "3c";
    private static final String UDP = "11";

    private static final String DATAGRAM = "9c40270f000b0daf6f6464";

    private final Ethernet ethernet = new Ethernet();
    private final Ipv6 ip = new Ipv6();
    private final Udp udp = new Udp();

    @Test
    void shouldReadAPacket() {
        assertThat(ethernet.wrap(Captured.packet(Captured.PING6), 0) && ip.wrap(ethernet)).isTrue();

        assertThat(ip.trafficClass()).isZero();
        assertThat(ip.flowLabel()).isEqualTo(0xeb180);
        assertThat(ip.payloadLength()).isEqualTo(25);
        assertThat(ip.nextHeader()).isEqualTo(IpProtocol.ICMPV6);
        assertThat(ip.hopLimit()).isEqualTo(64);
        assertThat(Ipv6Address.format(ip.sourceHigh(), ip.sourceLow())).isEqualTo("2001:db8::1");
        assertThat(Ipv6Address.format(ip.destinationHigh(), ip.destinationLow()))
                .isEqualTo("2001:db8::2");
        assertThat(ip.upperLayer()).isEqualTo(IpProtocol.ICMPV6);
        assertThat(ip.upperLayerOffset()).isEqualTo(54);
        assertThat(ip.extensions().next()).isFalse();
        assertThat(ip.extensions().malformed()).isFalse();
    }

    @Test
    void shouldWriteEachFieldAlone() {
        MemorySegment packet = Captured.packet("ee".repeat(44));
        assertThat(ip.create(packet, 2)).isTrue();
        assertThat(Captured.hex(packet))
                .isEqualTo("eeee" + "60000000" + "00023b00" + "00".repeat(32) + "eeee");
        ip.trafficClass(0x1ab);
        ip.flowLabel(0xff1_2345);
        ip.payloadLength(0x1_0001);
        ip.nextHeader(0x111);
        ip.hopLimit(0x140);
        ip.source(0x0102030405060708L, 0x090a0b0c0d0e0f10L);
        ip.destination(0x1112131415161718L, 0x191a1b1c1d1e1f20L);
        String addresses = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20";
        assertThat(Captured.hex(packet))
                .isEqualTo("eeee" + "6ab12345" + "00011140" + addresses + "eeee");
        assertThat(ip.trafficClass()).isEqualTo(0xab);
        assertThat(ip.flowLabel()).isEqualTo(0x12345);
        ip.trafficClass(0);
        assertThat(ip.flowLabel()).isEqualTo(0x12345);
        ip.swapAddresses();
        assertThat(Captured.hex(packet))
                .endsWith(addresses.substring(32) + addresses.substring(0, 32) + "eeee");
    }

    @Test
    void shouldFindTheUpperLayerOfACreatedPacket() {
        MemorySegment packet = Captured.packet("00".repeat(60));
        assertThat(ip.create(packet, 0)).isTrue();
        assertThat(udp.create(packet, 40)).isTrue();
        assertThat(udp.wrap(ip)).isFalse();
        assertThat(udp.create(packet, 40)).isTrue();
        ip.nextHeader(IpProtocol.UDP);
        assertThat(udp.wrap(ip)).isTrue();
        udp.updateChecksum(ip);
        assertThat(udp.checksumValid(ip)).isTrue();
    }

    @Test
    void shouldRefuseLies() {
        byte[] bytes = Captured.bytes(Captured.PING6);
        bytes[14] = 0x40;
        assertThat(ip.wrap(Captured.packet(bytes), 14)).as("version 4").isFalse();
        bytes[14] = 0x60;
        bytes[19]++;
        assertThat(ip.wrap(Captured.packet(bytes), 14)).as("one byte too many").isFalse();
        bytes[19] = 0x18;
        assertThat(ip.wrap(Captured.packet(bytes), 14)).as("one byte of padding").isTrue();
        assertThat(ip.payloadLength()).isEqualTo(24);
        for (int n = 0; n < 78; n++) {
            assertThat(ip.wrap(Captured.packet(Arrays.copyOf(bytes, n)), 14)).isFalse();
        }
    }

    @Test
    void shouldDecrementTheHopLimitDownToOne() {
        assertThat(ip.wrap(Captured.packet(Captured.PING6), 14)).isTrue();
        ip.hopLimit(2);
        assertThat(ip.decrementHopLimit()).isTrue();
        assertThat(ip.hopLimit()).isOne();
        assertThat(ip.decrementHopLimit()).isFalse();
        assertThat(ip.hopLimit()).isOne();
    }

    @Test
    void shouldPassHopByHopOptionsOfLinux() {
        Icmpv6 icmp = new Icmpv6();
        assertThat(ip.wrap(Captured.packet(Captured.MLD_BEHIND_HOP_BY_HOP), 14)).isTrue();
        assertThat(ip.nextHeader()).isEqualTo(IpProtocol.HOP_BY_HOP);
        assertThat(ip.upperLayer()).isEqualTo(IpProtocol.ICMPV6);
        assertThat(icmp.wrap(ip)).isTrue();
        assertThat(icmp.offset()).isEqualTo(62);
        assertThat(icmp.type()).isEqualTo(143);
        assertThat(icmp.checksumValid(ip)).isTrue();
    }

    @Test
    void shouldPassDestinationOptionsOfLinux() {
        assertThat(ip.wrap(Captured.packet(Captured.UDP_BEHIND_DESTINATION_OPTIONS), 14)).isTrue();
        assertThat(udp.wrap(ip)).isTrue();
        assertThat(udp.offset()).isEqualTo(62);
        assertThat(udp.destinationPort()).isEqualTo(9999);
        assertThat(udp.checksumValid(ip)).isTrue();
    }

    @Test
    void shouldReadTheFirstFragmentOfLinux() {
        assertThat(ip.wrap(Captured.packet(Captured.FIRST_FRAGMENT), 14)).isTrue();
        Ipv6Extensions walk = ip.extensions();
        assertThat(walk.next()).isTrue();
        assertThat(walk.type()).isEqualTo(IpProtocol.FRAGMENT);
        assertThat(walk.fragmentOffset()).isZero();
        assertThat(walk.moreFragments()).isTrue();
        assertThat(walk.identification()).isEqualTo(0x130b5aca);
        assertThat(ip.upperLayer()).isEqualTo(IpProtocol.UDP);
        assertThat(udp.wrap(ip)).as("its length is the whole datagram's").isFalse();
    }

    @Test
    void shouldPassAllFiveExtensionHeaders() {
        String chain =
                DESTINATION
                        + "00010400000000" // hop-by-hop, 8 bytes
                        + (ROUTING + "01" + "00".repeat(14)) // destination, 16
                        + (FRAGMENT + "02" + "00".repeat(22)) // routing, 24
                        + (AH + "000001" + "00000007") // first fragment, 8
                        + (UDP + "04" + "00".repeat(22)); // authentication, 24
        assertThat(wrap(HOP_BY_HOP, chain + DATAGRAM)).isTrue();

        assertThat(ip.upperLayer()).isEqualTo(IpProtocol.UDP);
        assertThat(ip.upperLayerOffset()).isEqualTo(40 + 80);
        assertThat(udp.wrap(ip)).isTrue();
        assertThat(udp.destinationPort()).isEqualTo(9999);
        int[] types = {0, 60, 43, 44, 51};
        int[] lengths = {8, 16, 24, 8, 24};
        int offset = 40;
        Ipv6Extensions walk = ip.extensions();
        for (int i = 0; i < types.length; i++) {
            assertThat(walk.next()).isTrue();
            assertThat(walk.type()).isEqualTo(types[i]);
            assertThat(walk.offset()).isEqualTo(offset);
            assertThat(walk.lengthBytes()).isEqualTo(lengths[i]);
            assertThat(walk.identification()).isEqualTo(types[i] == 44 ? 7 : 0);
            offset += lengths[i];
        }
        assertThat(walk.next()).isFalse();
        assertThat(walk.malformed()).isFalse();
        assertThat(walk.nextHeader()).isEqualTo(IpProtocol.UDP);
    }

    @Test
    void shouldStopAtWhatCannotBeRead() {
        assertThat(wrap(DESTINATION, ESP + "00".repeat(7) + "00".repeat(16))).isTrue();
        assertThat(ip.upperLayer()).isEqualTo(IpProtocol.ESP);
        assertThat(ip.upperLayerOffset()).isEqualTo(48);
        assertThat(wrap(NONE, "")).isTrue();
        assertThat(ip.upperLayer()).isEqualTo(IpProtocol.NO_NEXT_HEADER);
    }

    @Test
    void shouldNotFindAnUpperLayerInALaterFragment() {
        assertThat(wrap(FRAGMENT, UDP + "000008" + "00000007" + DATAGRAM)).isTrue();

        assertThat(ip.upperLayer()).isEqualTo(-1);
        assertThat(udp.wrap(ip)).isFalse();
        Ipv6Extensions walk = ip.extensions();
        assertThat(walk.next()).isTrue();
        assertThat(walk.fragmentOffset()).isEqualTo(8);
        assertThat(walk.moreFragments()).isFalse();
        assertThat(walk.nextHeader()).isEqualTo(-1);
        assertThat(walk.next()).isFalse();
        assertThat(walk.malformed()).isFalse();
    }

    @Test
    void shouldFindLyingChainsMalformed() {
        assertMalformed(DESTINATION, "");
        assertMalformed(DESTINATION, UDP + "00".repeat(6));
        assertMalformed(DESTINATION, UDP + "01" + "00".repeat(13));
        assertMalformed(DESTINATION, UDP + "ff" + "00".repeat(60));
        assertMalformed(ROUTING, UDP + "ff" + "00".repeat(60));
        assertMalformed(AH, UDP + "ff" + "00".repeat(60));
        assertMalformed(FRAGMENT, UDP + "00".repeat(6));
        assertMalformed(DESTINATION, HOP_BY_HOP + "00".repeat(7) + UDP + "00".repeat(7) + DATAGRAM);
        assertMalformed(DESTINATION, ROUTING + "00".repeat(7));
    }

    @Test
    void shouldRefuseEndlessChains() {
        String link = DESTINATION + "00".repeat(7);
        String last = UDP + "00".repeat(7);
        assertThat(wrap(DESTINATION, link.repeat(15) + last + DATAGRAM)).isTrue();
        assertThat(udp.wrap(ip)).isTrue();
        assertMalformed(DESTINATION, link.repeat(16) + last + DATAGRAM);
        assertMalformed(DESTINATION, link.repeat(180));
    }

    @Test
    void shouldNotWalkIntoPadding() {
        MemorySegment packet =
                Captured.packet(
                        header(DESTINATION, 8)
                                + DESTINATION
                                + "00".repeat(7)
                                + UDP
                                + "00".repeat(30));
        assertThat(ip.wrap(packet, 0)).isTrue();
        assertThat(ip.upperLayer()).isEqualTo(-1);
    }

    @Test
    void shouldKeepAWalkInsideItsPacketWhateverIsWrappedMeanwhile() {
        assertThat(wrap(DESTINATION, (DESTINATION + "00".repeat(7)).repeat(10))).isTrue();
        Ipv6Extensions walk = ip.extensions();
        assertThat(walk.next()).isTrue();
        ip.unwrap();
        int more = 0;
        while (walk.next()) {
            more++;
        }
        assertThat(more).isEqualTo(9);
    }

    private void assertMalformed(String nextHeader, String payload) {
        assertThat(wrap(nextHeader, payload)).as("the header itself is good").isTrue();
        assertThat(ip.upperLayer()).isEqualTo(-1);
        assertThat(udp.wrap(ip)).isFalse();
        Ipv6Extensions walk = ip.extensions();
        int headers = 0;
        while (walk.next()) {
            headers++;
        }
        assertThat(walk.malformed()).isTrue();
        assertThat(headers).isLessThanOrEqualTo(Ipv6Extensions.LIMIT);
    }

    private boolean wrap(String nextHeader, String payload) {
        return ip.wrap(Captured.packet(header(nextHeader, payload.length() / 2) + payload), 0);
    }

    private static String header(String nextHeader, int payloadLength) {
        return "60000000%04x%s40".formatted(payloadLength, nextHeader)
                + "20010db8000000000000000000000001"
                + "20010db8000000000000000000000002";
    }
}
