// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.dpdk4j.benchmarks.echo.Ratios.Position;
import org.dpdk4j.benchmarks.evaluation.Ratio;
import org.dpdk4j.benchmarks.evaluation.TextTable;
import org.junit.jupiter.api.Test;

class RatiosTest {
    private static final int ROUNDS = 30;

    private final Random random = new Random(7);

    @Test
    void shouldFindTheRatioAndAnIntervalAroundIt() {
        Ratios ratios = Ratios.of(side("a", 9, 2000), side("b", 10, 1000), random);
        Ratio rate = ratios.ratio(Metric.MPPS);
        assertThat(rate.value()).isCloseTo(0.9, within(0.02));
        assertThat(rate.low()).isBetween(0.85, rate.value());
        assertThat(rate.high()).isBetween(rate.value(), 0.95);
        assertThat(ratios.ratio(Metric.P50).value()).isCloseTo(2, within(0.1));
        assertThat(ratios.ratio(Metric.P99).value()).isCloseTo(2, within(0.1));
    }

    @Test
    void shouldTakeAPauseForAnOddSlice() {
        SideResult base = side("b", 10, 1000);
        SideResult side =
                SideResult.of(
                        "a",
                        Collections.nCopies(ROUNDS, 10.0),
                        IntStream.range(0, ROUNDS)
                                .mapToObj(round -> histogram(round == 3 ? 1_000_000 : 2000))
                                .toList());
        assertThat(Ratios.of(side, base, random).ratio(Metric.P99).value()).isGreaterThan(100);
        Ratio ofSlices = Ratios.ofSlices(side, base, random).ratio(Metric.P99);
        assertThat(ofSlices.value()).isCloseTo(2, within(0.1));
        assertThat(ofSlices.low()).isBetween(1.9, ofSlices.value());
        assertThat(ofSlices.high()).isBetween(ofSlices.value(), 2.1);
    }

    @Test
    void shouldFindNoDifferenceBetweenEquals() {
        Ratio rate = Ratios.of(side("a", 10, 1000), side("b", 10, 1000), random).ratio(Metric.MPPS);
        assertThat(rate.low()).isLessThan(1);
        assertThat(rate.high()).isGreaterThan(1);
        assertThat(rate.within(rate.band())).isTrue();
    }

    @Test
    void shouldPlaceRatiosAroundTheBand() {
        double band = new Ratio(1.01, 0.96, 1.03, 3).band();
        assertThat(band).isCloseTo(1 / 0.96, within(1e-9));
        assertThat(Position.of(new Ratio(0.97, 0.9, 1, 3), band)).isEqualTo(Position.INSIDE);
        assertThat(Position.of(new Ratio(0.94, 0.9, 0.97, 3), band)).isEqualTo(Position.EDGE);
        assertThat(Position.of(new Ratio(0.94, 0.93, 0.95, 3), band)).isEqualTo(Position.OUTSIDE);
        assertThat(Position.of(new Ratio(1.10, 1.07, 1.2, 3), band)).isEqualTo(Position.OUTSIDE);
    }

    @Test
    void shouldTakeQuantilesOverAllFramesOfTheRounds() {
        Histogram quick = new Histogram(3);
        quick.recordValueWithCount(1000, 98);
        Histogram slow = new Histogram(3);
        slow.recordValueWithCount(5000, 2);
        SideResult result = SideResult.of("a", List.of(1.0, 3.0), List.of(quick, slow));
        double[] metrics = result.metrics();
        assertThat(metrics[Metric.MPPS.index()]).isEqualTo(2);
        assertThat(metrics[Metric.P50.index()]).isCloseTo(1, within(0.01));
        assertThat(metrics[Metric.P99.index()]).isCloseTo(5, within(0.05));
        assertThat(result.metrics(new int[] {0, 0})[Metric.P99.index()]).isCloseTo(1, within(0.01));
    }

    @Test
    void shouldAlignColumns() {
        TextTable table = new TextTable();
        table.row("", "Mpps", "p50");
        table.row("host", "1.5", "10.25");
        assertThat(table.toString()).isEqualTo("      Mpps    p50\nhost   1.5  10.25\n");
    }

    @Test
    void shouldDrawStartsAndRoundsOfEach() {
        List<Double> rates = List.of(1.0, 2.0, 3.0, 10.0, 20.0);
        SideResult result = SideResult.of("a", new int[] {3, 2}, rates, noLatencies());
        for (int i = 0; i < 100; i++) {
            int[] drawn = result.draw(random);
            assertThat(drawn).hasSizeBetween(4, 6);
            assertThat(drawn).doesNotContain(-1, 5);
            int first = drawn[0] < 3 ? 3 : 2;
            for (int j = 0; j < first; j++) {
                assertThat(drawn[j] < 3).as("of one start").isEqualTo(first == 3);
            }
        }
    }

    @Test
    void shouldKnowWhatEachStartGave() {
        List<Double> rates = List.of(1.0, 2.0, 3.0, 10.0, 20.0);
        SideResult result = SideResult.of("a", new int[] {3, 2}, rates, noLatencies());
        assertThat(result.perRound(Metric.MPPS))
                .containsExactly(List.of(1.0, 2.0, 3.0), List.of(10.0, 20.0));
    }

    @Test
    void shouldTakeTheLongestOfAllAsMaximum() {
        Histogram one = new Histogram(3);
        one.recordValueWithCount(1000, 99_999);
        one.recordValue(70_000);
        double[] metrics = SideResult.of("a", List.of(1.0), List.of(one)).metrics();
        assertThat(metrics[Metric.P9999.index()]).isCloseTo(1, within(0.01));
        assertThat(metrics[Metric.MAX.index()]).isCloseTo(70, within(0.1));
    }

    private static List<Histogram> noLatencies() {
        return IntStream.range(0, 5).mapToObj(round -> new Histogram(3)).toList();
    }

    private SideResult side(String name, double mpps, long nanos) {
        List<Double> rates =
                IntStream.range(0, ROUNDS)
                        .mapToObj(round -> mpps * (1 + random.nextGaussian() * 0.02))
                        .collect(Collectors.toList());
        List<Histogram> latencies =
                IntStream.range(0, ROUNDS)
                        .mapToObj(round -> histogram(nanos))
                        .collect(Collectors.toList());
        return SideResult.of(name, rates, latencies);
    }

    private Histogram histogram(long nanos) {
        Histogram histogram = new Histogram(3);
        for (int i = 0; i < 1000; i++) {
            histogram.recordValue((long) (nanos * (1 + random.nextDouble() * 0.1)));
        }
        return histogram;
    }
}
