// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.kernel.NetlinkPort;

/**
 * The network interfaces of this namespace. They are changed by index, which no rename takes away.
 * Each call opens a socket of its own, so any thread may call.
 */
public final class Links {
    /** The longest name but alternative ones, {@code IFNAMSIZ} without the zero. */
    private static final int NAME_BYTES = 15;

    private final Kernel kernel;

    private Links(Kernel kernel) {
        this.kernel = kernel;
    }

    /**
     * The links that a kernel has.
     *
     * @param kernel to be asked
     * @return them
     */
    public static Links of(Kernel kernel) {
        return new Links(kernel);
    }

    /**
     * All links, without their VFs.
     *
     * @return links in the kernel's order
     * @throws KernelException with the kernel's errno
     */
    public List<Link> all() throws KernelException {
        byte[] payload = payload(0, 0, 0, link -> mask(link, Rtnetlink.RTEXT_FILTER_SKIP_STATS));
        try (Conversation conversation = open()) {
            return conversation.dump(
                    "list network interfaces", Rtnetlink.RTM_GETLINK, payload, LinkReader::read);
        }
    }

    /**
     * A link by name.
     *
     * @param name or alternative name
     * @return the link without its VFs, or nothing if none has the name
     * @throws KernelException with the kernel's errno
     */
    public Optional<Link> named(String name) throws KernelException {
        int type = name.length() > NAME_BYTES ? Rtnetlink.IFLA_ALT_IFNAME : Rtnetlink.IFLA_IFNAME;
        return get(
                "look for network interface " + name,
                payload(
                        0,
                        0,
                        0,
                        link -> mask(link.text(type, name), Rtnetlink.RTEXT_FILTER_SKIP_STATS)));
    }

    /**
     * A link by index.
     *
     * @param index of the link
     * @return the link without its VFs, or nothing if none has the index
     * @throws KernelException with the kernel's errno
     */
    public Optional<Link> get(int index) throws KernelException {
        return get(
                "read network interface " + index,
                payload(index, 0, 0, link -> mask(link, Rtnetlink.RTEXT_FILTER_SKIP_STATS)));
    }

    /**
     * A link with its VFs. Their counters are left out if not wanted: they double the message, and
     * some kernels can't tell of more than about 200 VFs with them.
     *
     * @param index of the PF's link
     * @param counters whether to read what the VFs received and sent
     * @return the link, or nothing if none has the index
     * @throws KernelException with the kernel's errno; EMSGSIZE if the device has more VFs than fit
     *     into a message
     */
    public Optional<Link> withVfs(int index, boolean counters) throws KernelException {
        int filter = Rtnetlink.RTEXT_FILTER_VF | (counters ? 0 : Rtnetlink.RTEXT_FILTER_SKIP_STATS);
        return get(
                "read the VFs of network interface " + index,
                payload(index, 0, 0, link -> mask(link, filter)));
    }

    /**
     * Sets a link up or down.
     *
     * @param index of the link
     * @param up or down
     * @throws KernelException with the kernel's errno
     */
    public void up(int index, boolean up) throws KernelException {
        change(
                "set network interface " + index + (up ? " up" : " down"),
                payload(index, up ? Rtnetlink.IFF_UP : 0, Rtnetlink.IFF_UP, link -> {}));
    }

    /**
     * Sets the MTU.
     *
     * @param index of the link
     * @param mtu in bytes
     * @throws KernelException with the kernel's errno
     */
    public void mtu(int index, int mtu) throws KernelException {
        change(
                "set the MTU of network interface " + index + " to " + mtu,
                payload(index, 0, 0, link -> link.u32(Rtnetlink.IFLA_MTU, mtu)));
    }

    /**
     * Sets the link's own MAC address.
     *
     * @param index of the link
     * @param mac in the low 48 bits
     * @throws KernelException with the kernel's errno
     */
    public void mac(int index, long mac) throws KernelException {
        byte[] octets = new byte[6];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) (mac >>> (40 - 8 * i));
        }
        change(
                "set the MAC address of network interface " + index,
                payload(index, 0, 0, link -> link.bytes(Rtnetlink.IFLA_ADDRESS, octets)));
    }

    /**
     * Renames a link, which must be down on kernels before 6.2.
     *
     * @param index of the link
     * @param name of 15 bytes at most
     * @throws KernelException with the kernel's errno
     */
    public void name(int index, String name) throws KernelException {
        change(
                "rename network interface " + index + " to " + name,
                payload(index, 0, 0, link -> link.text(Rtnetlink.IFLA_IFNAME, name)));
    }

    /**
     * Sets something of a VF.
     *
     * @param index of the PF's link
     * @param command what to set
     * @throws KernelException with the errno of the driver
     */
    public void set(int index, VfCommand command) throws KernelException {
        change(
                "set " + command + " on network interface " + index,
                payload(index, 0, 0, command::write));
    }

    private void change(String what, byte[] payload) throws KernelException {
        try (Conversation conversation = open()) {
            conversation.change(what, Rtnetlink.RTM_SETLINK, payload);
        }
    }

    private Optional<Link> get(String what, byte[] payload) throws KernelException {
        try (Conversation conversation = open()) {
            return conversation
                    .request(what, Rtnetlink.RTM_GETLINK, payload, LinkReader::read)
                    .stream()
                    .findFirst();
        } catch (KernelException e) {
            if (e.errno() == Errno.ENODEV) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Conversation open() throws KernelException {
        return Conversation.open(kernel, NetlinkPort.NETLINK_ROUTE);
    }

    private static void mask(AttributeWriter link, int filter) {
        link.u32(Rtnetlink.IFLA_EXT_MASK, filter);
    }

    private static byte[] payload(
            int index, int flags, int change, Consumer<AttributeWriter> attributes) {
        AttributeWriter link = new AttributeWriter();
        link.structure(
                AttributeWriter.buffer(Rtnetlink.IFINFOMSG_BYTES)
                        .putInt(0)
                        .putInt(index)
                        .putInt(flags)
                        .putInt(change)
                        .array());
        attributes.accept(link);
        return link.toBytes();
    }
}
