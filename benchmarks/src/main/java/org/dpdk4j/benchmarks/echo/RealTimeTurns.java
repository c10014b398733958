// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.dpdk4j.benchmarks.evaluation.Libc;

/**
 * Turns in which a forwarding thread and the one that takes the turns are not disturbed: both have
 * real-time priority (SCHED_FIFO), so that whatever else runs on their CPUs, the kernel's own
 * threads included, waits until the turn is over, and has both CPUs for a while then. What is to be
 * compiled has to have been compiled before.
 */
final class RealTimeTurns implements Closeable {
    /** Linux stops who has had the priority for 95 % of a second ({@code sched_rt_runtime_us}). */
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final long worker;
    private final RealTimeBudget budget;

    private RealTimeTurns(long worker, RealTimeBudget budget) {
        this.worker = worker;
        this.budget = budget;
    }

    /**
     * For a forwarder.
     *
     * @throws IOException without the right to it, which root has; nothing has changed then
     */
    static RealTimeTurns of(long pid) throws IOException {
        RealTimeTurns turns =
                new RealTimeTurns(new Usage(pid).workerThread(), RealTimeBudget.of(pid));
        try {
            turns.schedule(true);
            turns.schedule(false);
        } catch (IOException e) {
            turns.budget.close();
            throw e;
        }
        return turns;
    }

    void begin() throws IOException {
        schedule(true);
    }

    /** Lets the others run, those of the forwarder's process among them, before it returns. */
    void end() throws IOException {
        schedule(false);
        LockSupport.parkNanos(REST_NANOS);
    }

    /** Of a turn that nothing ended: a thread with the priority would keep others from ending. */
    void release() throws IOException {
        Libc.schedule(worker, false);
    }

    private void schedule(boolean realTime) throws IOException {
        Libc.schedule(worker, realTime);
        Libc.schedule(0, realTime);
    }

    /** Once the process has ended. */
    @Override
    public void close() throws IOException {
        budget.close();
    }
}
