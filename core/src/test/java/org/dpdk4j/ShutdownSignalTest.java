// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.time.Duration;
import java.util.List;
import org.dpdk4j.testing.Forked;
import org.junit.jupiter.api.Test;

/** What a program can still do once it was asked to end. */
class ShutdownSignalTest {
    private static final int TERMINATED = 128 + 15;

    @Test
    void shouldLetTheProgramSayWhatItFailedOf() throws Exception {
        assertThat(afterSigterm(FailsAtTheEnd.class, TERMINATED))
                .contains("IllegalStateException: first", "IllegalStateException: last");
    }

    static final class FailsAtTheEnd {
        public static void main(String[] args) {
            Thread.currentThread().setUncaughtExceptionHandler(FailsAtTheEnd::slowly);
            try (ShutdownSignal signal = ShutdownSignal.install()) {
                System.out.println("ready");
                signal.await(Duration.ofMinutes(1));
                throw new IllegalStateException("first");
            }
        }

        private static void slowly(Thread thread, Throwable e) {
            System.out.println(e);
            try {
                Thread.sleep(Duration.ofMillis(300));
            } catch (InterruptedException interrupted) {
                thread.interrupt();
            }
            System.out.println(new IllegalStateException("last"));
        }
    }

    @Test
    void shouldNotWaitForAProgramThatExitsInside() throws Exception {
        assertThat(afterSigterm(ExitsInside.class, TERMINATED)).contains("exits");
        Forked.Result result = Forked.java(ExitsInside.class).args("now").run();
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.err()).as("no word that it did not end in time").isEmpty();
    }

    static final class ExitsInside {
        public static void main(String[] args) {
            try (ShutdownSignal signal = ShutdownSignal.install()) {
                System.out.println("ready");
                if (args.length == 0) {
                    signal.await(Duration.ofMinutes(1));
                }
                System.out.println("exits");
                System.exit(3);
            }
        }
    }

    @Test
    void shouldEndAlsoIfTheThreadGoesOn() throws Exception {
        assertThat(afterSigterm(GoesOn.class, TERMINATED)).contains("closed");
    }

    static final class GoesOn {
        public static void main(String[] args) throws InterruptedException {
            try (ShutdownSignal signal = ShutdownSignal.install()) {
                System.out.println("ready");
                signal.await(Duration.ofMinutes(1));
            }
            System.out.println("closed");
            Thread.sleep(Duration.ofHours(1));
        }
    }

    private static String afterSigterm(Class<?> program, int exitCode) throws Exception {
        Process process = Forked.java(program).start();
        try (BufferedReader out = process.inputReader();
                BufferedReader err = process.errorReader()) {
            assertThat(out.readLine()).isEqualTo("ready");
            assertThat(process.toHandle().destroy()).isTrue();
            List<String> lines = out.lines().toList();
            assertThat(process.waitFor()).isEqualTo(exitCode);
            assertThat(err.lines()).as("no word that it did not end in time").isEmpty();
            return String.join("\n", lines);
        } finally {
            process.destroyForcibly();
        }
    }
}
