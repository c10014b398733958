// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

/**
 * What a device can do: the commonly used part of {@code struct rte_eth_dev_info}.
 *
 * @param driverName its driver, such as {@code net_null}
 * @param ifIndex index of the kernel's interface that it is bound to, or 0
 * @param minMtu smallest MTU in bytes
 * @param maxMtu largest MTU in bytes
 * @param minRxBufferSize smallest receive buffer in bytes, headroom not counted
 * @param maxRxPacketLength longest frame that it can receive, in bytes; 2^32 - 1 if it names no
 *     limit
 * @param maxRxQueues most receive queues
 * @param maxTxQueues most transmit queues
 * @param rxOffloadCapabilities receive offloads of {@link EthOffload} that it offers
 * @param txOffloadCapabilities transmit offloads of {@link EthOffload} that it offers
 * @param rssOffloadTypes bits of {@link RssHash} that it can hash
 * @param numaNode the NUMA node it is attached to, or -1 if it has none
 */
public record EthDevInfo(
        String driverName,
        int ifIndex,
        int minMtu,
        int maxMtu,
        int minRxBufferSize,
        long maxRxPacketLength,
        int maxRxQueues,
        int maxTxQueues,
        long rxOffloadCapabilities,
        long txOffloadCapabilities,
        long rssOffloadTypes,
        int numaNode) {}
