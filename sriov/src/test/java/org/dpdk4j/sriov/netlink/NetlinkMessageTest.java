// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;
import org.dpdk4j.sriov.kernel.KernelException;
import org.junit.jupiter.api.Test;

class NetlinkMessageTest {
    @Test
    void shouldWriteWhatTheIpCommandSends() {
        // strace of: ip link set dev lo vf 2 mac 02:00:00:00:00:05, as a little-endian machine
        // sends
        byte[] mac = new byte[36];
        mac[0] = 2;
        mac[4] = 2;
        mac[9] = 5;
        byte[] payload =
                new AttributeWriter()
                        .structure(new byte[16])
                        .nest(22, list -> list.nest(1, vf -> vf.bytes(1, mac)))
                        .toBytes();
        byte[] bytes = new NetlinkMessage(16, 5, 7, 0, payload).toBytes();
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo(
                        "50000000100005000700000000000000"
                                + "00".repeat(16)
                                + "30001600"
                                + "2c000100"
                                + "28000100"
                                + "02000000"
                                + "020000000005"
                                + "00".repeat(26));
    }

    @Test
    void shouldReadWhatItWrote() throws KernelException {
        byte[] payload =
                new AttributeWriter()
                        .structure(new byte[] {1, 2, 3, 4})
                        .u8(1, 200)
                        .u16(2, 60_000)
                        .u32(3, -2)
                        .u64(4, Long.MIN_VALUE)
                        .text(5, "eth0")
                        .nest(6 | 0x8000, inner -> inner.u8(1, 7).u8(1, 8))
                        .toBytes();
        Attributes read = new NetlinkMessage(16, 0, 1, 2, payload).attributes(4);
        assertThat(read.get(1).u8()).isEqualTo(200);
        assertThat(read.get(2).u16()).isEqualTo(60_000);
        assertThat(read.u32(3, 0)).isEqualTo(-2);
        assertThat(read.get(4).u64()).isEqualTo(Long.MIN_VALUE);
        assertThat(read.text(5, "")).isEqualTo("eth0");
        assertThat(read.nested(6)).hasSize(2);
        assertThat(read.has(7)).isFalse();
    }

    @Test
    void shouldSplitADatagram() throws KernelException {
        ByteArrayOutputStream datagram = new ByteArrayOutputStream();
        datagram.writeBytes(new NetlinkMessage(16, 2, 9, 4, new byte[] {1, 2, 3}).toBytes());
        datagram.writeBytes(new NetlinkMessage(3, 2, 9, 4, new byte[4]).toBytes());
        List<NetlinkMessage> messages = NetlinkMessage.parse(datagram.toByteArray());
        assertThat(messages).extracting(NetlinkMessage::type).containsExactly(16, 3);
        assertThat(messages.getFirst().payloadBytes()).isEqualTo(3);
        assertThat(messages.getLast().sequence()).isEqualTo(9);
    }

    @Test
    void shouldRefuseLengthsThatLeaveTheMessage() {
        byte[] attribute = new AttributeWriter().u32(3, 1).toBytes();
        attribute[0] = 9;
        NetlinkMessage longer = new NetlinkMessage(16, 0, 0, 0, attribute);
        assertThatThrownBy(() -> longer.attributes(0))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("EBADMSG");
        attribute[0] = 3;
        assertThatThrownBy(() -> longer.attributes(0)).isInstanceOf(KernelException.class);

        byte[] datagram = new NetlinkMessage(16, 0, 0, 0, new byte[0]).toBytes();
        datagram[0] = 15;
        assertThatThrownBy(() -> NetlinkMessage.parse(datagram))
                .isInstanceOf(KernelException.class);
        datagram[3] = (byte) 0xff;
        assertThatThrownBy(() -> NetlinkMessage.parse(datagram))
                .isInstanceOf(KernelException.class);
    }

    @Test
    void shouldRefuseAttributesShorterThanTheirType() throws KernelException {
        Attributes read =
                new NetlinkMessage(16, 0, 0, 0, new AttributeWriter().u8(3, 1).toBytes())
                        .attributes(0);
        assertThatThrownBy(() -> read.u32(3, 0)).isInstanceOf(KernelException.class);
        assertThatThrownBy(() -> new NetlinkMessage(16, 0, 0, 0, new byte[3]).attributes(16))
                .isInstanceOf(KernelException.class);
    }

    @Test
    void shouldRefuseAttributesOfMoreThan64Kibibytes() {
        AttributeWriter writer = new AttributeWriter();
        writer.bytes(1, new byte[65_531]);
        assertThatThrownBy(() -> writer.bytes(1, new byte[65_532]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
