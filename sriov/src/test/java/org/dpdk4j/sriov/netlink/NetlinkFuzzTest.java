// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;

/** Whatever comes from a socket, it is read or refused: by {@link KernelException}, and soon. */
class NetlinkFuzzTest {
    interface Reading {
        void read(Kernel kernel) throws KernelException;
    }

    private static final List<Reading> READINGS =
            List.of(
                    kernel -> Links.of(kernel).all(),
                    kernel -> Links.of(kernel).withVfs(7, true),
                    kernel -> Links.of(kernel).set(7, VfCommand.trust(0, true)),
                    kernel -> Addresses.of(kernel).of(7),
                    kernel -> Routes.of(kernel).through(7),
                    kernel -> Devlink.of(kernel).eswitchMode("0000:01:00.0"),
                    kernel -> Devlink.of(kernel).ports("0000:01:00.0"));

    private static int understood;
    private static int refused;

    @Property(tries = 1000)
    void shouldReadOrRefuseAnyBytes(@ForAll("reading") Reading reading, @ForAll byte[] datagram) {
        read(reading, request -> List.of(datagram));
    }

    @Property(tries = 1000)
    void shouldReadOrRefuseAnyPayload(
            @ForAll("reading") Reading reading,
            @ForAll("type") int type,
            @ForAll("flags") int flags,
            @ForAll byte[] payload) {
        read(
                reading,
                request ->
                        List.of(
                                ScriptedKernel.datagram(
                                        ScriptedKernel.part(request, type, flags, payload),
                                        ScriptedKernel.ack(request))));
    }

    @Property(tries = 3000)
    void shouldReadOrRefuseWhatWasDamaged(@ForAll("reading") Reading reading, @ForAll long seed) {
        Random random = new Random(seed);
        read(
                reading,
                request -> {
                    byte[] answer =
                            ScriptedKernel.datagram(
                                    valid(request, random), ScriptedKernel.ack(request));
                    damage(answer, random);
                    return List.of(answer);
                });
    }

    @Property(tries = 50)
    void shouldReadWhatIsWhole(@ForAll("reading") Reading reading, @ForAll long seed) {
        // Or else the other properties would show nothing.
        Random random = new Random(seed);
        understood = 0;
        refused = 0;
        read(
                reading,
                request ->
                        List.of(
                                ScriptedKernel.datagram(
                                        valid(request, random), ScriptedKernel.ack(request))));
        assertThat(understood).isEqualTo(1);
        assertThat(refused).isZero();
    }

    @Provide
    Arbitrary<Reading> reading() {
        return Arbitraries.of(READINGS);
    }

    @Provide
    Arbitrary<Integer> type() {
        return Arbitraries.of(
                NetlinkMessage.NOOP,
                NetlinkMessage.ERROR,
                NetlinkMessage.DONE,
                4,
                Rtnetlink.RTM_NEWLINK,
                Rtnetlink.RTM_NEWADDR,
                Rtnetlink.RTM_NEWROUTE,
                Genetlink.GENL_ID_CTRL);
    }

    @Provide
    Arbitrary<Integer> flags() {
        return Arbitraries.of(
                0,
                NetlinkMessage.F_MULTI,
                NetlinkMessage.F_DUMP_INTR,
                NetlinkMessage.F_ACK_TLVS,
                NetlinkMessage.F_ACK_TLVS | NetlinkMessage.F_CAPPED);
    }

    private static void read(Reading reading, ScriptedKernel.Script script) {
        ScriptedKernel kernel = new ScriptedKernel(script);
        assertThatCode(
                        () -> {
                            try {
                                reading.read(kernel.kernel());
                                understood++;
                            } catch (KernelException e) {
                                refused++;
                                assertThat(e).hasMessageContaining(e.errnoName());
                            }
                        })
                .doesNotThrowAnyException();
        assertThat(kernel.open()).isZero();
        // Dumps are asked for again, but not for ever.
        assertThat(kernel.requests).hasSizeLessThanOrEqualTo(61);
    }

    /** What fits the request. */
    private static NetlinkMessage valid(NetlinkMessage request, Random random)
            throws KernelException {
        return switch (request.type()) {
            case Rtnetlink.RTM_GETADDR -> {
                byte[] header = header(8, 0, 2, 4, 7);
                yield answer(
                        request,
                        Rtnetlink.RTM_NEWADDR,
                        new AttributeWriter()
                                .structure(header)
                                .bytes(Rtnetlink.IFA_ADDRESS, new byte[] {1, 2, 3, 4})
                                .bytes(Rtnetlink.IFA_LOCAL, new byte[] {1, 2, 3, 4}));
            }
            case Rtnetlink.RTM_GETROUTE -> {
                byte[] header = new byte[12];
                header[0] = request.structure(1).get(0);
                byte[] hop = header(8, 0, 8, 4, 7);
                yield answer(
                        request,
                        Rtnetlink.RTM_NEWROUTE,
                        new AttributeWriter()
                                .structure(header)
                                .bytes(Rtnetlink.RTA_DST, new byte[16])
                                .bytes(Rtnetlink.RTA_MULTIPATH, hop)
                                .u32(Rtnetlink.RTA_OIF, 7));
            }
            case Genetlink.GENL_ID_CTRL ->
                    answer(
                            request,
                            Genetlink.GENL_ID_CTRL,
                            new AttributeWriter()
                                    .structure(new byte[] {1, 2, 0, 0})
                                    .u16(Genetlink.CTRL_ATTR_FAMILY_ID, 30)
                                    .text(Genetlink.CTRL_ATTR_FAMILY_NAME, "devlink"));
            case 30 ->
                    answer(
                            request,
                            30,
                            new AttributeWriter()
                                    .structure(new byte[] {7, 1, 0, 0})
                                    .text(Genetlink.DEVLINK_ATTR_BUS_NAME, "pci")
                                    .text(Genetlink.DEVLINK_ATTR_DEV_NAME, "0000:01:00.0")
                                    .u32(Genetlink.DEVLINK_ATTR_PORT_INDEX, 3)
                                    .u16(Genetlink.DEVLINK_ATTR_ESWITCH_MODE, 1)
                                    .u16(Genetlink.DEVLINK_ATTR_PORT_FLAVOUR, 4)
                                    .u16(Genetlink.DEVLINK_ATTR_PORT_PCI_VF_NUMBER, 2));
            default -> {
                List<byte[]> vfs = new ArrayList<>();
                for (int i = random.nextInt(5); i >= 0; i--) {
                    int vf = i;
                    vfs.add(
                            new AttributeWriter()
                                    .bytes(Rtnetlink.IFLA_VF_MAC, LinkReaderTest.mac(vf, vf))
                                    .bytes(Rtnetlink.IFLA_VF_VLAN, LinkReaderTest.ints(vf, 1, 2))
                                    .bytes(Rtnetlink.IFLA_VF_TRUST, LinkReaderTest.ints(vf, 1))
                                    .nest(
                                            Rtnetlink.IFLA_VF_VLAN_LIST,
                                            list -> list.bytes(1, new byte[16]))
                                    .nest(Rtnetlink.IFLA_VF_STATS, stats -> stats.u64(0, 1))
                                    .toBytes());
                }
                NetlinkMessage link =
                        LinkReaderTest.message(vfs.size(), vfs.toArray(new byte[0][]));
                yield new NetlinkMessage(link.type(), 0, request.sequence(), 0, link.payload());
            }
        };
    }

    private static NetlinkMessage answer(NetlinkMessage request, int type, AttributeWriter body) {
        return ScriptedKernel.part(request, type, 0, body.toBytes());
    }

    /** A structure with a byte and an int in it. */
    private static byte[] header(int bytes, int byteAt, int aByte, int intAt, int anInt) {
        return AttributeWriter.buffer(bytes).put(byteAt, (byte) aByte).putInt(intAt, anInt).array();
    }

    /** Mostly a length, where it hurts. */
    private static void damage(byte[] datagram, Random random) {
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(datagram.length);
            if (random.nextBoolean()) {
                at &= ~3;
            }
            datagram[at] = (byte) (random.nextInt(3) == 0 ? -1 : random.nextInt(256));
        }
    }
}
