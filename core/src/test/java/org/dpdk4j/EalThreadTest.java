// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two tasks at once, which may fail. */
class EalThreadTest {
    private final EalThread thread = new EalThread();

    @AfterEach
    void end() {
        thread.end();
    }

    @Test
    void shouldRunBothAtOnce() {
        CountDownLatch meanwhile = new CountDownLatch(1);
        assertThat(thread.call(() -> awaited(meanwhile), meanwhile::countDown)).isTrue();
    }

    @Test
    void shouldWaitForTheThreadWhenTheCallersTaskFails() {
        AtomicBoolean done = new AtomicBoolean();
        assertThatThrownBy(() -> thread.call(() -> later(done), () -> fail("the caller's")))
                .hasMessage("the caller's");
        assertThat(done).isTrue();
    }

    @Test
    void shouldThrowWhatTheThreadThrewIfBothFail() {
        assertThatThrownBy(
                        () -> thread.call(() -> fail("the thread's"), () -> fail("the caller's")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the thread's");
    }

    private static boolean fail(String message) {
        throw new IllegalStateException(message);
    }

    /** Long after a caller that doesn't wait would have gone on. */
    private static boolean later(AtomicBoolean done) {
        LockSupport.parkNanos(200_000_000);
        done.set(true);
        return true;
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
