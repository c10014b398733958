// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Scanner;
import java.util.concurrent.CountDownLatch;
import org.dpdk4j.testing.RequiresRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Asks the kernel how it schedules both threads. */
@RequiresRoot
class RealTimeTurnsTest {
    private static final int SCHED_OTHER = 0;
    private static final int SCHED_FIFO = 1;

    /** Of {@code /proc/PID/stat}, counted behind the name in brackets: proc(5)'s 41st. */
    private static final int POLICY = 38;

    private static final long OWN_PID = ProcessHandle.current().pid();

    private final CountDownLatch over = new CountDownLatch(1);
    private final CountDownLatch running = new CountDownLatch(1);

    private final Thread worker =
            Thread.ofPlatform()
                    .name("lcore-worker-1")
                    .unstarted(() -> {
                        running.countDown();
                        awaitEnd();
                    });

    @BeforeEach
    void start() throws InterruptedException {
        worker.start();
        running.await();
    }

    @AfterEach
    void end() throws InterruptedException {
        over.countDown();
        worker.join();
    }

    @Test
    void shouldGiveBothThreadsThePriorityForATurn() throws IOException {
        try (RealTimeTurns turns = RealTimeTurns.of(OWN_PID)) {
            assertThat(policies()).containsExactly(SCHED_OTHER, SCHED_OTHER);
            turns.begin();
            int[] inTurn = policies();
            turns.end();
            assertThat(inTurn).containsExactly(SCHED_FIFO, SCHED_FIFO);
            assertThat(policies()).containsExactly(SCHED_OTHER, SCHED_OTHER);
        }
    }

    @Test
    void shouldTakeItFromTheForwarderInATurnThatNothingEnded() throws IOException {
        try (RealTimeTurns turns = RealTimeTurns.of(OWN_PID)) {
            turns.begin();
            turns.release();
            int[] released = policies();
            turns.end();
            assertThat(released).containsExactly(SCHED_OTHER, SCHED_FIFO);
        }
    }

    /** The worker's, and that of the thread which asks. */
    private static int[] policies() throws IOException {
        Path tasks = Path.of("/proc/self/task");
        Path task = tasks.resolve(Long.toString(new Usage(OWN_PID).workerThread()));
        return new int[] {policy(task), policy(Path.of("/proc/thread-self"))};
    }

    private static int policy(Path thread) throws IOException {
        String stat = Files.readString(thread.resolve("stat"));
        Scanner fields = new Scanner(stat.substring(stat.lastIndexOf(')') + 2));
        return Integer.parseInt(fields.tokens().skip(POLICY).findFirst().orElseThrow());
    }

    private void awaitEnd() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
