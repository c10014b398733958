// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.kernel.NetlinkPort;

/** What devlink knows of PCI devices: the mode of their switch, and its ports. */
public final class Devlink {
    private static final String FAMILY = "devlink";
    private static final String BUS = "pci";
    private static final int VERSION = 1;

    private final Kernel kernel;

    private Devlink(Kernel kernel) {
        this.kernel = kernel;
    }

    /**
     * The devlink that a kernel has.
     *
     * @param kernel to be asked
     * @return it
     */
    public static Devlink of(Kernel kernel) {
        return new Devlink(kernel);
    }

    /**
     * The mode of a device's switch.
     *
     * @param device PCI address in Linux's notation
     * @return 0 legacy, 1 switchdev; nothing where device, driver or kernel have no such thing
     * @throws KernelException with the kernel's errno; EPERM for others than root
     */
    public OptionalInt eswitchMode(String device) throws KernelException {
        try (Conversation conversation = open()) {
            List<Integer> modes =
                    conversation.request(
                            "read the mode of the switch of " + device,
                            family(conversation),
                            payload(Genetlink.DEVLINK_CMD_ESWITCH_GET, handle(device)),
                            message -> {
                                Attribute mode =
                                        message.attributes(Genetlink.GENLMSGHDR_BYTES)
                                                .get(Genetlink.DEVLINK_ATTR_ESWITCH_MODE);
                                return mode == null ? List.of() : List.of(mode.u16());
                            });
            return modes.isEmpty() ? OptionalInt.empty() : OptionalInt.of(modes.getFirst());
        } catch (KernelException e) {
            return switch (e.errno()) {
                // No devlink in this kernel; not for this device; not in this driver.
                case Errno.ENOENT, Errno.EPROTONOSUPPORT, Errno.ENODEV, Errno.EOPNOTSUPP ->
                        OptionalInt.empty();
                default -> throw e;
            };
        }
    }

    /**
     * Sets the mode of a device's switch, which may take some seconds.
     *
     * @param device PCI address in Linux's notation
     * @param mode 0 legacy, 1 switchdev
     * @throws KernelException with the errno of the driver; ENOENT where the kernel has no devlink
     */
    public void eswitchMode(String device, int mode) throws KernelException {
        try (Conversation conversation = open()) {
            conversation.change(
                    "set the mode of the switch of " + device,
                    family(conversation),
                    payload(
                            Genetlink.DEVLINK_CMD_ESWITCH_SET,
                            handle(device)
                                    .andThen(request ->
                                            request.u16(
                                                    Genetlink.DEVLINK_ATTR_ESWITCH_MODE, mode))));
        }
    }

    /**
     * The ports of a device's switch.
     *
     * @param device PCI address in Linux's notation
     * @return them; none where device, driver or kernel have no such thing
     * @throws KernelException with the kernel's errno
     */
    public List<DevlinkPort> ports(String device) throws KernelException {
        try (Conversation conversation = open()) {
            return conversation.dump(
                    "list the ports of " + device,
                    family(conversation),
                    payload(Genetlink.DEVLINK_CMD_PORT_GET, request -> {}),
                    message -> port(message, device));
        } catch (KernelException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.EPROTONOSUPPORT) {
                return List.of();
            }
            throw e;
        }
    }

    private Conversation open() throws KernelException {
        return Conversation.open(kernel, NetlinkPort.NETLINK_GENERIC);
    }

    /** ENOENT where the kernel has no devlink. */
    private static int family(Conversation conversation) throws KernelException {
        List<Integer> types =
                conversation.request(
                        "look for devlink",
                        Genetlink.GENL_ID_CTRL,
                        payload(
                                Genetlink.CTRL_CMD_GETFAMILY,
                                request -> request.text(Genetlink.CTRL_ATTR_FAMILY_NAME, FAMILY)),
                        message -> {
                            Attribute type =
                                    message.attributes(Genetlink.GENLMSGHDR_BYTES)
                                            .get(Genetlink.CTRL_ATTR_FAMILY_ID);
                            return type == null ? List.of() : List.of(type.u16());
                        });
        if (types.isEmpty()) {
            throw new KernelException("look for devlink", Errno.ENOENT);
        }
        return types.getFirst();
    }

    private static List<DevlinkPort> port(NetlinkMessage message, String device)
            throws KernelException {
        Attributes port = message.attributes(Genetlink.GENLMSGHDR_BYTES);
        if (!port.text(Genetlink.DEVLINK_ATTR_BUS_NAME, "").equals(BUS)
                || !port.text(Genetlink.DEVLINK_ATTR_DEV_NAME, "").equals(device)) {
            return List.of();
        }
        return List.of(
                new DevlinkPort(
                        port.u32(Genetlink.DEVLINK_ATTR_PORT_INDEX, 0),
                        u16(port, Genetlink.DEVLINK_ATTR_PORT_FLAVOUR),
                        u16(port, Genetlink.DEVLINK_ATTR_PORT_PCI_PF_NUMBER),
                        u16(port, Genetlink.DEVLINK_ATTR_PORT_PCI_VF_NUMBER),
                        port.u32(Genetlink.DEVLINK_ATTR_PORT_NETDEV_IFINDEX, 0),
                        port.text(Genetlink.DEVLINK_ATTR_PORT_NETDEV_NAME, "")));
    }

    private static int u16(Attributes attributes, int type) throws KernelException {
        Attribute attribute = attributes.get(type);
        return attribute == null ? -1 : attribute.u16();
    }

    private static Consumer<AttributeWriter> handle(String device) {
        return request ->
                request.text(Genetlink.DEVLINK_ATTR_BUS_NAME, BUS)
                        .text(Genetlink.DEVLINK_ATTR_DEV_NAME, device);
    }

    private static byte[] payload(int command, Consumer<AttributeWriter> attributes) {
        AttributeWriter request = new AttributeWriter();
        request.structure(new byte[] {(byte) command, VERSION, 0, 0});
        attributes.accept(request);
        return request.toBytes();
    }
}
