// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The report for a terminal. */
final class TextReport {
    private TextReport() {}

    static String of(Evaluation evaluation) {
        StringBuilder text = new StringBuilder();
        for (Experiment experiment : evaluation.experiments()) {
            text.append('\n').append(experiment.title()).append('\n');
            text.append(table(experiment));
            experiment.notes().forEach(note -> text.append("! ").append(note).append('\n'));
        }
        List<Summary> summaries = Summary.of(evaluation);
        if (!summaries.isEmpty()) {
            text.append("\nAll cases together\n").append(summary(summaries));
        }
        text.append(
                """

                Ratios: value (95 % interval); A/A is how far two equals were apart in the same run; ~ marks a
                ratio that is no further from 1 than that, and whose interval has 1 in it. A claim is shown if
                the whole interval keeps it, likely if the ratio does, undecided if some of the interval does,
                missed if none does.
                """);
        return text.toString();
    }

    private static TextTable table(Experiment experiment) {
        TextTable table = new TextTable();
        List<String> units = unitsOfRatios(experiment);
        for (Case setting : experiment.cases()) {
            String name = String.join(" ", setting.parameters().values());
            for (String unit : units.isEmpty() ? List.of("") : units) {
                List<String> cells = new ArrayList<>();
                cells.add(name + (unit.isEmpty() ? "" : ", " + unit));
                setting.scores().stream()
                        .filter(score -> unit.isEmpty() || score.unit().equals(unit))
                        .forEach(score -> cells.add(score(score, unit.isEmpty())));
                setting.comparisons().stream()
                        .filter(ratio -> ratio.unit().equals(unit))
                        .forEach(ratio -> cells.add(ratio(ratio)));
                table.row(cells.toArray(String[]::new));
            }
        }
        return table;
    }

    private static List<String> unitsOfRatios(Experiment experiment) {
        return experiment.cases().stream()
                .flatMap(setting -> setting.comparisons().stream())
                .map(Comparison::unit)
                .filter(unit -> !unit.equals(Throughput.MPPS_OF_CPU))
                .distinct()
                .toList();
    }

    private static String score(Score score, boolean withUnit) {
        return score.side() + " " + number(score.value()) + (withUnit ? " " + score.unit() : "");
    }

    private static String ratio(Comparison comparison) {
        Ratio ratio = comparison.ratio();
        return format(
                ROOT,
                "%s %s%.3f (%.3f-%.3f)%s",
                comparison.title(),
                comparison.insideNoise() ? "~" : "",
                ratio.value(),
                ratio.low(),
                ratio.high(),
                comparison.verdict().map(v -> " " + comparison.claim() + " " + v).orElse(""));
    }

    private static TextTable summary(List<Summary> summaries) {
        TextTable table = new TextTable();
        table.row("", "of", "over", "cases", "ratio", "95 % interval", "each", "A/A", "claim", "");
        for (Summary summary : summaries) {
            Claim claim = summary.claim();
            table.row(
                    summary.title(),
                    summary.quantity(),
                    summary.over(),
                    Integer.toString(summary.cases()),
                    format(ROOT, "%.3f", summary.ratio().value()),
                    format(ROOT, "%.3f-%.3f", summary.ratio().low(), summary.ratio().high()),
                    format(ROOT, "%.2f-%.2f", summary.lowest(), summary.highest()),
                    format(ROOT, "%.3f-%.3f", summary.noise().low(), summary.noise().high()),
                    claim == null ? "" : claim.toString(),
                    claim == null ? "" : claim.verdict(summary.ratio()).toString());
        }
        return table;
    }

    /** Three significant digits or so. */
    static String number(double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        int decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
        return format(ROOT, "%,." + decimals + "f", value);
    }

    static String parameters(Case setting) {
        return setting.parameters().entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }
}
