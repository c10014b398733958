// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.lang.foreign.MemorySegment;
import org.dpdk4j.bindings.memory.NativeMemory;
import org.dpdk4j.bindings.rte.Rte;
import org.jspecify.annotations.Nullable;

/**
 * A receive queue of a device, claimed by one user.
 *
 * <p>Only one claim exists at a time, and only its owner's thread may receive. Closing gives the
 * claim back. Follows {@code rte_eth_rx_burst} in {@code rte_ethdev.h}: the driver's own function
 * is called, and the queue's callbacks after it, which is how packet capture sees the packets.
 */
public final class RxQueue extends EthQueue {
    private final EthDev device;

    RxQueue(EthDev device, int queue, boolean critical, @Nullable InterruptGate gate) {
        super(
                device.portId(),
                queue,
                FastPathOps.RXQ_DATA,
                FastPathOps.RXQ_CALLBACKS,
                critical,
                gate);
        this.device = device;
    }

    /**
     * Appends packets to a burst, as many as have arrived and as it has room for. The burst owns
     * them.
     *
     * <p>Some drivers return 0 if the burst has room for fewer than 4 or 8 packets: keep more free.
     *
     * @param burst where to put them
     * @return how many; 0 if none have arrived or the burst is full
     * @throws IllegalStateException if the claim was given back
     */
    public int receive(MbufBurst burst) {
        requireClaim();
        int room = burst.room();
        if (room == 0) {
            return 0;
        }
        long mbufs = burst.roomAddress();
        long function = NativeMemory.getLong(entry, FastPathOps.RX_PKT_BURST);
        int count = burst(function, mbufs, room);
        long callbacks = NativeMemory.getLong(callbacksSlot, 0);
        if (callbacks != 0) {
            count = callCallbacks(mbufs, count, room, callbacks);
        }
        if (MbufTracker.ENABLED) {
            MbufTracker.acquired(mbufs, count, "received");
        }
        burst.appended(count);
        return count;
    }

    @Override
    void release() {
        device.release(this);
    }

    private int callCallbacks(long mbufs, int count, int room, long callbacks) {
        return Rte.rte_eth_call_rx_callbacks(
                        (short) port,
                        (short) queue,
                        MemorySegment.ofAddress(mbufs),
                        (short) count,
                        (short) room,
                        MemorySegment.ofAddress(callbacks))
                & 0xffff;
    }
}
