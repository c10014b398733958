// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.lang.foreign.MemorySegment;
import org.dpdk4j.bindings.memory.NativeMemory;
import org.dpdk4j.bindings.rte.Rte;
import org.jspecify.annotations.Nullable;

/**
 * A transmit queue of a device, claimed by one user.
 *
 * <p>Only one claim exists at a time, and only its owner's thread may send. Closing gives the claim
 * back. Follows {@code rte_eth_tx_burst} in {@code rte_ethdev.h}: the queue's callbacks are called,
 * and then the driver's own function.
 */
public final class TxQueue extends EthQueue {
    private final EthDev device;

    TxQueue(EthDev device, int queue, boolean critical, @Nullable InterruptGate gate) {
        super(
                device.portId(),
                queue,
                FastPathOps.TXQ_DATA,
                FastPathOps.TXQ_CALLBACKS,
                critical,
                gate);
        this.device = device;
    }

    /**
     * Hands packets to the device, from the front of a burst. The device owns those that it took
     * and frees them once they are sent; the others stay in the burst, for another try or to be
     * freed.
     *
     * @param burst the packets
     * @return how many it took; less than all if its queue is full
     * @throws IllegalStateException if the claim was given back
     */
    public int send(MbufBurst burst) {
        requireClaim();
        long mbufs = burst.packedAddress();
        int offered = burst.size();
        if (offered == 0) {
            return 0;
        }
        int left = offered;
        long callbacks = NativeMemory.getLong(callbacksSlot, 0);
        if (callbacks != 0) {
            left = callCallbacks(mbufs, offered, callbacks);
        }
        if (MbufTracker.ENABLED) {
            // Before, since another thread may get them again while the call still runs.
            MbufTracker.released(mbufs, left, "sent");
        }
        long function = NativeMemory.getLong(entry, FastPathOps.TX_PKT_BURST);
        int sent = burst(function, mbufs, left);
        if (MbufTracker.ENABLED) {
            MbufTracker.acquired(
                    mbufs + (long) sent * Long.BYTES, left - sent, "left over by send");
        }
        if (left != offered) {
            // A callback that dropped packets freed them and moved the others to the front.
            burst.dropLast(offered - left);
        }
        burst.taken(sent);
        return sent;
    }

    /**
     * Prepares packets for the offloads that their flags ask for ({@code rte_eth_tx_prepare}), such
     * as the pseudo-header's checksum. To be called before {@link #send} if offloads are used, and
     * again until all are ready, since {@link #send} offers the whole burst:
     *
     * <pre>{@code
     * for (int ready; (ready = tx.prepare(burst)) < burst.size(); ) {
     *     burst.free(ready); // the driver can't send it as it is
     * }
     * tx.send(burst);
     * }</pre>
     *
     * @param burst the packets; none leaves it
     * @return how many from the front are ready to be sent; if that is less than all, the one at
     *     this index can't be, and those behind it weren't looked at
     * @throws IllegalStateException if the claim was given back
     */
    public int prepare(MbufBurst burst) {
        requireClaim();
        long mbufs = burst.packedAddress();
        int count = burst.size();
        long function = NativeMemory.getLong(entry, FastPathOps.TX_PKT_PREPARE);
        if (function == 0 || count == 0) {
            return count;
        }
        // A driver that is kept apart from its interrupt handler has nothing to prepare.
        return ungatedCall(function, mbufs, count);
    }

    @Override
    void release() {
        device.release(this);
    }

    private int callCallbacks(long mbufs, int count, long callbacks) {
        return Rte.rte_eth_call_tx_callbacks(
                        (short) port,
                        (short) queue,
                        MemorySegment.ofAddress(mbufs),
                        (short) count,
                        MemorySegment.ofAddress(callbacks))
                & 0xffff;
    }
}
