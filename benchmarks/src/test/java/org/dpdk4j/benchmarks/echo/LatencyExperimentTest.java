// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.dpdk4j.benchmarks.evaluation.Case;
import org.dpdk4j.benchmarks.evaluation.Evaluation;
import org.dpdk4j.benchmarks.evaluation.Experiment;
import org.dpdk4j.benchmarks.evaluation.Score;
import org.dpdk4j.testing.Forked;
import org.dpdk4j.testing.RequiresDpdk;
import org.dpdk4j.testing.RequiresRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole experiments, for a few seconds. */
class LatencyExperimentTest {
    @TempDir Path directory;

    @Test
    @RequiresDpdk
    void shouldMeasureEachSideAtEachLoadAndLoseNothing() throws IOException {
        Experiment experiment = run(LatencyExperiment.class);
        assertThat(experiment.id()).isEqualTo("latency");
        assertThat(experiment.cases())
                .extracting(measured -> measured.parameters().get("load"))
                .containsExactly("10 %", "50 %", "90 %");
        for (Case measured : experiment.cases()) {
            assertThat(sides(measured)).containsExactly("Java", "Java again", "testpmd");
            // What the report sums up.
            assertThat(measured.scores())
                    .extracting(Score::unit)
                    .contains("p50 µs of a slice", "p99.9 µs of a slice");
            for (Score score : measured.scores()) {
                assertThat(score.value()).as(score.toString()).isPositive();
            }
        }
    }

    @Test
    @RequiresDpdk
    @RequiresRoot
    void shouldTakeEveryRoadAndLoseNothing() throws IOException {
        Experiment experiment = run(RoadsExperiment.class);
        assertThat(sides(experiment.cases().getFirst())).hasSize(5);
        assertThat(experiment.cases().getFirst().comparisons())
                .extracting(comparison -> comparison.base())
                .contains("DPDK on af_packet", "Java's datagrams");
    }

    /** An exit code of 0 says that each frame came back, and that the drivers counted as many. */
    private Experiment run(Class<?> main) throws IOException {
        Path file = directory.resolve("experiment.json");
        Forked.java(main)
                .args("--experiment", file.toString(), "--seconds", "1")
                .run()
                .requireSuccess();
        return Evaluation.readExperiment(file);
    }

    private static List<String> sides(Case measured) {
        return measured.scores().stream().map(Score::side).distinct().toList();
    }
}
