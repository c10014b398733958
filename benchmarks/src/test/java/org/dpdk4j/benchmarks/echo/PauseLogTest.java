// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PauseLogTest {
    private static final String LOG =
            """
            [1000ns][gc] Using Serial
            [2000ns][gc       ] GC(0) Pause Young (Allocation Failure) 18M->4M(61M) 18.028ms
            [2001ns][safepoint] Safepoint "SerialCollectForAllocation", Time since last: 857 ns, Reaching safepoint: 4887 ns, At safepoint: 18071763 ns, Leaving safepoint: 2217559 ns, Total: 20294209 ns, Threads: 0 runnable, 10 total
            [3000ns][safepoint] Safepoint "ICBufferFull", Time since last: 999 ns, Reaching safepoint: 40 ns, At safepoint: 50 ns, Leaving safepoint: 10 ns, Total: 100 ns, Threads: 0 runnable, 10 total
            [4000ns][safepoint] Safepoint "ICBufferFull", Time since last: 999 ns, Reaching safepoint: 40 ns, At safepoint: 50 ns, Leaving safepoint: 10 ns, Total: 300 ns, Threads: 0 runnable, 10 total
            [4500ns][gc       ] GC(7) Concurrent Mark 1.000ms
            [4600ns][gc       ] GC(7) Pause Remark 1.000ms
            [9000ns][safepoint] Safepoint "ThreadDump", Time since last: 999 ns, Reaching safepoint: 40 ns, At safepoint: 50 ns, Leaving safepoint: 10 ns, Total: 900 ns, Threads: 0 runnable, 10 total
            """;

    @TempDir Path directory;

    @Test
    void shouldCountWhatLiesBetweenTwoTimes() throws IOException {
        PauseLog pauses = read(2500, 5000);
        assertThat(pauses.safepoints()).isEqualTo(Map.of("ICBufferFull", 2));
        assertThat(pauses.count()).isEqualTo(2);
        assertThat(pauses.longestNanos()).isEqualTo(300);
        assertThat(pauses.collections()).isEqualTo(1);
    }

    @Test
    void shouldCountTheTotalOfASafepointAsItsLength() throws IOException {
        assertThat(read(0, 10_000).longestNanos()).isEqualTo(20_294_209);
    }

    @Test
    void shouldFindNothingInAQuietTime() throws IOException {
        assertThat(read(5000, 8000)).isEqualTo(new PauseLog(Map.of(), 0, 0));
    }

    private PauseLog read(long from, long to) throws IOException {
        return PauseLog.read(Files.writeString(directory.resolve("log"), LOG), from, to);
    }
}
