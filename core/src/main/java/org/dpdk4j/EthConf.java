// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

/**
 * How a device is to be configured: the part of {@code struct rte_eth_conf} that is supported.
 *
 * @param rxQueues number of receive queues
 * @param txQueues number of transmit queues
 * @param mtu largest payload of a frame in bytes, or 0 for 1500, or the most that the device takes
 *     if that is less
 * @param rxOffloads bits of {@code RTE_ETH_RX_OFFLOAD_*}, see {@link EthOffload}
 * @param txOffloads bits of {@code RTE_ETH_TX_OFFLOAD_*}, see {@link EthOffload}
 * @param rssHashFunctions bits of {@link RssHash}; with any, packets are spread over the receive
 *     queues by hash. Each must be among {@link EthDevInfo#rssOffloadTypes}, or configuring fails
 *     with {@code EINVAL}
 */
public record EthConf(
        int rxQueues,
        int txQueues,
        int mtu,
        long rxOffloads,
        long txOffloads,
        long rssHashFunctions) {

    /**
     * A builder, at one queue each way and no offloads.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds an {@link EthConf}. */
    public static final class Builder {
        private int rxQueues = 1;
        private int txQueues = 1;
        private int mtu;
        private long rxOffloads;
        private long txOffloads;
        private long rssHashFunctions;

        private Builder() {}

        /**
         * Sets the number of receive queues.
         *
         * @param count how many
         * @return this
         */
        public Builder rxQueues(int count) {
            rxQueues = count;
            return this;
        }

        /**
         * Sets the number of transmit queues.
         *
         * @param count how many
         * @return this
         */
        public Builder txQueues(int count) {
            txQueues = count;
            return this;
        }

        /**
         * Sets the MTU.
         *
         * @param bytes largest payload of a frame, without Ethernet header and checksum
         * @return this
         */
        public Builder mtu(int bytes) {
            mtu = bytes;
            return this;
        }

        /**
         * Sets the receive offloads.
         *
         * @param bits bits of {@link EthOffload}
         * @return this
         */
        public Builder rxOffloads(long bits) {
            rxOffloads = bits;
            return this;
        }

        /**
         * Sets the transmit offloads.
         *
         * @param bits bits of {@link EthOffload}
         * @return this
         */
        public Builder txOffloads(long bits) {
            txOffloads = bits;
            return this;
        }

        /**
         * Spreads packets over the receive queues by a hash.
         *
         * @param bits bits of {@link RssHash}
         * @return this
         */
        public Builder rssHashFunctions(long bits) {
            rssHashFunctions = bits;
            return this;
        }

        /**
         * The configuration.
         *
         * @return it
         */
        public EthConf build() {
            return new EthConf(rxQueues, txQueues, mtu, rxOffloads, txOffloads, rssHashFunctions);
        }
    }
}
