// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.kernel.NetlinkPort;
import org.jspecify.annotations.Nullable;

/** The addresses of IPv4 and IPv6 in this namespace. Any thread may call. */
public final class Addresses {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    private final Kernel kernel;

    private Addresses(Kernel kernel) {
        this.kernel = kernel;
    }

    /**
     * The addresses that a kernel has.
     *
     * @param kernel to be asked
     * @return them
     */
    public static Addresses of(Kernel kernel) {
        return new Addresses(kernel);
    }

    /**
     * The addresses of a link.
     *
     * @param link index
     * @return its addresses, IPv4 and IPv6
     * @throws KernelException with the kernel's errno
     */
    public List<Address> of(int link) throws KernelException {
        // Zeros: any family, any link. Only some kernels can be asked for a single link.
        byte[] payload = new byte[Rtnetlink.IFADDRMSG_BYTES];
        try (Conversation conversation = Conversation.open(kernel, NetlinkPort.NETLINK_ROUTE)) {
            return conversation.dump(
                    "list IP addresses",
                    Rtnetlink.RTM_GETADDR,
                    payload,
                    message -> read(message, link));
        }
    }

    private static List<Address> read(NetlinkMessage message, int link) throws KernelException {
        if (message.type() != Rtnetlink.RTM_NEWADDR) {
            return List.of();
        }
        ByteBuffer header = message.structure(Rtnetlink.IFADDRMSG_BYTES);
        int family = header.get(0);
        boolean ip = family == AF_INET || family == AF_INET6;
        if (!ip || header.getInt(4) != link) {
            return List.of();
        }
        Attributes attributes = message.attributes(Rtnetlink.IFADDRMSG_BYTES);
        // With a peer at the other end, IFA_ADDRESS is the peer's.
        Attribute own = attributes.get(Rtnetlink.IFA_LOCAL);
        InetAddress address = ip(own == null ? attributes.get(Rtnetlink.IFA_ADDRESS) : own);
        return address == null
                ? List.of()
                : List.of(new Address(link, address, header.get(1) & 0xff));
    }

    /** Null for no attribute. */
    static @Nullable InetAddress ip(@Nullable Attribute attribute) throws KernelException {
        if (attribute == null) {
            return null;
        }
        try {
            return InetAddress.getByAddress(attribute.bytes());
        } catch (UnknownHostException e) {
            throw new KernelException(
                    "read an IP address of " + attribute.length() + " bytes", Errno.EBADMSG);
        }
    }
}
