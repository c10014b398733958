// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import org.dpdk4j.bindings.rte.Rte;

/**
 * Bits of {@link Mbuf#offloadFlags}: what the device found out about a packet that it received, and
 * what it is to do with one that it sends. {@code RTE_MBUF_F_*} of {@code rte_mbuf_core.h}.
 *
 * <p>What has a mask is a number in the bits of that mask, and is to be compared under it: {@code
 * (flags & RX_L4_CKSUM_MASK) == RX_L4_CKSUM_BAD}. Its values share bits.
 */
public final class MbufFlags {
    /** Received with a VLAN tag, which is in {@link Mbuf#vlanTci}. */
    public static final long RX_VLAN = Rte.RTE_MBUF_F_RX_VLAN();

    /** The VLAN tag was taken out of the frame. */
    public static final long RX_VLAN_STRIPPED = Rte.RTE_MBUF_F_RX_VLAN_STRIPPED();

    /** The hash in {@link Mbuf#rssHash} is valid. */
    public static final long RX_RSS_HASH = Rte.RTE_MBUF_F_RX_RSS_HASH();

    /** All bits about the IP checksum of what was received; none of them: not known. */
    public static final long RX_IP_CKSUM_MASK = Rte.RTE_MBUF_F_RX_IP_CKSUM_MASK();

    /** Under that mask: the IP checksum is wrong. */
    public static final long RX_IP_CKSUM_BAD = Rte.RTE_MBUF_F_RX_IP_CKSUM_BAD();

    /** Under that mask: the IP checksum is right. */
    public static final long RX_IP_CKSUM_GOOD = Rte.RTE_MBUF_F_RX_IP_CKSUM_GOOD();

    /** Under that mask: the packet holds no right IP checksum, but it came over no wire. */
    public static final long RX_IP_CKSUM_NONE = RX_IP_CKSUM_MASK;

    /** All bits about the TCP or UDP checksum of what was received; none of them: not known. */
    public static final long RX_L4_CKSUM_MASK = Rte.RTE_MBUF_F_RX_L4_CKSUM_MASK();

    /** Under that mask: the TCP or UDP checksum is wrong. */
    public static final long RX_L4_CKSUM_BAD = Rte.RTE_MBUF_F_RX_L4_CKSUM_BAD();

    /** Under that mask: the TCP or UDP checksum is right. */
    public static final long RX_L4_CKSUM_GOOD = Rte.RTE_MBUF_F_RX_L4_CKSUM_GOOD();

    /**
     * Under that mask: the packet holds no right TCP or UDP checksum, but it came over no wire, as
     * from a virtual machine on the same host: it is whole.
     */
    public static final long RX_L4_CKSUM_NONE = RX_L4_CKSUM_MASK;

    /** Insert the VLAN tag of {@link Mbuf#vlanTci}. */
    public static final long TX_VLAN = Rte.RTE_MBUF_F_TX_VLAN();

    /** The packet is IPv4; needed by the other transmit flags. */
    public static final long TX_IPV4 = Rte.RTE_MBUF_F_TX_IPV4();

    /** The packet is IPv6; needed by the other transmit flags. */
    public static final long TX_IPV6 = Rte.RTE_MBUF_F_TX_IPV6();

    /** Compute the IPv4 header's checksum. */
    public static final long TX_IP_CKSUM = Rte.RTE_MBUF_F_TX_IP_CKSUM();

    /** Under that mask: compute the TCP checksum. */
    public static final long TX_TCP_CKSUM = Rte.RTE_MBUF_F_TX_TCP_CKSUM();

    /** Under that mask: compute the UDP checksum. */
    public static final long TX_UDP_CKSUM = Rte.RTE_MBUF_F_TX_UDP_CKSUM();

    /** Cut into TCP segments of the size given to {@link Mbuf#txOffload}. */
    public static final long TX_TCP_SEG = Rte.RTE_MBUF_F_TX_TCP_SEG();

    /** All bits about the checksum of TCP or UDP in what is sent. */
    public static final long TX_L4_MASK = TX_TCP_CKSUM | TX_UDP_CKSUM;

    private MbufFlags() {}
}
