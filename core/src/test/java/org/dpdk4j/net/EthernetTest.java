// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.dpdk4j.MacAddress;
import org.junit.jupiter.api.Test;

class EthernetTest {
    private static final long MAC = 0x0a0b_0c0d_0e0fL;

    private final Ethernet ethernet = new Ethernet();

    @Test
    void shouldReadAFrame() {
        assertThat(ethernet.wrap(Captured.packet(Captured.ARP_REQUEST), 0)).isTrue();

        assertThat(ethernet.destinationBits()).isEqualTo(0xffff_ffff_ffffL);
        assertThat(ethernet.sourceBits()).isEqualTo(0x0200_0000_0001L);
        assertThat(ethernet.destination()).isEqualTo(MacAddress.BROADCAST);
        assertThat(ethernet.source()).hasToString("02:00:00:00:00:01");
        assertThat(ethernet.etherType()).isEqualTo(EtherType.ARP);
        assertThat(ethernet.broadcast()).isTrue();
        assertThat(ethernet.multicast()).isTrue();
        assertThat(ethernet.headerLength()).isEqualTo(14);
        assertThat(ethernet.payloadLength()).isEqualTo(28);
    }

    @Test
    void shouldTellGroupsFromStations() {
        assertThat(ethernet.wrap(Captured.packet(Captured.NEIGHBOR_SOLICITATION), 0)).isTrue();
        assertThat(ethernet.broadcast()).isFalse();
        assertThat(ethernet.multicast()).isTrue();
        assertThat(ethernet.wrap(Captured.packet(Captured.PING), 0)).isTrue();
        assertThat(ethernet.multicast()).isFalse();
    }

    @Test
    void shouldWriteEachFieldAlone() {
        MemorySegment packet = Captured.packet("00".repeat(15));
        assertThat(ethernet.wrap(packet, 1)).isTrue();
        ethernet.destinationBits(MAC | 0xffffL << 48);
        assertThat(Captured.hex(packet)).isEqualTo("00" + "0a0b0c0d0e0f" + "00".repeat(8));
        ethernet.destinationBits(0);
        ethernet.sourceBits(MAC | 0xffffL << 48);
        assertThat(Captured.hex(packet)).isEqualTo("00".repeat(7) + "0a0b0c0d0e0f" + "0000");
        ethernet.sourceBits(0);
        ethernet.etherType(0x1_2345);
        assertThat(Captured.hex(packet)).isEqualTo("00".repeat(13) + "2345");
    }

    @Test
    void shouldRefuseARunt() {
        assertThat(ethernet.wrap(Captured.packet("00".repeat(13)), 0)).isFalse();
        assertThat(ethernet.wrap(Captured.packet("00".repeat(14)), 0)).isTrue();
        assertThat(ethernet.wrap(Captured.packet("00".repeat(14)), 1)).isFalse();
        assertThat(ethernet.wrap(Captured.packet(""), 0)).isFalse();
    }

    @Property
    void shouldSwapAddressesAsANaiveLoopDoes(@ForAll @Size(20) byte[] bytes) {
        byte[] expected = bytes.clone();
        for (int i = 3; i < 9; i++) {
            expected[i] = bytes[i + 6];
            expected[i + 6] = bytes[i];
        }
        MemorySegment packet = Captured.packet(bytes);
        assertThat(ethernet.wrap(packet, 3)).isTrue();

        ethernet.swapAddresses();

        assertThat(Captured.hex(packet)).isEqualTo(Captured.hex(Captured.packet(expected)));
    }

    @Property
    void shouldReadWhatItWrote(@ForAll long destination, @ForAll long source, @ForAll int type) {
        assertThat(ethernet.wrap(Captured.packet("00".repeat(14)), 0)).isTrue();
        ethernet.destinationBits(destination);
        ethernet.sourceBits(source);
        ethernet.etherType(type);

        assertThat(ethernet.destinationBits()).isEqualTo(destination & 0xffff_ffff_ffffL);
        assertThat(ethernet.sourceBits()).isEqualTo(source & 0xffff_ffff_ffffL);
        assertThat(ethernet.etherType()).isEqualTo(type & 0xffff);

        ethernet.addresses(source, destination);

        assertThat(ethernet.destinationBits()).isEqualTo(source & 0xffff_ffff_ffffL);
        assertThat(ethernet.sourceBits()).isEqualTo(destination & 0xffff_ffff_ffffL);
        assertThat(ethernet.etherType()).isEqualTo(type & 0xffff);
    }

    @Property
    void shouldWriteAddressesThatWereMadeReady(@ForAll long destination, @ForAll long source) {
        MacAddress to = MacAddress.of(destination & 0xffff_ffff_ffffL);
        MacAddress from = MacAddress.of(source & 0xffff_ffff_ffffL);
        MemorySegment packet = Captured.packet("55".repeat(14));
        MemorySegment expected = Captured.packet("55".repeat(14));
        assertThat(ethernet.wrap(expected, 0)).isTrue();
        ethernet.addresses(destination, source);
        assertThat(ethernet.wrap(packet, 0)).isTrue();
        EthernetAddresses addresses = EthernetAddresses.of(to, from);

        ethernet.addresses(addresses);

        assertThat(Captured.hex(packet)).isEqualTo(Captured.hex(expected));
        assertThat(ethernet.destination()).isEqualTo(to).isEqualTo(addresses.destination());
        assertThat(ethernet.source()).isEqualTo(from).isEqualTo(addresses.source());
        assertThat(addresses)
                .isEqualTo(EthernetAddresses.of(to, from))
                .hasToString(to + " from " + from);
        ethernet.unwrap();
        assertThatThrownBy(() -> ethernet.addresses(addresses))
                .isInstanceOf(IllegalStateException.class);
    }
}
