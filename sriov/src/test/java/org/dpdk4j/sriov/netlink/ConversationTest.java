// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dpdk4j.sriov.netlink.ScriptedKernel.ack;
import static org.dpdk4j.sriov.netlink.ScriptedKernel.datagram;
import static org.dpdk4j.sriov.netlink.ScriptedKernel.done;
import static org.dpdk4j.sriov.netlink.ScriptedKernel.error;
import static org.dpdk4j.sriov.netlink.ScriptedKernel.part;

import java.util.ArrayList;
import java.util.List;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.KernelException;
import org.junit.jupiter.api.Test;

class ConversationTest {
    private static final int INTERRUPTED = NetlinkMessage.F_MULTI | NetlinkMessage.F_DUMP_INTR;

    @Test
    void shouldTakeADumpAgainThatChangedMeanwhile() throws KernelException {
        ScriptedKernel changing =
                new ScriptedKernel(request -> {
                    int flags = request.sequence() < 3 ? INTERRUPTED : NetlinkMessage.F_MULTI;
                    return List.of(
                            datagram(link(request, NetlinkMessage.F_MULTI, "a")),
                            datagram(link(request, flags, "b"), done(request)));
                });
        assertThat(Links.of(changing.kernel()).all())
                .extracting(Link::name)
                .containsExactly("a", "b");
        assertThat(changing.requests).hasSize(3);
        assertThat(changing.open()).isZero();
    }

    @Test
    void shouldGiveUpOnADumpThatNeverRests() {
        ScriptedKernel changing =
                new ScriptedKernel(request ->
                        List.of(datagram(link(request, INTERRUPTED, "a"), done(request))));
        assertThatThrownBy(() -> Links.of(changing.kernel()).all())
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("changed 30 times");
        assertThat(changing.open()).isZero();
    }

    @Test
    void shouldTakeADumpAgainThatASignalEnded() throws KernelException {
        List<NetlinkMessage> asked = new ArrayList<>();
        ScriptedKernel kernel =
                new ScriptedKernel(request -> {
                    asked.add(request);
                    byte[] number = AttributeWriter.buffer(4).putInt(-Errno.EINTR).array();
                    return asked.size() == 1
                            ? List.of(
                                    datagram(
                                            part(
                                                    request,
                                                    NetlinkMessage.DONE,
                                                    NetlinkMessage.F_MULTI,
                                                    number)))
                            : List.of(datagram(link(request, 2, "a"), done(request)));
                });
        assertThat(Links.of(kernel.kernel()).all()).hasSize(1);
    }

    @Test
    void shouldNotTakeTheAnswerToAnotherRequest() throws KernelException {
        ScriptedKernel kernel =
                new ScriptedKernel(request -> {
                    NetlinkMessage other =
                            new NetlinkMessage(0, 0, request.sequence() - 1, 0, new byte[0]);
                    return List.of(
                            datagram(link(other, 2, "stale"), error(other, Errno.EPERM)),
                            datagram(link(request, 0, "fresh"), ack(request)));
                });
        assertThat(Links.of(kernel.kernel()).get(7))
                .hasValueSatisfying(link -> assertThat(link.name()).isEqualTo("fresh"));
    }

    @Test
    void shouldWaitForAnAnswerThatComesLate() throws KernelException {
        ScriptedKernel kernel =
                new ScriptedKernel(
                        request -> List.of(new byte[0], new byte[0], datagram(ack(request))));
        Links.of(kernel.kernel()).mtu(7, 1400);
        ScriptedKernel silent = new ScriptedKernel(request -> List.of());
        assertThatThrownBy(() -> Links.of(silent.kernel()).mtu(7, 1400))
                .isInstanceOfSatisfying(
                        KernelException.class,
                        e -> assertThat(e.errno()).isEqualTo(Errno.ETIMEDOUT));
    }

    @Test
    void shouldSayWhatTheDriverSays() {
        byte[] text =
                new AttributeWriter().text(1, "VF VLAN is not supported in this mode").toBytes();
        for (boolean capped : List.of(true, false)) {
            ScriptedKernel kernel =
                    new ScriptedKernel(request -> {
                        byte[] whole = request.toBytes();
                        int repeated = capped ? NetlinkMessage.HEADER_BYTES : whole.length;
                        byte[] payload =
                                AttributeWriter.buffer(4 + repeated + text.length)
                                        .putInt(-Errno.EOPNOTSUPP)
                                        .put(whole, 0, repeated)
                                        .put(text)
                                        .array();
                        int flags =
                                NetlinkMessage.F_ACK_TLVS | (capped ? NetlinkMessage.F_CAPPED : 0);
                        return List.of(
                                datagram(part(request, NetlinkMessage.ERROR, flags, payload)));
                    });
            assertThatThrownBy(
                            () -> Links.of(kernel.kernel()).set(7, VfCommand.vlan(3, 5, 0, 0x8100)))
                    .isInstanceOf(KernelException.class)
                    .hasMessage(
                            "set the VLAN of VF 3 on network interface 7 (\"VF VLAN is not"
                                    + " supported in this mode\"): EOPNOTSUPP (not supported)");
        }
    }

    @Test
    void shouldAskForWhatItNeedsAndNoMore() throws KernelException {
        ScriptedKernel kernel = new ScriptedKernel(request -> List.of(datagram(ack(request))));
        assertThat(Links.of(kernel.kernel()).withVfs(7, false)).isEmpty();
        assertThat(Links.of(kernel.kernel()).withVfs(7, true)).isEmpty();
        List<Integer> filters = new ArrayList<>();
        for (NetlinkMessage request : kernel.requests) {
            assertThat(request.type()).isEqualTo(Rtnetlink.RTM_GETLINK);
            assertThat(request.flags()).isEqualTo(NetlinkMessage.F_REQUEST | NetlinkMessage.F_ACK);
            assertThat(request.structure(16).getInt(4)).isEqualTo(7);
            filters.add(request.attributes(16).u32(Rtnetlink.IFLA_EXT_MASK, 0));
        }
        assertThat(filters).containsExactly(9, 1);
    }

    private static NetlinkMessage link(NetlinkMessage request, int flags, String name) {
        byte[] payload =
                new AttributeWriter()
                        .structure(new byte[Rtnetlink.IFINFOMSG_BYTES])
                        .text(Rtnetlink.IFLA_IFNAME, name)
                        .toBytes();
        return part(request, Rtnetlink.RTM_NEWLINK, flags, payload);
    }
}
