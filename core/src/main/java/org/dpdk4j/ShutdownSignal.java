// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells a program that it is asked to end (SIGINT, SIGTERM, or {@link System#exit}), and holds the
 * JVM's end back until it has stopped its workers, closed EAL, and printed its totals; and then for
 * a second at most until the thread that installed it has ended, which may have an exception to
 * print. A worker's own thread must not call {@link System#exit}, which waits for that end, and the
 * end for the worker: a step ends by {@link WorkerContext#stop}.
 *
 * <pre>{@code
 * try (ShutdownSignal signal = ShutdownSignal.install(); Eal eal = ...) {
 *     signal.await(Duration.ofSeconds(seconds));
 * }
 * }</pre>
 */
public final class ShutdownSignal implements AutoCloseable {
    /** A program that doesn't come to its end is not waited for longer than that. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final Duration GLANCE = Duration.ofMillis(10);

    /** Who installed it and is to close it. */
    private final Thread owner = Thread.currentThread();

    private final CountDownLatch raised = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::hold, "dpdk4j-shutdown");

    private ShutdownSignal() {}

    /**
     * Starts to watch.
     *
     * @return the signal, to be closed by the caller as the last thing
     */
    public static ShutdownSignal install() {
        ShutdownSignal signal = new ShutdownSignal();
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    /**
     * Whether the program is to end.
     *
     * @return true from the signal on
     */
    public boolean raised() {
        return raised.getCount() == 0;
    }

    /**
     * Waits for it.
     *
     * @param limit how long
     * @return true if the program is to end, false if the time is over
     */
    public boolean await(Duration limit) {
        try {
            return raised.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Says that the program has come to its end. */
    @Override
    public void close() {
        done.countDown();
        if (!raised()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The JVM began to end just now; the hook finds that all is done.
                done.countDown();
            }
        }
    }

    private void hold() {
        raised.countDown();
        try {
            if (!waitFor(PATIENCE, () -> done.await(GLANCE.toNanos(), TimeUnit.NANOSECONDS))) {
                throw new IllegalStateException("the program did not end within " + PATIENCE);
            }
            boolean ignored = waitFor(LAST_WORDS, () -> owner.join(GLANCE));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Wait {
        boolean isOver() throws InterruptedException;
    }

    /** Waits again and again; in vain once the owner itself has asked the JVM to end. */
    private boolean waitFor(Duration limit, Wait wait) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!wait.isOver() && !ownerExits()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
        }
        return true;
    }

    /** A thread doesn't come back from {@link System#exit}. */
    private boolean ownerExits() {
        return Arrays.stream(owner.getStackTrace())
                .anyMatch(frame ->
                        frame.getClassName().equals(Runtime.class.getName())
                                && frame.getMethodName().equals("exit"));
    }
}
