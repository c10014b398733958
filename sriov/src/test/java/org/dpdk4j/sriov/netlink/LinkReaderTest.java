// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;
import org.dpdk4j.sriov.kernel.KernelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkReaderTest {
    @Test
    void shouldReadAllThatADriverTellsOfAVf() throws KernelException {
        byte[] info = new byte[16];
        System.arraycopy(ints(5, 200, 3), 0, info, 0, 12);
        info[12] = (byte) 0x88;
        info[13] = (byte) 0xa8;
        AttributeWriter vf =
                new AttributeWriter()
                        .bytes(Rtnetlink.IFLA_VF_MAC, mac(5, 0xfe))
                        .bytes(Rtnetlink.IFLA_VF_VLAN, ints(5, 200, 3))
                        .bytes(Rtnetlink.IFLA_VF_RATE, ints(5, 10, 1000))
                        .bytes(Rtnetlink.IFLA_VF_TX_RATE, ints(5, 1000))
                        .bytes(Rtnetlink.IFLA_VF_SPOOFCHK, ints(5, 1))
                        .bytes(Rtnetlink.IFLA_VF_LINK_STATE, ints(5, 2))
                        .bytes(Rtnetlink.IFLA_VF_TRUST, ints(5, 0))
                        .nest(Rtnetlink.IFLA_VF_VLAN_LIST, list -> list.bytes(1, info))
                        .nest(
                                Rtnetlink.IFLA_VF_STATS,
                                stats -> IntStream.range(0, 9).forEach(i -> stats.u64(i, 100 + i)))
                        // What a newer kernel might tell.
                        .text(99, "unknown");
        Link link = read(1, new byte[][] {vf.toBytes()});
        assertThat(link.vfCount()).isEqualTo(1);
        assertThat(link.vfs())
                .containsExactly(
                        new LinkVf(
                                5,
                                0x02_00_00_00_00_feL,
                                200,
                                3,
                                0x88a8,
                                1,
                                0,
                                2,
                                10,
                                1000,
                                new LinkVf.Counters(100, 101, 102, 103, 104, 105, 107, 108)));
    }

    @Test
    void shouldReadADriverThatTellsLittle() throws KernelException {
        AttributeWriter vf =
                new AttributeWriter()
                        .bytes(Rtnetlink.IFLA_VF_MAC, mac(0, 1))
                        .bytes(Rtnetlink.IFLA_VF_TX_RATE, ints(0, 70))
                        .bytes(Rtnetlink.IFLA_VF_SPOOFCHK, ints(0, -1))
                        .bytes(Rtnetlink.IFLA_VF_TRUST, ints(0, -1));
        assertThat(read(1, new byte[][] {vf.toBytes()}).vfs())
                .containsExactly(
                        new LinkVf(
                                0,
                                0x02_00_00_00_00_01L,
                                0,
                                0,
                                0x8100,
                                -1,
                                -1,
                                0,
                                0,
                                70,
                                LinkVf.Counters.NONE));
    }

    /** 64 KiB, the most that an attribute can say of itself, are exceeded by more than 292 VFs. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 128, 291, 292, 293, 294, 585, 586, 1024})
    void shouldReadMoreVfsThanTheLengthOfTheirListCanSay(int count) throws KernelException {
        byte[][] vfs = new byte[count][];
        for (int i = 0; i < count; i++) {
            vfs[i] =
                    new AttributeWriter()
                            .bytes(Rtnetlink.IFLA_VF_MAC, mac(i, i))
                            .bytes(Rtnetlink.IFLA_VF_VLAN, ints(i, i % 4096, 0))
                            .bytes(200, new byte[160])
                            .toBytes();
        }
        Link link = read(count, vfs);
        assertThat(link.vfs()).hasSize(count);
        assertThat(link.vfs().getLast().index()).isEqualTo(count - 1);
        assertThat(link.vfs().getLast().vlan()).isEqualTo((count - 1) % 4096);
        // Behind the list, where a wrong length would show.
        assertThat(link.portName()).isEqualTo("p0");
    }

    @Test
    void shouldLeaveOutVfsOfWhichTheDriverTellsNothing() throws KernelException {
        byte[] vf = new AttributeWriter().bytes(Rtnetlink.IFLA_VF_MAC, mac(3, 3)).toBytes();
        Link link = read(7, new byte[][] {vf});
        assertThat(link.vfCount()).isEqualTo(7);
        assertThat(link.vfs()).extracting(LinkVf::index).containsExactly(3);
        assertThat(link.portName()).isEqualTo("p0");
        assertThat(read(7, new byte[0][]).portName()).isEqualTo("p0");
    }

    /** The message of a PF; the length of the list loses its upper bits, as in the kernel. */
    static NetlinkMessage message(int vfCount, byte[][] vfs) {
        AttributeWriter list = new AttributeWriter();
        for (byte[] vf : vfs) {
            list.bytes(Rtnetlink.IFLA_VF_INFO, vf);
        }
        byte[] content = list.toBytes();
        AttributeWriter link =
                new AttributeWriter()
                        .structure(new byte[Rtnetlink.IFINFOMSG_BYTES])
                        .text(Rtnetlink.IFLA_IFNAME, "pf")
                        .u32(Rtnetlink.IFLA_NUM_VF, vfCount)
                        .structure(
                                AttributeWriter.buffer(4)
                                        .putShort((short) (content.length + 4))
                                        .putShort((short) Rtnetlink.IFLA_VFINFO_LIST)
                                        .array())
                        .structure(content)
                        .text(Rtnetlink.IFLA_PHYS_PORT_NAME, "p0");
        return new NetlinkMessage(Rtnetlink.RTM_NEWLINK, 0, 1, 0, link.toBytes());
    }

    private static Link read(int vfCount, byte[][] vfs) throws KernelException {
        return LinkReader.read(message(vfCount, vfs)).getFirst();
    }

    static byte[] mac(int vf, int last) {
        return AttributeWriter.buffer(36)
                .putInt(vf)
                .put((byte) 2)
                .put(new byte[4])
                .put((byte) last)
                .array();
    }

    static byte[] ints(int... values) {
        byte[] bytes = new byte[values.length * 4];
        ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).asIntBuffer().put(values);
        return bytes;
    }
}
