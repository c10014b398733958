// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.util.concurrent.locks.LockSupport;

/** What a worker does between steps that found nothing to do. Each worker needs one of its own. */
@FunctionalInterface
public interface IdleStrategy {
    /**
     * Called after each step, on the worker's thread.
     *
     * @param workCount what the step returned
     */
    void idle(int workCount);

    /**
     * Polls on without a pause: lowest latency, a whole core. The default.
     *
     * @return the strategy
     */
    static IdleStrategy busySpin() {
        return workCount -> {};
    }

    /**
     * Sleeps once a number of steps in a row found nothing, and after each empty step from then on.
     * Lets programs share a core, at the price of the time it takes to wake up.
     *
     * @param emptySteps how many empty steps to poll through first
     * @param sleepNanos how long to sleep, in nanoseconds; Linux adds some 50 µs
     * @return the strategy
     * @throws IllegalArgumentException if either is negative
     */
    static IdleStrategy sleeping(int emptySteps, long sleepNanos) {
        if (emptySteps < 0 || sleepNanos < 0) {
            throw new IllegalArgumentException(
                    "emptySteps=" + emptySteps + ", sleepNanos=" + sleepNanos);
        }
        return new IdleStrategy() {
            private int empty;

            @Override
            public void idle(int workCount) {
                if (workCount != 0) {
                    empty = 0;
                } else if (empty < emptySteps) {
                    empty++;
                } else {
                    LockSupport.parkNanos(sleepNanos);
                }
            }
        };
    }
}
