// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dpdk4j.sriov.netlink.ScriptedKernel.ack;
import static org.dpdk4j.sriov.netlink.ScriptedKernel.datagram;
import static org.dpdk4j.sriov.netlink.ScriptedKernel.done;
import static org.dpdk4j.sriov.netlink.ScriptedKernel.error;
import static org.dpdk4j.sriov.netlink.ScriptedKernel.part;

import java.util.List;
import java.util.OptionalInt;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.junit.jupiter.api.Test;

class DevlinkTest {
    private static final String DEVICE = "0000:03:00.0";
    private static final int FAMILY = 21;

    private int mode;

    @Test
    void shouldChangeTheMode() throws KernelException {
        Devlink devlink = Devlink.of(new ScriptedKernel(this::answer).kernel());
        assertThat(devlink.eswitchMode(DEVICE)).isEqualTo(OptionalInt.of(0));
        devlink.eswitchMode(DEVICE, 1);
        assertThat(mode).isEqualTo(1);
        assertThat(devlink.eswitchMode(DEVICE)).isEqualTo(OptionalInt.of(1));
    }

    @Test
    void shouldListThePortsOfItsDevice() throws KernelException {
        Devlink devlink = Devlink.of(new ScriptedKernel(this::answer).kernel());
        assertThat(devlink.ports(DEVICE))
                .containsExactly(
                        new DevlinkPort(65535, 0, -1, -1, 8, "uplink"),
                        new DevlinkPort(2, 4, 0, 1, 9, "rep1"));
    }

    @Test
    void shouldHaveNoModeWhereThereIsNone() throws KernelException {
        for (int errno : new int[] {Errno.EOPNOTSUPP, Errno.ENODEV}) {
            ScriptedKernel kernel =
                    new ScriptedKernel(request ->
                            request.type() == FAMILY
                                    ? List.of(datagram(error(request, errno)))
                                    : answer(request));
            assertThat(Devlink.of(kernel.kernel()).eswitchMode(DEVICE)).isEmpty();
        }
        ScriptedKernel refusing =
                new ScriptedKernel(request ->
                        request.type() == FAMILY
                                ? List.of(datagram(error(request, Errno.EPERM)))
                                : answer(request));
        assertThatThrownBy(() -> Devlink.of(refusing.kernel()).eswitchMode(DEVICE))
                .isInstanceOf(KernelException.class);
    }

    @Test
    void shouldHaveNothingWhereTheKernelHasNoDevlink() throws KernelException {
        Kernel without =
                new ScriptedKernel(request -> List.of(datagram(error(request, Errno.ENOENT))))
                        .kernel();
        assertThat(Devlink.of(without).eswitchMode(DEVICE)).isEmpty();
        assertThat(Devlink.of(without).ports(DEVICE)).isEmpty();
    }

    @Test
    void shouldAskTheKernelOfThisMachine() throws KernelException {
        // Whether it has devlink or not, it has no such device.
        assertThat(Devlink.of(Kernel.system()).ports("ffff:ff:1f.7")).isEmpty();
    }

    /** A family of generic netlink with one device, as far as it is asked for. */
    private List<byte[]> answer(NetlinkMessage request) throws KernelException {
        Attributes attributes = request.attributes(Genetlink.GENLMSGHDR_BYTES);
        int command = request.structure(Genetlink.GENLMSGHDR_BYTES).get(0);
        if (request.type() == Genetlink.GENL_ID_CTRL) {
            assertThat(command).isEqualTo(Genetlink.CTRL_CMD_GETFAMILY);
            assertThat(attributes.text(Genetlink.CTRL_ATTR_FAMILY_NAME, "")).isEqualTo("devlink");
            AttributeWriter family =
                    body(Genetlink.CTRL_CMD_NEWFAMILY)
                            .text(Genetlink.CTRL_ATTR_FAMILY_NAME, "devlink")
                            .u16(Genetlink.CTRL_ATTR_FAMILY_ID, FAMILY);
            return List.of(
                    datagram(message(request, Genetlink.GENL_ID_CTRL, family), ack(request)));
        }
        assertThat(request.type()).isEqualTo(FAMILY);
        if (command == Genetlink.DEVLINK_CMD_PORT_GET) {
            return List.of(
                    datagram(
                            message(
                                    request,
                                    FAMILY,
                                    handle(Genetlink.DEVLINK_CMD_PORT_NEW, "0000:04:00.0")),
                            message(
                                    request,
                                    FAMILY,
                                    port(65535, Genetlink.DEVLINK_PORT_FLAVOUR_PHYSICAL)
                                            .u32(Genetlink.DEVLINK_ATTR_PORT_NETDEV_IFINDEX, 8)
                                            .text(
                                                    Genetlink.DEVLINK_ATTR_PORT_NETDEV_NAME,
                                                    "uplink"))),
                    datagram(
                            message(
                                    request,
                                    FAMILY,
                                    port(2, Genetlink.DEVLINK_PORT_FLAVOUR_PCI_VF)
                                            .u16(Genetlink.DEVLINK_ATTR_PORT_PCI_PF_NUMBER, 0)
                                            .u16(Genetlink.DEVLINK_ATTR_PORT_PCI_VF_NUMBER, 1)
                                            .u32(Genetlink.DEVLINK_ATTR_PORT_NETDEV_IFINDEX, 9)
                                            .text(
                                                    Genetlink.DEVLINK_ATTR_PORT_NETDEV_NAME,
                                                    "rep1"))),
                    datagram(done(request)));
        }
        assertThat(attributes.text(Genetlink.DEVLINK_ATTR_BUS_NAME, "")).isEqualTo("pci");
        assertThat(attributes.text(Genetlink.DEVLINK_ATTR_DEV_NAME, "")).isEqualTo(DEVICE);
        if (command == Genetlink.DEVLINK_CMD_ESWITCH_SET) {
            Attribute wanted = attributes.get(Genetlink.DEVLINK_ATTR_ESWITCH_MODE);
            assertThat(wanted.length()).isEqualTo(2);
            mode = wanted.u16();
            return List.of(datagram(ack(request)));
        }
        assertThat(command).isEqualTo(Genetlink.DEVLINK_CMD_ESWITCH_GET);
        AttributeWriter answer =
                handle(command, DEVICE).u16(Genetlink.DEVLINK_ATTR_ESWITCH_MODE, mode);
        return List.of(datagram(message(request, FAMILY, answer)), datagram(ack(request)));
    }

    private static AttributeWriter port(int index, int flavour) {
        return handle(Genetlink.DEVLINK_CMD_PORT_NEW, DEVICE)
                .u32(Genetlink.DEVLINK_ATTR_PORT_INDEX, index)
                .u16(Genetlink.DEVLINK_ATTR_PORT_FLAVOUR, flavour);
    }

    private static AttributeWriter handle(int command, String device) {
        return body(command)
                .text(Genetlink.DEVLINK_ATTR_BUS_NAME, "pci")
                .text(Genetlink.DEVLINK_ATTR_DEV_NAME, device);
    }

    private static AttributeWriter body(int command) {
        return new AttributeWriter().structure(new byte[] {(byte) command, 1, 0, 0});
    }

    private static NetlinkMessage message(NetlinkMessage request, int type, AttributeWriter body) {
        return part(request, type, NetlinkMessage.F_MULTI, body.toBytes());
    }
}
