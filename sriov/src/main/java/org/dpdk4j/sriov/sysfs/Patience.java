// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.sysfs;

import java.time.Duration;
import org.dpdk4j.sriov.SriovException;

/** Waiting for the kernel and its drivers: with growing pauses, up to a limit. */
public final class Patience {
    private static final long FIRST_MILLIS = 5;
    private static final long LONGEST_MILLIS = 100;

    private final long deadlineNanos;
    private long pauseMillis = FIRST_MILLIS;

    /**
     * Begins now.
     *
     * @param limit how long to wait in all
     */
    public Patience(Duration limit) {
        this.deadlineNanos = System.nanoTime() + limit.toNanos();
    }

    /**
     * Waits a little.
     *
     * @param attempt what is waited for, to stand behind "Can't"
     * @return false, at once, if the time is over
     */
    public boolean pause(String attempt) {
        long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
        if (leftMillis <= 0) {
            return false;
        }
        try {
            Thread.sleep(Math.min(pauseMillis, leftMillis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SriovException("Can't " + attempt + ": this thread was interrupted.", e);
        }
        pauseMillis = Math.min(pauseMillis * 2, LONGEST_MILLIS);
        return true;
    }
}
