// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class UdpTest {
    private final Ipv4 ip = new Ipv4();
    private final Ipv6 ip6 = new Ipv6();
    private final Udp udp = new Udp();

    @Test
    void shouldReadADatagram() {
        assertThat(ip.wrap(Captured.packet(Captured.UDP_ODD), 14) && udp.wrap(ip)).isTrue();

        assertThat(udp.sourcePort()).isEqualTo(40000);
        assertThat(udp.destinationPort()).isEqualTo(9999);
        assertThat(udp.length()).isEqualTo(11);
        assertThat(udp.checksum()).isEqualTo(0xe51f);
        assertThat(udp.checksumValid(ip)).isTrue();
        udp.checksum(0xe51e);
        assertThat(udp.checksumValid(ip)).isFalse();
        udp.updateChecksum(ip);
        assertThat(udp.checksum()).isEqualTo(0xe51f);
    }

    @Test
    void shouldWriteEachFieldAlone() {
        MemorySegment packet = Captured.packet("ee".repeat(10));
        assertThat(udp.create(packet, 1)).isTrue();
        assertThat(Captured.hex(packet)).isEqualTo("ee" + "0000000000090000" + "ee");
        udp.sourcePort(0x1_0102);
        udp.destinationPort(0x1_0304);
        udp.length(0x1_0506);
        udp.checksum(0x1_0708);
        assertThat(Captured.hex(packet)).isEqualTo("ee" + "0102030405060708" + "ee");
        udp.swapPorts();
        assertThat(Captured.hex(packet)).isEqualTo("ee" + "0304010205060708" + "ee");
    }

    @Test
    void shouldRefuseLies() {
        MemorySegment packet = Captured.packet(Captured.UDP_ODD);
        assertThat(ip.wrap(packet, 14) && udp.wrap(ip)).isTrue();
        for (int length : new int[] {0, 7, 12, 0xffff}) {
            assertThat(udp.wrap(ip)).isTrue();
            udp.length(length);
            assertThat(udp.wrap(ip)).as("length %d", length).isFalse();
            assertThat(udp.wrap(packet, 34)).isFalse();
            MemorySegment fresh = Captured.packet(Captured.UDP_ODD);
            packet.copyFrom(fresh);
        }
        packet.setAtIndex(java.lang.foreign.ValueLayout.JAVA_BYTE, 39, (byte) 8);
        assertThat(udp.wrap(ip)).as("shorter than the IP packet").isTrue();
        assertThat(udp.payloadLength()).isZero();
    }

    @Test
    void shouldAcceptAnAbsentChecksumInIpv4Only() {
        assertThat(ip.wrap(Captured.packet(Captured.UDP_ODD), 14) && udp.wrap(ip)).isTrue();
        udp.checksum(0);
        assertThat(udp.checksumValid(ip)).isTrue();
        assertThat(ip6.wrap(Captured.packet(Captured.UDP_BEHIND_DESTINATION_OPTIONS), 14)).isTrue();
        assertThat(udp.wrap(ip6)).isTrue();
        assertThat(udp.checksumValid(ip6)).isTrue();
        udp.checksum(0);
        assertThat(udp.checksumValid(ip6)).isFalse();
        udp.updateChecksum(ip6);
        assertThat(udp.checksum()).isEqualTo(0x0daf);
    }

    @Test
    void shouldNotBelieveALengthPastTheIpPacket() {
        MemorySegment packet = Captured.packet(Captured.UDP_ODD + "00".repeat(10));
        assertThat(ip.wrap(packet, 14) && udp.wrap(packet, 34)).isTrue();
        udp.length(12);
        assertThat(udp.checksumValid(ip)).isFalse();
    }

    @Property
    void shouldNeverSendAChecksumOfZero(@ForAll short ports) {
        assertThat(ip.wrap(Captured.packet(Captured.UDP_ODD), 14) && udp.wrap(ip)).isTrue();
        udp.sourcePort(ports);
        udp.destinationPort(0);
        udp.updateChecksum(ip);
        // The sum of the data is this now, so its complement as a port makes the checksum zero.
        udp.destinationPort(udp.checksum());
        udp.updateChecksum(ip);

        assertThat(udp.checksum()).isEqualTo(0xffff);
        assertThat(udp.checksumValid(ip)).isTrue();
    }
}
