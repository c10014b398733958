// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that runs on an lcore, step after step, until it is stopped. Made by {@link Eal#worker}.
 *
 * <p>Its methods may be called by any thread; those that wait for its end throw {@link
 * IllegalStateException} on its own.
 */
public final class Worker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private final Eal eal;
    private final int lcore;
    private final boolean onMainLcore;
    private final IdleStrategy idle;
    private final WorkerBody body;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean stopping;
    private volatile @Nullable Thread thread;
    private volatile @Nullable Throwable failure;
    private final AtomicBoolean closed = new AtomicBoolean();

    Worker(Eal eal, int lcore, boolean onMainLcore, IdleStrategy idle, WorkerBody body) {
        this.eal = eal;
        this.lcore = lcore;
        this.onMainLcore = onMainLcore;
        this.idle = idle;
        this.body = body;
    }

    /**
     * Where it runs.
     *
     * @return the lcore's number
     */
    public int lcore() {
        return lcore;
    }

    /**
     * Whether it has not ended yet.
     *
     * @return true while its body or its steps run, or are about to
     */
    public boolean running() {
        return ended.getCount() != 0;
    }

    /** Asks it to end after the current step. Does not wait. */
    public void stop() {
        stopping = true;
    }

    /**
     * Waits until it has ended. Returns early, with the worker still {@link #running}, if the
     * thread is interrupted, which it stays.
     *
     * @throws WorkerException if it ended because its body or its step threw
     */
    public void awaitStop() {
        requireOtherThread();
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        rethrow();
    }

    /**
     * Waits until it has ended, but no longer than that.
     *
     * @param limit how long
     * @return true if it has ended; false if the time is over, or the thread was interrupted, which
     *     it stays
     * @throws WorkerException if it ended because its body or its step threw
     */
    public boolean awaitStop(Duration limit) {
        requireOtherThread();
        try {
            if (!ended.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        rethrow();
        return true;
    }

    /**
     * Stops it and waits until it has ended; the lcore is free then. Closing twice is closing once.
     *
     * @throws WorkerException if it ended because its body or its step threw
     */
    @Override
    public void close() {
        requireOtherThread();
        stop();
        boolean interrupted = awaitUninterruptibly();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (closed.compareAndSet(false, true)) {
            if (!onMainLcore) {
                LcoreLaunch.await(lcore);
            }
            eal.forget(this);
            rethrow();
        }
    }

    /** The lcore's thread comes here. */
    void run() {
        thread = Thread.currentThread();
        WorkerContext context = new WorkerContext(this);
        try {
            poll(body.start(context));
        } catch (Throwable e) {
            failure = e;
            LOG.warn("the worker on lcore {} has ended by an exception: {}", lcore, "" + e);
        } finally {
            try {
                context.close();
            } catch (Throwable e) {
                failure = failure == null ? e : failure;
            }
            thread = null;
            ended.countDown();
        }
    }

    /** What is made for the lcore's thread is of use to no other. */
    void requireThisThread() {
        if (Thread.currentThread() != thread) {
            throw new IllegalStateException(
                    "this is not the thread of the worker on lcore " + lcore);
        }
    }

    /** Refuses to let the worker wait for itself. */
    void requireOtherThread() {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException(
                    "the worker on lcore "
                            + lcore
                            + " can't wait for itself; it can stop by its context");
        }
    }

    private void poll(Step step) {
        while (!stopping) {
            idle.idle(step.run());
        }
    }

    private boolean awaitUninterruptibly() {
        boolean interrupted = false;
        while (true) {
            try {
                ended.await();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    private void rethrow() {
        Throwable thrown = failure;
        if (thrown != null) {
            throw new WorkerException(lcore, thrown);
        }
    }
}
