// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class JmhExperimentTest {
    @TempDir Path directory = Path.of("");

    @Test
    void shouldPutHostAndContainerSideBySide() throws Exception {
        Path host = jmh("host.json", result("BurstBenchmark.receive", "burst", 32, 40, 0.001));
        Path container =
                jmh("container.json", result("BurstBenchmark.receive", "burst", 32, 42, 0));
        Experiment experiment = experiment("CALLS", host, "--container", container.toString());
        assertThat(experiment.cases())
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.parameters())
                            .isEqualTo(
                                    Map.of("benchmark", "BurstBenchmark.receive", "burst", "32"));
                    assertThat(one.score("host", "ns/op").orElseThrow().value()).isEqualTo(40);
                    assertThat(one.score("container", "ns/op").orElseThrow().value()).isEqualTo(42);
                    assertThat(one.score("host", "B/op").orElseThrow().value()).isEqualTo(0.001);
                });
    }

    @Test
    void shouldGiveTheSlopeOfWhatGrows() throws Exception {
        Path host =
                jmh(
                        "host.json",
                        result("LpmBenchmark.single", "routes", 1, 5, 0),
                        result("LpmBenchmark.single", "routes", 2, 7, 0),
                        result("LpmBenchmark.single", "routes", 4, 9, 0),
                        result("ScalingBenchmark.byQueues", "queues", 1, 3, 0));
        Experiment experiment = experiment("SCALING", host);
        assertThat(experiment.cases()).hasSize(5);
        Case slope = experiment.cases().getLast();
        assertThat(slope.parameters())
                .containsEntry("benchmark", "LpmBenchmark.single")
                .containsEntry("growing", "routes 1–4");
        assertThat(slope.score("host", "ns for each doubling").orElseThrow().value())
                .isCloseTo(2, within(1e-9));
        assertThat(Plots.of(experiment)).extracting(Plot::id).contains("scaling-routes");
    }

    private Experiment experiment(String kind, Path host, String... more) throws Exception {
        Path file = directory.resolve("experiment.json");
        CommandLine command = new CommandLine(new JmhExperiment());
        String[] arguments = {
            "--experiment", file.toString(), "--kind", kind, "--host", host.toString()
        };
        assertThat(
                        command.execute(
                                Stream.of(arguments, more)
                                        .flatMap(Stream::of)
                                        .toArray(String[]::new)))
                .isZero();
        return Evaluation.readExperiment(file);
    }

    private Path jmh(String name, String... results) throws Exception {
        return Files.writeString(directory.resolve(name), "[" + String.join(",", results) + "]");
    }

    private static String result(
            String benchmark, String parameter, int value, double nanos, double bytes) {
        return """
        {"benchmark": "org.dpdk4j.benchmarks.%s", "params": {"%s": "%d"},
         "primaryMetric": {"score": %s, "scoreUnit": "ns/op", "rawData": [[%s, %s, %s]]},
         "secondaryMetrics": {"gc.alloc.rate.norm": {"score": 0, "scoreUnit": "B/op", "rawData": [[%s]]}}}
        """
                .formatted(benchmark, parameter, value, nanos, nanos - 1, nanos, nanos + 1, bytes);
    }
}
