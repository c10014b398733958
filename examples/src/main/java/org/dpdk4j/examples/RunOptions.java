// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dpdk4j.IdleStrategy;
import org.dpdk4j.ShutdownSignal;
import org.dpdk4j.Worker;
import picocli.CommandLine.Option;

/** The options on when a program ends, and on what it does when there is nothing to do. */
final class RunOptions {
    /** Half a millisecond or so: a sender that was held up for a moment finds it awake. */
    private static final int EMPTY_POLLS = 20_000;

    private static final long FOREVER_NANOS = Duration.ofDays(36_500).toNanos();
    private static final long GLANCE_NANOS = Duration.ofMillis(50).toNanos();

    @Option(names = "--seconds", paramLabel = "N", description = "End after N seconds.")
    double seconds = Double.POSITIVE_INFINITY;

    @Option(
            names = "--idle-sleep",
            paramLabel = "MICROS",
            description = "Sleep so long when there is nothing to do (default: poll on).")
    int idleSleepMicros = -1;

    /** What a worker is to do between steps without packets: a new one for each worker. */
    IdleStrategy idle() {
        return idleSleepMicros < 0
                ? IdleStrategy.busySpin()
                : IdleStrategy.sleeping(
                        EMPTY_POLLS, TimeUnit.MICROSECONDS.toNanos(idleSleepMicros));
    }

    /**
     * Waits until the time is over, the user ends the program, or a worker has ended; meanwhile
     * calls {@code tick} every {@code period}, or never if that is zero.
     */
    void awaitEnd(ShutdownSignal signal, List<Worker> workers, Duration period, Runnable tick) {
        long start = System.nanoTime();
        long limit = (long) Math.min(seconds * 1e9, (double) FOREVER_NANOS);
        long periodNanos = period.isZero() ? FOREVER_NANOS : period.toNanos();
        long nextTick = periodNanos;
        while (workers.stream().allMatch(Worker::running)) {
            long elapsed = System.nanoTime() - start;
            if (elapsed >= limit) {
                return;
            }
            if (elapsed >= nextTick) {
                tick.run();
                nextTick += periodNanos;
            }
            long pause = Math.min(GLANCE_NANOS, Math.min(limit, nextTick) - elapsed);
            if (signal.await(Duration.ofNanos(pause))) {
                return;
            }
        }
    }
}
