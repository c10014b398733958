// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.kernel.NetlinkPort;

/** The routes of IPv4 and IPv6 in this namespace, of all tables. Any thread may call. */
public final class Routes {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    /** Made by traffic, gone by themselves. */
    private static final int RTM_F_CLONED = 0x200;

    private final Kernel kernel;

    private Routes(Kernel kernel) {
        this.kernel = kernel;
    }

    /**
     * The routes that a kernel has.
     *
     * @param kernel to be asked
     * @return them
     */
    public static Routes of(Kernel kernel) {
        return new Routes(kernel);
    }

    /**
     * The routes by which packets leave through a link.
     *
     * @param link index
     * @return routes of all tables; those of others aren't kept, there may be a million
     * @throws KernelException with the kernel's errno
     */
    public List<Route> through(int link) throws KernelException {
        List<Route> all = new ArrayList<>();
        try (Conversation conversation = Conversation.open(kernel, NetlinkPort.NETLINK_ROUTE)) {
            for (int family : new int[] {AF_INET, AF_INET6}) {
                byte[] payload = new byte[Rtnetlink.RTMSG_BYTES];
                payload[0] = (byte) family;
                all.addAll(
                        conversation.dump(
                                "list routes",
                                Rtnetlink.RTM_GETROUTE,
                                payload,
                                message -> read(message, family, link)));
            }
        }
        return List.copyOf(all);
    }

    private static List<Route> read(NetlinkMessage message, int family, int link)
            throws KernelException {
        if (message.type() != Rtnetlink.RTM_NEWROUTE) {
            return List.of();
        }
        ByteBuffer header = message.structure(Rtnetlink.RTMSG_BYTES);
        // A kernel without IPv6 answers with the routes of all the families that it has.
        if (header.get(0) != family || (header.getInt(8) & RTM_F_CLONED) != 0) {
            return List.of();
        }
        Attributes attributes = message.attributes(Rtnetlink.RTMSG_BYTES);
        List<Integer> links = links(attributes);
        if (!links.contains(link)) {
            return List.of();
        }
        return List.of(
                new Route(
                        Optional.ofNullable(Addresses.ip(attributes.get(Rtnetlink.RTA_DST))),
                        header.get(1) & 0xff,
                        attributes.u32(Rtnetlink.RTA_TABLE, header.get(4) & 0xff),
                        header.get(7) & 0xff,
                        header.get(5) & 0xff,
                        links,
                        family == AF_INET6));
    }

    private static List<Integer> links(Attributes route) throws KernelException {
        List<Integer> links = new ArrayList<>();
        for (Attribute attribute : route) {
            if (attribute.type() == Rtnetlink.RTA_OIF) {
                links.add(attribute.u32());
            } else if (attribute.type() == Rtnetlink.RTA_MULTIPATH) {
                ByteBuffer hops = ByteBuffer.wrap(attribute.bytes()).order(ByteOrder.nativeOrder());
                int at = 0;
                while (hops.limit() - at >= Rtnetlink.RTNEXTHOP_BYTES) {
                    int length = hops.getShort(at) & 0xffff;
                    if (length < Rtnetlink.RTNEXTHOP_BYTES) {
                        throw new KernelException(
                                "read a next hop of " + length + " bytes", Errno.EBADMSG);
                    }
                    links.add(hops.getInt(at + 4));
                    at += length + 3 & ~3;
                }
            }
        }
        return List.copyOf(links);
    }
}
