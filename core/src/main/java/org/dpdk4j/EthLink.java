// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

/**
 * State of a device's link: {@code struct rte_eth_link}.
 *
 * @param up whether there is one
 * @param speedMbps in Mbit/s; 0 if there is none, {@link #SPEED_UNKNOWN} if the driver can't tell
 * @param fullDuplex whether both sides may send at once
 * @param autoNegotiated whether the speed was negotiated and not fixed
 */
public record EthLink(boolean up, long speedMbps, boolean fullDuplex, boolean autoNegotiated) {
    /** The speed of a link whose speed isn't known: all ones, as in {@code rte_ethdev.h}. */
    public static final long SPEED_UNKNOWN = 0xffff_ffffL;
}
