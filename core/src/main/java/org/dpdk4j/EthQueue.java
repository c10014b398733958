// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

/** A claim on a queue of a device: what both directions have in common. */
abstract sealed class EthQueue implements AutoCloseable permits RxQueue, TxQueue {
    final int port;
    final int queue;

    /** The port's entry in {@link FastPathOps}. */
    final long entry;

    /** Whether the driver's function may be called with the critical linkage. */
    final boolean critical;

    private boolean givenBack;

    EthQueue(int port, int queue, boolean critical) {
        this.port = port;
        this.queue = queue;
        this.entry = FastPathOps.entry(port);
        this.critical = critical;
    }

    /**
     * Its number.
     *
     * @return the index of the queue, from 0
     */
    public final int index() {
        return queue;
    }

    /** Gives the claim back. Closing twice is closing once. */
    @Override
    public final void close() {
        givenBack = true;
        release();
    }

    /** Tells the device. */
    abstract void release();

    /** Somebody else may have the queue by now. */
    final void requireClaim() {
        if (givenBack) {
            throw new IllegalStateException("the claim on this queue was given back");
        }
    }
}
