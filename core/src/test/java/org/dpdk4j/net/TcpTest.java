// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class TcpTest {
    private final Ipv4 ip = new Ipv4();
    private final Tcp tcp = new Tcp();

    @Test
    void shouldReadASegment() {
        assertThat(ip.wrap(Captured.packet(Captured.TCP_HELLO), 14) && tcp.wrap(ip)).isTrue();

        assertThat(tcp.sourcePort()).isEqualTo(49294);
        assertThat(tcp.destinationPort()).isEqualTo(8080);
        assertThat(tcp.sequence()).isEqualTo(0x1f1c5ac0);
        assertThat(tcp.acknowledgment()).isEqualTo(0xd14317d7);
        assertThat(tcp.headerLength()).isEqualTo(32);
        assertThat(tcp.flags()).isEqualTo(Tcp.PSH | Tcp.ACK);
        assertThat(tcp.has(Tcp.ACK)).isTrue();
        assertThat(tcp.has(Tcp.ACK | Tcp.SYN)).isFalse();
        assertThat(tcp.window()).isEqualTo(63);
        assertThat(tcp.checksum()).isEqualTo(0xc2af);
        assertThat(tcp.urgentPointer()).isZero();
        assertThat(tcp.payloadLength()).isEqualTo(5);
        assertThat(tcp.payloadOffset()).isEqualTo(66);
        assertThat(tcp.checksumValid(ip)).isTrue();
        tcp.window(64);
        assertThat(tcp.checksumValid(ip)).isFalse();
        tcp.window(63);
        tcp.checksum(0x1234);
        tcp.updateChecksum(ip);
        assertThat(tcp.checksum()).isEqualTo(0xc2af);
    }

    @Test
    void shouldNotCountPaddingInTheChecksum() {
        MemorySegment packet = Captured.packet(Captured.TCP_HELLO + "ffff");
        assertThat(ip.wrap(packet, 14) && tcp.wrap(packet, 34)).isTrue();
        assertThat(tcp.checksumValid(ip)).isTrue();
    }

    @Test
    void shouldWriteEachFieldAlone() {
        MemorySegment packet = Captured.packet("ee".repeat(26));
        assertThat(tcp.create(packet, 1)).isTrue();
        assertThat(Captured.hex(packet))
                .isEqualTo("ee" + "00".repeat(12) + "50" + "00".repeat(7) + "ee".repeat(5));
        tcp.sourcePort(0x1_0102);
        tcp.destinationPort(0x1_0304);
        tcp.sequence(0x05060708);
        tcp.acknowledgment(0x090a0b0c);
        tcp.headerLength(24);
        tcp.flags(0x1aa);
        tcp.window(0x1_0d0e);
        tcp.checksum(0x1_0f10);
        tcp.urgentPointer(0x1_1112);
        assertThat(Captured.hex(packet))
                .isEqualTo("ee0102030405060708090a0b0c60aa0d0e0f101112eeeeeeeeee");
        tcp.swapPorts();
        assertThat(Captured.hex(packet)).startsWith("ee0304010205060708");
    }

    @Test
    void shouldRefuseLies() {
        byte[] bytes = Captured.bytes(Captured.TCP_HELLO);
        bytes[46] = 0x40;
        assertThat(tcp.wrap(Captured.packet(bytes), 34)).as("header of 16 bytes").isFalse();
        bytes[46] = (byte) 0xa0;
        assertThat(tcp.wrap(Captured.packet(bytes), 34)).as("header cut off").isFalse();
        bytes[46] = (byte) 0x90;
        assertThat(tcp.wrap(Captured.packet(bytes), 34)).as("header fills the packet").isTrue();
        for (int bad : new int[] {16, 22, 40, 64}) {
            assertThatIllegalArgumentException().isThrownBy(() -> tcp.headerLength(bad));
        }
    }

    @Test
    void shouldWalkTheOptionsOfASyn() {
        assertThat(ip.wrap(Captured.packet(Captured.SYN), 14) && tcp.wrap(ip)).isTrue();
        assertThat(tcp.has(Tcp.SYN)).isTrue();
        HeaderOptions options = tcp.options();
        assertThatIllegalStateException().isThrownBy(options::kind);

        assertThat(options.next()).isTrue();
        assertThat(options.kind()).isEqualTo(Tcp.OPTION_MAXIMUM_SEGMENT_SIZE);
        assertThat(options.offset()).isEqualTo(54);
        assertThat(options.unsignedShort(0)).isEqualTo(1460);
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> options.unsignedShort(1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> options.int32(0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> options.unsignedByte(-1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> options.unsignedByte(Integer.MAX_VALUE));
        assertThat(options.next()).isTrue();
        assertThat(options.kind()).isEqualTo(Tcp.OPTION_SACK_PERMITTED);
        assertThat(options.valueLength()).isZero();
        assertThat(options.next()).isTrue();
        assertThat(options.kind()).isEqualTo(Tcp.OPTION_TIMESTAMPS);
        assertThat(options.int32(0)).isEqualTo((int) 3966445020L);
        assertThat(options.int32(4)).isZero();
        assertThat(options.next()).isTrue();
        assertThat(options.kind()).isEqualTo(Tcp.OPTION_WINDOW_SCALE);
        assertThat(options.unsignedByte(0)).isEqualTo(10);
        assertThat(options.next()).isFalse();
        assertThat(options.malformed()).isFalse();
        assertThatIllegalStateException().isThrownBy(options::kind);
        assertThat(tcp.options().next()).as("a new walk").isTrue();
    }

    @Test
    void shouldStopAtMalformedOptions() {
        assertMalformed("02000000");
        assertMalformed("02010000");
        assertMalformed("02050000");
        assertMalformed("02ff0000");
        assertMalformed("01010102");
    }

    private void assertMalformed(String options) {
        String hex = Captured.SYN.substring(0, Captured.SYN.indexOf("020405b4"));
        byte[] bytes = Captured.bytes(hex + options + "ff".repeat(16));
        bytes[46] = 0x60;
        assertThat(tcp.wrap(Captured.packet(bytes), 34)).isTrue();
        HeaderOptions walk = tcp.options();
        assertThat(walk.next()).isFalse();
        assertThat(walk.malformed()).isTrue();
    }
}
