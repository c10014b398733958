// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dpdk4j.Eal;
import org.dpdk4j.benchmarks.echo.Ratios.Position;
import org.dpdk4j.benchmarks.evaluation.Ratio;
import org.dpdk4j.benchmarks.evaluation.TextTable;

/** What {@link HostVsContainer} found, as text and as JSON. */
final class Report {
    /** A quiet machine stays far below. */
    private static final double NOISY = 1.25;

    private static final Set<Metric> METRICS = EnumSet.range(Metric.MPPS, Metric.P999);

    private final List<Side> sides;
    private final List<SideResult> results;
    private final List<Ratios> comparisons;
    private final long seed;

    private Report(
            List<Side> sides, List<SideResult> results, List<Ratios> comparisons, long seed) {
        this.sides = sides;
        this.results = results;
        this.comparisons = comparisons;
        this.seed = seed;
    }

    static Report of(List<Side> sides, long seed) {
        List<SideResult> results =
                sides.stream()
                        .map(side -> SideResult.of(side.name(), side.rates(0), side.latencies(1)))
                        .toList();
        List<Ratios> comparisons = new ArrayList<>();
        if (!results.isEmpty() && results.get(0).rounds() > 0) {
            Random random = new Random(seed);
            for (SideResult result : results.subList(1, results.size())) {
                comparisons.add(Ratios.of(result, results.get(0), random));
            }
        }
        return new Report(sides, results, comparisons, seed);
    }

    /** Whether all frames came back as they were sent, and anything was measured. */
    boolean clean() {
        return !results.isEmpty()
                && results.get(0).rounds() > 0
                && sides.stream().allMatch(side -> side.lost() == 0 && side.wrong() == 0);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        text.append(sidesTable());
        if (results.isEmpty() || results.get(0).rounds() == 0) {
            return text.append("Nothing was measured.\n").toString();
        }
        if (!comparisons.isEmpty()) {
            text.append('\n').append(ratiosTable()).append('\n').append(verdicts());
        }
        return text.append(method()).toString();
    }

    private String sidesTable() {
        TextTable table = new TextTable();
        Stream<String> titles = METRICS.stream().map(Metric::title);
        table.row(
                Stream.concat(Stream.of("", "packets out", "in", "lost", "wrong"), titles)
                        .toArray(String[]::new));
        for (int i = 0; i < sides.size(); i++) {
            Side side = sides.get(i);
            List<String> cells = new ArrayList<>();
            cells.add(side.name());
            Stream.of(side.sent(), side.received(), side.lost(), side.wrong())
                    .map(count -> format(ROOT, "%,d", count))
                    .forEach(cells::add);
            if (results.get(i).rounds() > 0) {
                double[] values = results.get(i).metrics();
                METRICS.forEach(metric -> cells.add(format(ROOT, "%.2f", values[metric.index()])));
            }
            table.row(cells.toArray(String[]::new));
        }
        return table.toString();
    }

    private String ratiosTable() {
        TextTable table = new TextTable();
        table.row(
                Stream.concat(Stream.of(""), METRICS.stream().map(Report::shortTitle))
                        .toArray(String[]::new));
        for (int i = comparisons.size() - 1; i >= 0; i--) {
            Ratios comparison = comparisons.get(i);
            List<String> cells = new ArrayList<>();
            cells.add(title(comparison) + (i == 0 ? " (A/A)" : ""));
            for (Metric metric : METRICS) {
                Ratio ratio = comparison.ratio(metric);
                cells.add(
                        format(ROOT, "%.3f [%.3f-%.3f]", ratio.value(), ratio.low(), ratio.high()));
            }
            table.row(cells.toArray(String[]::new));
        }
        return table.toString();
    }

    private String verdicts() {
        Ratios equals = comparisons.get(0);
        StringBuilder text = new StringBuilder("A/A band: ");
        text.append(
                METRICS.stream()
                        .map(metric -> shortTitle(metric) + band(equals.ratio(metric)))
                        .collect(Collectors.joining(", ")));
        for (Ratios comparison : comparisons.subList(1, comparisons.size())) {
            text.append('\n').append(title(comparison)).append(": ");
            text.append(
                    Stream.of(Position.values())
                            .map(position -> position(comparison, equals, position))
                            .filter(part -> !part.isEmpty())
                            .collect(Collectors.joining("; ")));
        }
        text.append('\n');
        if (equals.ratio(Metric.MPPS).band() > NOISY) {
            text.append(
                    "The two equal sides differ so much that something else kept the CPUs busy.\n");
        }
        return text.toString();
    }

    private static String band(Ratio equals) {
        double band = equals.band();
        return band > 2 ? " over ±100 %" : format(ROOT, " ±%.1f %%", (band - 1) * 100);
    }

    /** The metrics that lie there, or nothing. */
    private static String position(Ratios comparison, Ratios equals, Position position) {
        String metrics =
                METRICS.stream()
                        .filter(metric ->
                                Position.of(comparison.ratio(metric), equals.ratio(metric).band())
                                        == position)
                        .map(Report::shortTitle)
                        .collect(Collectors.joining(", "));
        String text =
                switch (position) {
                    case INSIDE -> "inside of the band in ";
                    case EDGE -> "at the edge of the band in ";
                    case OUTSIDE -> "outside of the band in ";
                };
        return metrics.isEmpty() ? "" : text + metrics;
    }

    private String method() {
        return format(
                ROOT,
                """

                %d rounds; in each, every side in random order for %d ms at full load and for %d ms at a fixed
                rate, of which the first %d ms don't count. %d-byte frames over memif, contents checked, %s.
                Mpps: %d frames under way, each sent again when it is back; median of the rounds. Latency:
                %,d frames a second, counted from when each was due. In brackets: 95 %% bootstrap interval
                over the rounds. A/A band: what the interval of two equal sides leaves open; a ratio inside of
                it is no difference that this run can tell, one at its edge has an interval that reaches into it.
                """,
                results.get(0).rounds(),
                millis(Slice.SETTLING_NANOS + Slice.MEASURED_NANOS),
                millis(Slice.SETTLING_NANOS + Slice.MEASURED_NANOS),
                millis(Slice.SETTLING_NANOS),
                ProbeFrame.LENGTH,
                Eal.version(),
                HostVsContainer.WINDOW,
                HostVsContainer.LATENCY_FRAMES_PER_SECOND);
    }

    String json() {
        String sideTexts =
                sides.stream()
                        .map(side -> "    " + json(side, results.get(sides.indexOf(side))))
                        .collect(Collectors.joining(",\n"));
        String comparisonTexts =
                comparisons.stream()
                        .map(comparison -> "    " + json(comparison))
                        .collect(Collectors.joining(",\n"));
        return format(
                ROOT,
                """
                {
                  "dpdk": "%s",
                  "frameBytes": %d,
                  "window": %d,
                  "latencyFramesPerSecond": %d,
                  "rounds": %d,
                  "seed": %d,
                  "sides": [
                %s
                  ],
                  "comparisons": [
                %s
                  ]
                }
                """,
                Eal.version(),
                ProbeFrame.LENGTH,
                HostVsContainer.WINDOW,
                HostVsContainer.LATENCY_FRAMES_PER_SECOND,
                results.isEmpty() ? 0 : results.get(0).rounds(),
                seed,
                sideTexts,
                comparisonTexts);
    }

    private static String json(Side side, SideResult result) {
        StringBuilder rounds = new StringBuilder();
        for (int round = 0; round < result.rounds(); round++) {
            rounds.append(round == 0 ? "{" : ", {")
                    .append(json(result.metrics(new int[] {round})))
                    .append('}');
        }
        return format(
                ROOT,
                "{\"name\": \"%s\", \"out\": %d, \"in\": %d, \"lost\": %d, \"wrong\": %d, %s,%n"
                        + "     \"perRound\": [%s]}",
                side.name(),
                side.sent(),
                side.received(),
                side.lost(),
                side.wrong(),
                json(result.metrics()),
                rounds);
    }

    private static String json(double[] metrics) {
        return METRICS.stream()
                .map(metric -> "\"" + metric.key() + "\": " + json(metrics[metric.index()]))
                .collect(Collectors.joining(", "));
    }

    private static String json(Ratios comparison) {
        String ratios =
                METRICS.stream()
                        .map(metric -> {
                            Ratio ratio = comparison.ratio(metric);
                            return format(
                                    ROOT,
                                    "\"%s\": {\"ratio\": %s, \"low\": %s, \"high\": %s}",
                                    metric.key(),
                                    json(ratio.value()),
                                    json(ratio.low()),
                                    json(ratio.high()));
                        })
                        .collect(Collectors.joining(", "));
        return format(
                ROOT,
                "{\"side\": \"%s\", \"base\": \"%s\", %s}",
                comparison.side().name(),
                comparison.base().name(),
                ratios);
    }

    /** JSON knows no NaN. */
    private static String json(double value) {
        return Double.isFinite(value) ? format(ROOT, "%.4f", value) : "null";
    }

    private static String title(Ratios comparison) {
        return comparison.side().name() + " ÷ " + comparison.base().name();
    }

    private static String shortTitle(Metric metric) {
        return metric.title().replace(" µs", "");
    }

    private static long millis(long nanos) {
        return nanos / 1_000_000;
    }
}
