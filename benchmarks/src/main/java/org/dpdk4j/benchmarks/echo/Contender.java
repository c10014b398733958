// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.dpdk4j.benchmarks.evaluation.Closing;
import org.dpdk4j.benchmarks.evaluation.DpdkProcess;
import org.dpdk4j.benchmarks.evaluation.Libc;
import org.jspecify.annotations.Nullable;

/**
 * The processes that forward for a side. Between its turns they are stopped, and cost nothing then.
 */
final class Contender implements Turn, Closeable {
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final List<DpdkProcess> processes = new ArrayList<>();
    private final List<Long> pids = new ArrayList<>();

    /** The forwarding thread, while it and the thread that measures are not to be disturbed. */
    private long worker;

    private @Nullable RealTimeBudget budget;

    /** Adds one that was started. */
    void add(DpdkProcess process) {
        processes.add(process);
    }

    /**
     * From now on, whatever else runs on the CPUs of the forwarding thread and of the one that
     * takes the turns, the kernel's own threads included, waits until the turn is over, and has
     * both CPUs for a while then. What is to be compiled has to have been compiled before.
     *
     * @throws IOException without the right to it, which root has; nothing has changed then
     */
    void undisturbed() throws IOException {
        if (budget == null) {
            budget = RealTimeBudget.of(pid());
        }
        long thread = new Usage(pid()).workerThread();
        Libc.schedule(thread, true);
        Libc.schedule(thread, false);
        worker = thread;
    }

    /** From now on it has its turns like any other program. */
    void disturbed() {
        worker = 0;
    }

    /** Whether all of them run, stopped or not. */
    boolean alive() {
        return processes.stream().allMatch(DpdkProcess::alive);
    }

    /** The last one's number: that of the program which the others lead to. */
    long pid() throws IOException {
        return processes.getLast().pid();
    }

    /** What they wrote. */
    String log() throws IOException {
        StringBuilder text = new StringBuilder();
        for (DpdkProcess process : processes) {
            text.append(process.log());
        }
        return text.toString();
    }

    @Override
    public void begin() {
        signal(Libc.SIGCONT);
        if (worker != 0) {
            realTime(true);
        }
    }

    @Override
    public void end() {
        if (worker != 0) {
            realTime(false);
            // For the others, this forwarder's other threads among them: it is not yet stopped.
            LockSupport.parkNanos(REST_NANOS);
        }
        signal(Libc.SIGSTOP);
    }

    @Override
    public void close() throws IOException {
        try (Closing closing = new Closing()) {
            closing.add(budget);
            processes.forEach(closing::add);
            if (alive()) {
                if (worker != 0) {
                    Libc.schedule(worker, false);
                }
                signal(Libc.SIGCONT);
            }
        }
    }

    private void realTime(boolean on) {
        try {
            Libc.schedule(worker, on);
            Libc.schedule(0, on);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void signal(int number) {
        try {
            // Docker, which knows a container's number, is not asked in every turn.
            if (pids.isEmpty()) {
                for (DpdkProcess process : processes) {
                    pids.add(process.pid());
                }
            }
            for (long pid : pids) {
                Libc.kill(pid, number);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
