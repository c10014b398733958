// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import java.net.InetAddress;

/**
 * An address of a link.
 *
 * @param link the link's index
 * @param address the link's own, of IPv4 or IPv6
 * @param prefixLength how many bits name the network
 */
public record Address(int link, InetAddress address, int prefixLength) {
    /**
     * Whether Linux makes such an address by itself for each link that is up.
     *
     * @return true for {@code fe80::/10}
     */
    public boolean linkLocal() {
        return address.isLinkLocalAddress() && address.getAddress().length == 16;
    }

    /** The usual notation, without the link. */
    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefixLength;
    }
}
