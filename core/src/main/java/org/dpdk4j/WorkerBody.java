// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

/** What a worker does: claims its queues once, and returns the step that is repeated. */
@FunctionalInterface
public interface WorkerBody {
    /**
     * Prepares the work. Runs once, on the worker's lcore thread.
     *
     * @param context claims queues and makes bursts; what it gave is taken back when the worker
     *     ends
     * @return the step to repeat
     */
    Step start(WorkerContext context);
}
