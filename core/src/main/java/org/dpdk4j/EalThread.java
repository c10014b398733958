// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that EAL is started on: DPDK's main lcore.
 *
 * <p>{@code rte_eal_init} pins its caller, and every thread that the caller starts afterwards
 * inherits that. So none of the program's own threads may be the caller. The thread waits for tasks
 * and can run a worker, like any lcore.
 */
final class EalThread {
    private static final Logger LOG = LoggerFactory.getLogger(EalThread.class);

    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::runTasks, "dpdk4j-main-lcore");
    private volatile boolean ended;

    EalThread() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Runs something on the thread and waits for its result. */
    <T> T call(Supplier<T> task) {
        return join(submit(task));
    }

    /**
     * Runs something on the thread, something else meanwhile on the caller's, and waits for both.
     * If both fail, what is thrown is the thread's.
     */
    <T> T call(Supplier<T> task, Runnable meanwhile) {
        CompletableFuture<T> result = submit(task);
        try {
            meanwhile.run();
        } finally {
            join(result);
        }
        return join(result);
    }

    private <T> CompletableFuture<T> submit(Supplier<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        tasks.add(() -> {
            try {
                result.complete(task.get());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private static <T> T join(CompletableFuture<T> result) {
        try {
            return result.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Runs something on the thread, after what was given to it before. */
    void execute(Runnable task) {
        tasks.add(task);
    }

    /** Ends the thread after its last task. */
    void end() {
        tasks.add(() -> ended = true);
    }

    private void runTasks() {
        while (!ended) {
            try {
                tasks.take().run();
            } catch (Throwable e) {
                // Neither an interrupt nor what a worker throws ends it: EAL has to be cleaned up
                // on this thread.
                LOG.warn("on the main lcore's thread: ", e);
            }
        }
    }
}
