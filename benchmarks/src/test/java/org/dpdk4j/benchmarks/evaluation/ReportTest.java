// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    @TempDir Path directory = Path.of("");

    @Test
    void shouldReadWhatItWrote() throws Exception {
        Evaluation evaluation = evaluation();
        Path file = directory.resolve("evaluation.json");
        evaluation.write(file);
        assertThat(Evaluation.read(file)).isEqualTo(evaluation);
    }

    @Test
    void shouldWriteJmhsForm() throws Exception {
        Path file = directory.resolve("jmh.json");
        evaluation().writeJmh(file);
        JsonNode results = new ObjectMapper().readTree(file.toFile());
        assertThat(results).hasSize(4);
        JsonNode first = results.get(0);
        assertThat(first.get("benchmark").asText()).isEqualTo("org.dpdk4j.benchmarks.throughput");
        assertThat(first.get("params").get("side").asText()).isEqualTo("Java");
        assertThat(first.get("primaryMetric").get("scoreUnit").asText()).isEqualTo("Mpps");
        assertThat(first.get("primaryMetric").get("rawData").get(0)).hasSize(3);
    }

    /** Draws, and so needs fonts, which are there where everything for the tests was installed. */
    @Test
    @RequiresDpdk
    void shouldWriteAPageThatNeedsNothingElse() throws Exception {
        new HtmlReport(evaluation()).write(directory);
        String page = Files.readString(directory.resolve("index.html"));
        assertThat(page)
                .contains("Java ÷ C", "prefers-color-scheme: dark", "missed", "a &lt;note&gt;")
                .doesNotContain("http://", "https://", "<script");
        assertThat(directory.resolve("plots")).isNotEmptyDirectory();
    }

    /** Draws, and so needs fonts, which are there where everything for the tests was installed. */
    @Test
    @RequiresDpdk
    void shouldDrawWhatSpansManyPowersOfTen() throws Exception {
        Case setting =
                new Case(
                        Map.of("load", "10 %"),
                        List.of(Score.of("a", "p99 µs", 0.7), Score.of("b", "p99 µs", 9000)),
                        List.of());
        Experiment latency =
                new Experiment("latency", "Latency", "?", "so", List.of(setting), List.of());
        new HtmlReport(new Evaluation(Map.of(), List.of(latency))).write(directory);
        assertThat(directory.resolve("plots/latency-p99-s.png")).isNotEmptyFile();
    }

    @Test
    void shouldSayOnTheTerminalWhatWasClaimedAndWhatCame() {
        assertThat(TextReport.of(evaluation()))
                .contains("Java ÷ C 0.500", "≥ 0.98 missed", "! a <note>", "All cases together");
    }

    @Test
    void shouldPutFiguresBetweenTheMarksOfAReadme() {
        String readme =
                "before\n<!-- figures: benchmarks/readme -->\nold\n<!-- end of figures -->\nafter\n";
        assertThat(ReadmeFigures.with(readme, evaluation()))
                .startsWith("before\n")
                .endsWith("after\n")
                .contains(
                        "| Java ÷ C | packets per second | net_null, memif, vhost, 1 case | 0.500 |",
                        "| 0.50–0.50 |",
                        "| ≥ 0.98 | missed |")
                .doesNotContain("old");
    }

    @Test
    void shouldSumUpTheLatencyOfSlicesAtEachLoad() {
        Evaluation evaluation =
                new Evaluation(
                        Map.of(),
                        List.of(
                                new Experiment(
                                        "latency",
                                        "Latency",
                                        "?",
                                        "so",
                                        List.of(
                                                latency("memif", "10 %", 2),
                                                latency("vhost-user", "10 %", 8),
                                                latency("memif", "90 %", 1)),
                                        List.of())));
        List<Summary> summaries = Summary.of(evaluation);
        assertThat(summaries)
                .extracting(Summary::quantity, Summary::over, Summary::cases)
                .containsExactly(
                        tuple("p50 latency of a slice", "10 % load: memif, vhost-user", 2),
                        tuple("p50 latency of a slice", "90 % load: memif", 1));
        assertThat(summaries.getFirst().ratio().value()).isCloseTo(4, within(1e-9));
        assertThat(summaries.getFirst().noise().value()).isCloseTo(1, within(1e-9));
    }

    private static Case latency(String transport, String load, double times) {
        List<List<Double>> host = Collections.nCopies(2, List.of(1.0, 1.5, 2.0));
        List<List<Double>> container =
                Collections.nCopies(2, List.of(times, 1.5 * times, 2 * times));
        return new Case(
                Map.of("transport", transport, "load", load),
                List.of(
                        Score.of("Java", "p50 µs of a slice", host),
                        Score.of("Java again", "p50 µs of a slice", host),
                        Score.of("Java in a container", "p50 µs of a slice", container)),
                List.of());
    }

    @Test
    void shouldFindInTheReadmeWhatTheCommittedReportSays() throws Exception {
        String readme = Files.readString(Path.of("../README.md"));
        Evaluation committed = Evaluation.read(Path.of("report/evaluation.json"));
        assertThat(readme).isEqualTo(ReadmeFigures.with(readme, committed));
    }

    private static Evaluation evaluation() {
        List<List<Double>> java = Collections.nCopies(2, List.of(10.0, 11.0, 12.0));
        List<List<Double>> c = Collections.nCopies(2, List.of(20.0, 22.0, 24.0));
        Ratio ratio = Ratio.of(java, c, new Random(1));
        Case setting =
                new Case(
                        new Workload(Transport.MEMIF, "io", 32, 64).parameters(),
                        List.of(
                                Score.of("Java", "Mpps", java),
                                Score.of("Java again", "Mpps", java),
                                Score.of("C", "Mpps", c),
                                Score.of("testpmd", "Mpps", c)),
                        List.of(
                                new Comparison(
                                        "Java", "C", "Mpps", ratio, 1.01, Claim.atLeast(0.98)),
                                new Comparison("Java", "testpmd", "Mpps", ratio, 1.01, null)));
        Experiment throughput = Throughput.experiment(List.of(setting), List.of("a <note>"));
        return new Evaluation(Map.of("Java", "25", "date", "2026-01-01"), List.of(throughput));
    }
}
