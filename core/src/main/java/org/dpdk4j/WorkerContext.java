// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.util.ArrayList;
import java.util.List;

/**
 * What a {@link WorkerBody} gets to start with. Queues and bursts that it gives out are closed when
 * the worker ends, the last first. For the worker's own thread only.
 */
public final class WorkerContext {
    private final Worker worker;
    private final List<AutoCloseable> owned = new ArrayList<>();

    WorkerContext(Worker worker) {
        this.worker = worker;
    }

    /**
     * Where the worker runs.
     *
     * @return the lcore's number
     */
    public int lcore() {
        return worker.lcore();
    }

    /**
     * Claims a receive queue until the worker ends.
     *
     * @param device the device
     * @param queue the queue's index
     * @return the queue
     * @throws DpdkException with {@code EBUSY} if somebody else has it, with {@code EINVAL} if
     *     there is no such queue
     */
    public RxQueue claimRx(EthDev device, int queue) {
        RxQueue claim = device.claimRx(queue);
        owned.add(claim);
        return claim;
    }

    /**
     * Claims a transmit queue until the worker ends.
     *
     * @param device the device
     * @param queue the queue's index
     * @return the queue
     * @throws DpdkException with {@code EBUSY} if somebody else has it, with {@code EINVAL} if
     *     there is no such queue
     */
    public TxQueue claimTx(EthDev device, int queue) {
        TxQueue claim = device.claimTx(queue);
        owned.add(claim);
        return claim;
    }

    /**
     * Makes a burst, whose packets are freed when the worker ends.
     *
     * @param capacity how many packets it can hold
     * @return the burst
     * @throws IllegalStateException if another thread than the worker's calls
     */
    public MbufBurst burst(int capacity) {
        worker.requireThisThread();
        MbufBurst burst = MbufBurst.onLcore(capacity, worker.lcore());
        owned.add(burst);
        return burst;
    }

    /** Lets the worker end after this step. */
    public void stop() {
        worker.stop();
    }

    /** Closes everything, and throws the first failure with the others in it. */
    void close() throws Exception {
        Exception failure = null;
        for (AutoCloseable resource : owned.reversed()) {
            try {
                resource.close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
