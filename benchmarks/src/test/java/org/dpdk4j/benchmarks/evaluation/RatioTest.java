// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RatioTest {
    private final Random random = new Random(5);

    @Test
    void shouldFindARatioInNoiseThatBothSidesShare() {
        List<List<Double>> base = noisy(4, 40, 100, 0.2);
        List<List<Double>> side =
                base.stream().map(start -> start.stream().map(v -> v * 0.9).toList()).toList();
        Ratio ratio = Ratio.of(side, base, random);
        assertThat(ratio.value()).isCloseTo(0.9, within(1e-9));
        assertThat(ratio.high() - ratio.low()).isLessThan(1e-9);
        assertThat(Claim.atLeast(0.99).verdict(ratio)).isEqualTo(Claim.Verdict.MISSED);
        assertThat(Claim.atLeast(0.85).verdict(ratio)).isEqualTo(Claim.Verdict.SHOWN);
    }

    @Test
    void shouldNotTellEqualsApart() {
        Ratio ratio = Ratio.of(noisy(5, 40, 100, 0.1), noisy(5, 40, 100, 0.1), random);
        assertThat(ratio.low()).isLessThan(1);
        assertThat(ratio.high()).isGreaterThan(1);
        assertThat(ratio.within(ratio.band())).isTrue();
        assertThat(Claim.atLeast(0.99).verdict(ratio)).isNotEqualTo(Claim.Verdict.MISSED);
    }

    /**
     * One start that lies well in memory makes all of its slices faster: slices are no witnesses.
     */
    @Test
    void shouldDoubtWhatDiffersFromStartToStart() {
        List<List<Double>> base = List.of(slices(100), slices(100), slices(100), slices(100));
        List<List<Double>> side = List.of(slices(90), slices(110), slices(95), slices(105));
        Ratio ratio = Ratio.of(side, base, random);
        assertThat(ratio.low()).isLessThan(0.96);
        assertThat(ratio.high()).isGreaterThan(1.03);
    }

    /** Three draws of three are all the smallest one too often for a bootstrap to tell 95 %. */
    @Test
    void shouldCoverTheTruthFromThreeStarts() {
        int covered = 0;
        for (int i = 0; i < 200; i++) {
            Ratio ratio = Ratio.of(startsOf(3, 10), startsOf(3, 10), random);
            covered += ratio.low() <= 1 && ratio.high() >= 1 ? 1 : 0;
        }
        assertThat(covered).isGreaterThan(184);
    }

    @Test
    void shouldDrawSlicesOverCasesToo() {
        List<List<List<Double>>> sides = List.of(noisy(1, 20, 100, 0.1));
        Ratio ratio = Ratio.ofAll(sides, List.of(noisy(1, 20, 100, 0.1)), random);
        assertThat(ratio.low()).isLessThan(ratio.value());
        assertThat(ratio.high()).isGreaterThan(ratio.value());
    }

    @Test
    void shouldClaimNothingOfOneStart() {
        Ratio ratio = Ratio.of(noisy(1, 40, 90, 0.01), noisy(1, 40, 100, 0.01), random);
        assertThat(Claim.atLeast(0.98).verdict(ratio)).isEqualTo(Claim.Verdict.SINGLE);
        assertThat(Claim.atLeast(0.5).verdict(ratio)).isEqualTo(Claim.Verdict.SINGLE);
    }

    /** Else many cases that never vary would lend their certainty to one that does. */
    @Test
    void shouldCountTheStartsOfCasesThatVary() {
        List<List<List<Double>>> bases =
                Stream.generate(() -> List.of(slices(100), slices(100), slices(100), slices(100)))
                        .limit(4)
                        .toList();
        List<List<Double>> varied = List.of(slices(90), slices(110), slices(95), slices(105));
        List<List<List<Double>>> sides =
                Stream.concat(Stream.of(varied), bases.stream().skip(1)).toList();
        Ratio alone = Ratio.of(varied, bases.getFirst(), random);
        Ratio together = Ratio.ofAll(sides, bases, random);
        assertThat(Math.log(together.high() / together.low()))
                .isCloseTo(Math.log(alone.high() / alone.low()) / 4, within(0.005));
    }

    @Test
    void shouldNotCallNoiseWhatItsOwnIntervalTells() {
        Ratio ratio = Ratio.of(noisy(4, 40, 95, 0.001), noisy(4, 40, 100, 0.001), random);
        assertThat(ratio.within(1.1)).isFalse();
        assertThat(Ratio.of(noisy(4, 40, 100, 0.1), noisy(4, 40, 100, 0.1), random).within(1.1))
                .isTrue();
    }

    @Test
    void shouldNarrowTheIntervalOverCases() {
        List<List<List<Double>>> sides =
                Stream.generate(() -> noisy(3, 20, 100, 0.1)).limit(20).toList();
        List<List<List<Double>>> bases =
                Stream.generate(() -> noisy(3, 20, 100, 0.1)).limit(20).toList();
        Ratio one = Ratio.of(sides.get(0), bases.get(0), random);
        Ratio all = Ratio.ofAll(sides, bases, random);
        assertThat(all.high() - all.low()).isLessThan(one.high() - one.low());
        assertThat(all.value()).isCloseTo(1, within(0.02));
    }

    /** Each start's own luck counts more than what differs within it. */
    private List<List<Double>> startsOf(int starts, int slices) {
        return Stream.generate(() ->
                        noisy(1, slices, 100 * Math.exp(0.05 * random.nextGaussian()), 0.01)
                                .getFirst())
                .limit(starts)
                .toList();
    }

    private List<List<Double>> noisy(int starts, int slices, double mean, double spread) {
        return Stream.generate(() ->
                        DoubleStream.generate(() -> mean * (1 + spread * random.nextGaussian()))
                                .limit(slices)
                                .boxed()
                                .toList())
                .limit(starts)
                .toList();
    }

    private static List<Double> slices(double value) {
        return DoubleStream.generate(() -> value).limit(10).boxed().toList();
    }
}
