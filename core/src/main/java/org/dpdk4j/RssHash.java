// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import org.dpdk4j.bindings.rte.Rte;

/**
 * Bits of what a device can hash to choose a receive queue: {@code RTE_ETH_RSS_*} of {@code
 * rte_ethdev.h}. A device offers some of them ({@link EthDevInfo#rssOffloadTypes}).
 */
public final class RssHash {
    /** The addresses of IPv4 and IPv6. */
    public static final long IP = Rte.RTE_ETH_RSS_IP();

    /** Addresses and ports of TCP. */
    public static final long TCP = Rte.RTE_ETH_RSS_TCP();

    /** Addresses and ports of UDP. */
    public static final long UDP = Rte.RTE_ETH_RSS_UDP();

    private RssHash() {}
}
