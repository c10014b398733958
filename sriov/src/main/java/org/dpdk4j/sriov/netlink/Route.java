// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * A route.
 *
 * @param destination a network's address; nothing for a default route
 * @param prefixLength how many bits of the destination count
 * @param table number; 254 is the main one, 255 the one of the own addresses
 * @param type 1 for an ordinary route; others for local addresses, broadcast and the like
 * @param protocol who made it; 2 is Linux itself, with an address or a link
 * @param links the indexes of the links that packets leave by, several with multipath routes
 * @param ipv6 whether it is of IPv6
 */
public record Route(
        Optional<InetAddress> destination,
        int prefixLength,
        int table,
        int type,
        int protocol,
        List<Integer> links,
        boolean ipv6) {
    private static final int RTPROT_KERNEL = 2;

    /**
     * Whether Linux made it by itself for an address or a link, so that it says no more than they.
     *
     * @return true if nobody asked for this route
     */
    public boolean automatic() {
        return protocol == RTPROT_KERNEL;
    }

    /** The network, as {@code ip route} names it. */
    @Override
    public String toString() {
        return destination
                .map(address -> address.getHostAddress() + "/" + prefixLength)
                .orElse(ipv6 ? "default of IPv6" : "default of IPv4");
    }
}
