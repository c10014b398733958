// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

/**
 * A device's counters since its start or their last reset: {@code struct rte_eth_stats}. Each is an
 * unsigned 64-bit number.
 *
 * @param ipackets packets received
 * @param opackets packets sent
 * @param ibytes bytes received
 * @param obytes bytes sent
 * @param imissed packets that the device dropped because its queues were full
 * @param ierrors packets received in error
 * @param oerrors packets that could not be sent
 * @param rxNoMbuf times that no mbuf was left to receive into
 */
public record EthStats(
        long ipackets,
        long opackets,
        long ibytes,
        long obytes,
        long imissed,
        long ierrors,
        long oerrors,
        long rxNoMbuf) {}
