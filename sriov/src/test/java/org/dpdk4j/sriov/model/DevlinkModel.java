// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.nio.ByteBuffer;
import java.util.Map;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.model.NetlinkModel.Request;

/** Generic netlink: who has which number, and devlink's eswitch and ports. */
final class DevlinkModel {
    private static final int GET_FAMILY = 3;
    private static final int NEW_FAMILY = 1;
    private static final int DEVLINK_GET = 1;
    private static final int DEVLINK_NEW = 3;
    private static final int PORT_GET = 5;
    private static final int PORT_NEW = 7;
    private static final int ESWITCH_GET = 29;
    private static final int ESWITCH_SET = 30;
    private static final int BUS_NAME = 1;
    private static final int DEV_NAME = 2;
    private static final int PORT_INDEX = 3;
    private static final int PORT_TYPE = 4;
    private static final int PORT_NETDEV_IFINDEX = 6;
    private static final int PORT_NETDEV_NAME = 7;
    private static final int ESWITCH_MODE = 25;
    private static final int ESWITCH_INLINE_MODE = 26;
    private static final int ESWITCH_ENCAP_MODE = 62;
    private static final int PORT_FLAVOUR = 77;
    private static final int PORT_NUMBER = 78;
    private static final int PORT_PCI_PF_NUMBER = 127;
    private static final int PORT_PCI_VF_NUMBER = 128;
    private static final int PHYSICAL = 0;
    private static final int PCI_VF = 4;

    private final KernelModel kernel;

    DevlinkModel(KernelModel kernel) {
        this.kernel = kernel;
    }

    static boolean changes(Request request) {
        return request.payload.get(0) == ESWITCH_SET;
    }

    static String text(Request request) {
        int command = request.payload.hasRemaining() ? request.payload.get(0) : 0;
        String name = request.type == NetlinkModel.GENL_ID_CTRL ? "ctrl" : "devlink";
        return "netlink " + name + " " + (command == ESWITCH_SET ? "eswitch set" : command);
    }

    void handle(Request request) throws Refusal {
        if (request.payload.limit() < 4) {
            throw new Refusal(Errno.EINVAL);
        }
        int command = request.payload.get(0);
        ByteBuffer rest = request.payload.duplicate();
        rest.position(4);
        Map<Integer, ByteBuffer> attributes = NetlinkBuffer.parse(rest);
        if (request.type == NetlinkModel.GENL_ID_CTRL) {
            family(request, command, attributes);
            return;
        }
        if (request.type != NetlinkModel.DEVLINK || noDevlink()) {
            throw new Refusal(Errno.ENOENT);
        }
        switch (command) {
            case DEVLINK_GET -> each(request, attributes, this::device);
            case PORT_GET -> each(request, attributes, this::ports);
            case ESWITCH_GET -> {
                NetlinkModel.onlyRoot(kernel);
                eswitch(request, device(attributes));
            }
            case ESWITCH_SET -> {
                NetlinkModel.onlyRoot(kernel);
                set(device(attributes), attributes);
            }
            default -> throw new Refusal(Errno.EOPNOTSUPP);
        }
    }

    private interface Answering {
        void answer(Request request, PciDevice device);
    }

    private void each(Request request, Map<Integer, ByteBuffer> attributes, Answering answering)
            throws Refusal {
        if (!request.dump() || attributes.containsKey(DEV_NAME)) {
            answering.answer(request, device(attributes));
            return;
        }
        for (PciDevice device : kernel.pci.devices.values()) {
            if (capable(device)) {
                answering.answer(request, device);
            }
        }
    }

    private boolean noDevlink() {
        return kernel.pci.devices.values().stream().noneMatch(DevlinkModel::capable);
    }

    private void family(Request request, int command, Map<Integer, ByteBuffer> attributes)
            throws Refusal {
        if (command != GET_FAMILY || !attributes.containsKey(2)) {
            throw new Refusal(Errno.EINVAL);
        }
        String name = NetlinkBuffer.text(attributes.get(2));
        if (!name.equals("devlink") || noDevlink()) {
            throw new Refusal(Errno.ENOENT);
        }
        NetlinkBuffer answer = request.answer(NetlinkModel.GENL_ID_CTRL);
        answer.u8(NEW_FAMILY).u8(2).u16(0);
        answer.text(2, name);
        answer.attribute16(1, NetlinkModel.DEVLINK);
        answer.attribute32(3, 1).attribute32(4, 0).attribute32(5, 180);
        request.answers.add(answer.bytes());
    }

    private static boolean capable(PciDevice device) {
        return device.physfn == null
                && device.model != null
                && device.model.eswitch()
                && device.driver != null
                && device.driver.kind == Driver.Kind.NET;
    }

    private PciDevice device(Map<Integer, ByteBuffer> attributes) throws Refusal {
        if (!attributes.containsKey(BUS_NAME) || !attributes.containsKey(DEV_NAME)) {
            throw new Refusal(Errno.EINVAL);
        }
        PciDevice device = kernel.pci.devices.get(NetlinkBuffer.text(attributes.get(DEV_NAME)));
        if (device == null
                || !capable(device)
                || !NetlinkBuffer.text(attributes.get(BUS_NAME)).equals("pci")) {
            throw new Refusal(Errno.ENODEV);
        }
        return device;
    }

    private static NetlinkBuffer answer(Request request, int command, PciDevice device) {
        return request.answer(NetlinkModel.DEVLINK)
                .u8(command)
                .u8(1)
                .u16(0)
                .text(BUS_NAME, "pci")
                .text(DEV_NAME, device.address.toString());
    }

    private void device(Request request, PciDevice device) {
        request.answers.add(answer(request, DEVLINK_NEW, device).bytes());
    }

    private static void eswitch(Request request, PciDevice device) {
        request.answers.add(
                answer(request, ESWITCH_GET, device)
                        .attribute16(ESWITCH_MODE, device.switchdev ? 1 : 0)
                        .attribute8(ESWITCH_INLINE_MODE, 0)
                        .attribute8(ESWITCH_ENCAP_MODE, 1)
                        .bytes());
    }

    private void set(PciDevice device, Map<Integer, ByteBuffer> attributes) throws Refusal {
        ByteBuffer mode = attributes.get(ESWITCH_MODE);
        if (mode == null) {
            return;
        }
        int wanted = mode.getShort(0);
        if (wanted < 0 || wanted > 1) {
            throw new Refusal(Errno.EINVAL);
        }
        boolean switchdev = wanted == 1;
        if (switchdev == device.switchdev) {
            return;
        }
        if (device.model == NicModel.ICE && device.numVfs > 0) {
            throw new Refusal(
                    Errno.EOPNOTSUPP,
                    "Changing eswitch mode is allowed only if there is no VFs created");
        }
        kernel.net.eswitch(device, switchdev);
    }

    private void ports(Request request, PciDevice device) {
        for (Netdev netdev : device.netdevs) {
            boolean vf = netdev.representsVf >= 0;
            NetlinkBuffer answer = answer(request, PORT_NEW, device);
            int base = device.address.function() << 16;
            answer.attribute32(PORT_INDEX, vf ? base + 1 + netdev.representsVf : base + 65535);
            answer.attribute16(PORT_TYPE, 2);
            if (!netdev.elsewhere) {
                answer.attribute32(PORT_NETDEV_IFINDEX, netdev.index);
                answer.text(PORT_NETDEV_NAME, netdev.name);
            }
            answer.attribute16(PORT_FLAVOUR, vf ? PCI_VF : PHYSICAL);
            if (vf) {
                answer.attribute16(PORT_PCI_PF_NUMBER, device.address.function());
                answer.attribute16(PORT_PCI_VF_NUMBER, netdev.representsVf);
            } else {
                answer.attribute32(PORT_NUMBER, device.address.function());
            }
            request.answers.add(answer.bytes());
        }
    }
}
