// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import org.dpdk4j.bindings.Dpdk;
import org.dpdk4j.bindings.memory.NativeMemory;
import org.dpdk4j.bindings.memory.Struct;
import org.dpdk4j.bindings.rte.Rte;

/**
 * {@code rte_eth_fp_ops}: the table in which drivers publish their burst functions and queues, one
 * entry for each port. What {@code rte_eth_rx_burst} and {@code rte_eth_tx_burst} read inline.
 *
 * <p>Its contents change when a port starts and stops, and some drivers swap functions after an
 * error, so functions are read anew for each burst; a port that is stopped has functions that do
 * nothing, whatever queue they are given. A queue's data stays the same while it is claimed, as
 * {@link EthDev} sets up none then.
 */
final class FastPathOps {
    private static final Struct OPS = Struct.of("rte_eth_fp_ops");
    private static final long TABLE = Dpdk.address("rte_eth_fp_ops");

    static final long RX_PKT_BURST = OPS.offset("rx_pkt_burst");
    static final long RXQ_DATA = OPS.offset("rxq.data");
    static final long RXQ_CALLBACKS = OPS.offset("rxq.clbk");
    static final long TX_PKT_BURST = OPS.offset("tx_pkt_burst");
    static final long TX_PKT_PREPARE = OPS.offset("tx_pkt_prepare");
    static final long TXQ_DATA = OPS.offset("txq.data");
    static final long TXQ_CALLBACKS = OPS.offset("txq.clbk");

    private FastPathOps() {}

    /** The address of a port's entry, which is the same for the life of the process. */
    static long entry(int portId) {
        if (portId < 0 || portId >= Rte.RTE_MAX_ETHPORTS()) {
            throw new IndexOutOfBoundsException("port " + portId);
        }
        return TABLE + portId * OPS.byteSize();
    }

    /** What the driver's functions are called with for a queue. */
    static long data(long entry, long field, int queue) {
        return NativeMemory.getLong(slot(entry, field, queue), 0);
    }

    /**
     * The address of a queue's element in one of the entry's arrays. It is the same for as long as
     * the port is started; what is in it need not be.
     */
    static long slot(long entry, long field, int queue) {
        return NativeMemory.getLong(entry, field) + (long) queue * Long.BYTES;
    }
}
