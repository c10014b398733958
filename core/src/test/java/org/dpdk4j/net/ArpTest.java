// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class ArpTest {
    private final Ethernet ethernet = new Ethernet();
    private final Arp arp = new Arp();

    @Test
    void shouldReadARequest() {
        assertThat(ethernet.wrap(Captured.packet(Captured.ARP_REQUEST), 0) && arp.wrap(ethernet))
                .isTrue();

        assertThat(arp.operation()).isEqualTo(Arp.REQUEST);
        assertThat(arp.senderMacBits()).isEqualTo(0x0200_0000_0001L);
        assertThat(Ipv4Address.format(arp.senderIp())).isEqualTo("192.0.2.1");
        assertThat(arp.targetMacBits()).isZero();
        assertThat(Ipv4Address.format(arp.targetIp())).isEqualTo("192.0.2.2");
    }

    @Test
    void shouldReplyAsLinuxDoes() {
        MemorySegment packet = Captured.packet(Captured.ARP_REQUEST);
        assertThat(ethernet.wrap(packet, 0) && arp.wrap(ethernet)).isTrue();

        arp.reply(0x0200_0000_0002L);
        ethernet.destinationBits(ethernet.sourceBits());
        ethernet.sourceBits(0x0200_0000_0002L);

        assertThat(Captured.hex(packet)).isEqualTo(Captured.hex(Captured.ARP_REPLY));
    }

    @Test
    void shouldCreateTheSameRequest() {
        MemorySegment packet = Captured.packet("ee".repeat(28));
        assertThat(arp.create(packet, 0)).isTrue();
        arp.operation(Arp.REQUEST);
        arp.senderMacBits(0x0200_0000_0001L);
        arp.senderIp(0xc0000201);
        arp.targetMacBits(0);
        arp.targetIp(0xc0000202);

        assertThat(Captured.hex(packet))
                .isEqualTo(Captured.hex(Captured.ARP_REQUEST).substring(28));
    }

    @Test
    void shouldRefuseOtherKindsOfAddress() {
        byte[] good = Captured.bytes(Captured.ARP_REQUEST);
        for (int i = 14; i < 20; i++) {
            byte[] bad = good.clone();
            bad[i]++;
            assertThat(arp.wrap(Captured.packet(bad), 14)).isFalse();
        }
        assertThat(arp.wrap(Captured.packet(good), 14)).isTrue();
    }
}
