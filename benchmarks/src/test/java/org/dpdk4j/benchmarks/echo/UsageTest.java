// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageTest {
    @TempDir Path process;

    @Test
    void shouldAddTheCpuTimeOfAllThreads() throws IOException {
        thread("10", "java", "1000 5 1");
        thread("11", "lcore-worker-1", "200 70 9");
        assertThat(new Usage(process).cpuNanos()).isEqualTo(1200);
    }

    @Test
    void shouldFindHowLongTheWorkerWaited() throws IOException {
        thread("10", "java", "1000 5 1");
        thread("11", "lcore-worker-12", "200 60 9");
        thread("12", "lcore-worker-1", "200 70 9");
        assertThat(new Usage(process).workerWaitedNanos()).isEqualTo(70);
        assertThat(new Usage(process).workerThread()).isEqualTo(12);
    }

    @Test
    void shouldReadFieldsOfTheMemoryByTheirWholeNames() throws IOException {
        Files.writeString(
                process.resolve("smaps_rollup"),
                """
                7f0000000000-7fffffffffff ---p 00000000 00:00 0    [rollup]
                Rss:              110656 kB
                Pss:               79870 kB
                Pss_Dirty:         60000 kB
                """);
        Usage usage = new Usage(process);
        assertThat(usage.kibibytes("Rss")).isEqualTo(110_656);
        assertThat(usage.kibibytes("Pss")).isEqualTo(79_870);
        assertThatThrownBy(() -> usage.kibibytes("Swap")).isInstanceOf(IOException.class);
    }

    @Test
    void shouldFindSomethingInThisProcess() throws IOException {
        Usage usage = new Usage(ProcessHandle.current().pid());
        assertThat(usage.cpuNanos()).isPositive();
        assertThat(usage.kibibytes("Rss")).isPositive();
    }

    private void thread(String id, String name, String schedstat) throws IOException {
        Path thread = Files.createDirectories(process.resolve("task").resolve(id));
        Files.writeString(thread.resolve("comm"), name + "\n");
        Files.writeString(thread.resolve("schedstat"), schedstat + "\n");
    }
}
