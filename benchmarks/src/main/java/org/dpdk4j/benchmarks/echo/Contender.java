// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.dpdk4j.benchmarks.evaluation.Closing;
import org.dpdk4j.benchmarks.evaluation.DpdkProcess;
import org.dpdk4j.benchmarks.evaluation.Libc;
import org.jspecify.annotations.Nullable;

/**
 * The processes that forward for a side. Between its turns they are stopped, and cost nothing then.
 */
final class Contender implements Turn, Closeable {
    private final List<DpdkProcess> processes = new ArrayList<>();
    private final List<Long> pids = new ArrayList<>();

    private @Nullable RealTimeTurns realTime;

    /** Adds one that was started. */
    void add(DpdkProcess process) {
        processes.add(process);
    }

    /**
     * From now on it has {@link RealTimeTurns}.
     *
     * @throws IOException without the right to it, which root has; nothing has changed then
     */
    void undisturbed() throws IOException {
        realTime = RealTimeTurns.of(pid());
    }

    /** From now on it has its turns like any other program. */
    void disturbed() throws IOException {
        if (realTime != null) {
            realTime.close();
            realTime = null;
        }
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
        try {
            signal(Libc.SIGCONT);
            if (realTime != null) {
                realTime.begin();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void end() {
        try {
            if (realTime != null) {
                realTime.end();
            }
            signal(Libc.SIGSTOP);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        try (Closing closing = new Closing()) {
            closing.add(realTime);
            processes.forEach(closing::add);
            if (alive()) {
                if (realTime != null) {
                    realTime.release();
                }
                signal(Libc.SIGCONT);
            }
        }
    }

    private void signal(int number) throws IOException {
        // Docker, which knows a container's number, is not asked in every turn.
        if (pids.isEmpty()) {
            for (DpdkProcess process : processes) {
                pids.add(process.pid());
            }
        }
        for (long pid : pids) {
            Libc.kill(pid, number);
        }
    }
}
