// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import org.dpdk4j.bindings.rte.Rte;

/**
 * Bits of what a device can do by itself: {@code RTE_ETH_RX_OFFLOAD_*} and {@code
 * RTE_ETH_TX_OFFLOAD_*} of {@code rte_ethdev.h}.
 */
public final class EthOffload {
    /** Receive: take the VLAN tag out of the frame and into the mbuf. */
    public static final long RX_VLAN_STRIP = Rte.RTE_ETH_RX_OFFLOAD_VLAN_STRIP();

    /** Receive: check the IPv4 header's checksum. */
    public static final long RX_IPV4_CKSUM = Rte.RTE_ETH_RX_OFFLOAD_IPV4_CKSUM();

    /** Receive: check the UDP checksum. */
    public static final long RX_UDP_CKSUM = Rte.RTE_ETH_RX_OFFLOAD_UDP_CKSUM();

    /** Receive: check the TCP checksum. */
    public static final long RX_TCP_CKSUM = Rte.RTE_ETH_RX_OFFLOAD_TCP_CKSUM();

    /** Receive: spread a large frame over several mbufs. */
    public static final long RX_SCATTER = Rte.RTE_ETH_RX_OFFLOAD_SCATTER();

    /** Receive: put the RSS hash into the mbuf. */
    public static final long RX_RSS_HASH = Rte.RTE_ETH_RX_OFFLOAD_RSS_HASH();

    /** Transmit: insert the mbuf's VLAN tag into the frame. */
    public static final long TX_VLAN_INSERT = Rte.RTE_ETH_TX_OFFLOAD_VLAN_INSERT();

    /** Transmit: compute the IPv4 header's checksum. */
    public static final long TX_IPV4_CKSUM = Rte.RTE_ETH_TX_OFFLOAD_IPV4_CKSUM();

    /** Transmit: compute the UDP checksum. */
    public static final long TX_UDP_CKSUM = Rte.RTE_ETH_TX_OFFLOAD_UDP_CKSUM();

    /** Transmit: compute the TCP checksum. */
    public static final long TX_TCP_CKSUM = Rte.RTE_ETH_TX_OFFLOAD_TCP_CKSUM();

    /** Transmit: cut a large TCP packet into segments. */
    public static final long TX_TCP_TSO = Rte.RTE_ETH_TX_OFFLOAD_TCP_TSO();

    /** Transmit: accept packets of several mbufs. */
    public static final long TX_MULTI_SEGS = Rte.RTE_ETH_TX_OFFLOAD_MULTI_SEGS();

    /**
     * Transmit: free mbufs without looking. Only for a queue whose packets all come from one pool,
     * are direct, and have a reference count of 1.
     */
    public static final long TX_MBUF_FAST_FREE = Rte.RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE();

    private EthOffload() {}
}
