// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Each benchmark runs for a moment, and its own checks of its work pass. Their numbers mean nothing
 * here. The path through JNI is left to {@code benchmarks/jmh}, which compiles it.
 */
@RequiresDpdk
class JmhTest {
    @Test
    void shouldCall() throws RunnerException {
        run(4, options("CallBenchmark"));
    }

    @Test
    void shouldReadPackets() throws RunnerException {
        run(5, options("AccessBenchmark"));
    }

    @Test
    void shouldMoveBursts() throws RunnerException {
        run(2, options("BurstBenchmark.api").param("burst", "1", "64"));
    }

    @Test
    void shouldTakePacketsAlongThePath() throws RunnerException {
        run(6, options("PathBenchmark"));
    }

    @Test
    void shouldLookUpRoutes() throws RunnerException {
        run(4, options("LpmBenchmark").param("routes", "10000"));
    }

    @Test
    void shouldScale() throws RunnerException {
        run(
                6,
                options("ScalingBenchmark")
                        .param("queues", "8")
                        .param("portCount", "8")
                        .param("poolSize", "1023")
                        .param("flows", "1", "16", "64"));
    }

    private static ChainedOptionsBuilder options(String benchmarks) {
        return new OptionsBuilder()
                .include("\\." + benchmarks)
                .forks(1)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(10))
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
    }

    private static void run(int count, ChainedOptionsBuilder options) throws RunnerException {
        Collection<RunResult> results = new Runner(options.build()).run();
        assertThat(results)
                .hasSize(count)
                .allSatisfy(
                        result -> assertThat(result.getPrimaryResult().getScore()).isPositive());
    }
}
