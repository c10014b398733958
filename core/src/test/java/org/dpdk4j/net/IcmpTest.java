// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class IcmpTest {
    private final Ipv4 ip = new Ipv4();
    private final Icmp icmp = new Icmp();

    @Test
    void shouldReadAnEchoRequest() {
        assertThat(ip.wrap(Captured.packet(Captured.PING), 14) && icmp.wrap(ip)).isTrue();

        assertThat(icmp.type()).isEqualTo(Icmp.ECHO_REQUEST);
        assertThat(icmp.code()).isZero();
        assertThat(icmp.checksum()).isEqualTo(0xe671);
        assertThat(icmp.identifier()).isEqualTo(0x2989);
        assertThat(icmp.sequence()).isOne();
        assertThat(icmp.payloadLength()).isEqualTo(16);
        assertThat(icmp.checksumValid()).isTrue();
        icmp.sequence(2);
        assertThat(icmp.checksumValid()).isFalse();
        icmp.updateChecksum();
        assertThat(icmp.checksumValid()).isTrue();
    }

    @Test
    void shouldReplyAsLinuxDoes() {
        MemorySegment packet = Captured.packet(Captured.PING);
        assertThat(ip.wrap(packet, 14) && icmp.wrap(ip)).isTrue();

        icmp.reply();

        assertThat(Captured.hex(packet).substring(68))
                .isEqualTo(Captured.hex(Captured.PONG).substring(68));
        assertThat(icmp.checksumValid()).isTrue();
    }

    @Test
    void shouldReadAnError() {
        MemorySegment packet = Captured.packet(Captured.UNREACHABLE);
        assertThat(ip.wrap(packet, 14) && icmp.wrap(ip)).isTrue();
        assertThat(icmp.type()).isEqualTo(Icmp.DESTINATION_UNREACHABLE);
        assertThat(icmp.code()).isEqualTo(3);
        assertThat(icmp.checksumValid()).isTrue();
        Ipv4 quoted = new Ipv4();
        assertThat(quoted.wrap(packet, icmp.payloadOffset())).isTrue();
        assertThat(quoted.protocol()).isEqualTo(IpProtocol.UDP);
        assertThat(quoted.wrap(icmp)).as("the header doesn't announce it").isFalse();
    }

    @Test
    void shouldWriteEachFieldAlone() {
        MemorySegment packet = Captured.packet("ee".repeat(10));
        assertThat(icmp.create(packet, 1)).isTrue();
        icmp.type(0x101);
        icmp.code(0x102);
        icmp.checksum(0x1_0304);
        icmp.identifier(0x1_0506);
        icmp.sequence(0x1_0708);
        assertThat(Captured.hex(packet)).isEqualTo("ee0102030405060708ee");
    }
}
