// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** The report as one page without anything from elsewhere, and a PNG of each plot. */
final class HtmlReport {
    private final Evaluation evaluation;

    HtmlReport(Evaluation evaluation) {
        this.evaluation = evaluation;
    }

    /** Writes {@code index.html} and {@code plots/*.png}. */
    void write(Path directory) throws IOException {
        Path pictures = directory.resolve("plots");
        Files.createDirectories(pictures);
        StringBuilder page = new StringBuilder();
        page.append(head());
        page.append(summary());
        for (Experiment experiment : evaluation.experiments()) {
            List<Plot> plots = Plots.of(experiment);
            for (Plot plot : plots) {
                Files.write(pictures.resolve(plot.id() + ".png"), plot.png(Plot.Theme.LIGHT));
            }
            page.append(section(experiment, plots));
        }
        page.append(environment()).append("</main></body></html>\n");
        Files.writeString(directory.resolve("index.html"), page);
    }

    private String head() throws IOException {
        return """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>dpdk4j: the evaluation</title>
        <style>%s</style></head><body><main>
        <h1>dpdk4j: container against host, Java against C</h1>
        <p>Measured %s on %s (%s CPUs), %s, %s.</p>
        """
                .formatted(
                        style(),
                        fact("date"),
                        fact("CPU"),
                        fact("CPUs"),
                        fact("DPDK"),
                        fact("Java"));
    }

    private String summary() {
        List<Summary> summaries = Summary.of(evaluation);
        if (summaries.isEmpty()) {
            return "";
        }
        StringBuilder rows = new StringBuilder();
        for (Summary summary : summaries) {
            Claim claim = summary.claim();
            rows.append("<tr>");
            cell(rows, escape(summary.title()));
            cell(rows, escape(summary.quantity()));
            cell(rows, escape(summary.over()) + " (" + summary.cases() + ")");
            cell(rows, number(summary.ratio().value()));
            cell(rows, interval(summary.ratio()));
            cell(rows, format(ROOT, "%.2f–%.2f", summary.lowest(), summary.highest()));
            cell(rows, interval(summary.noise()));
            cell(rows, claim == null ? "" : escape(claim.toString()));
            cell(rows, claim == null ? "" : verdict(claim.verdict(summary.ratio())));
            rows.append("</tr>\n");
        }
        return """
        <h2>All cases together</h2>
        <div class="wide"><table><tr><th>ratio</th><th>of</th><th>over (cases)</th><th>mean</th>
        <th>95 %% interval</th><th>cases</th><th>two equals (A/A)</th><th>claim</th><th></th></tr>
        %s</table></div>
        <p class="method">A claim is shown if the whole interval keeps it, likely if the ratio does,
        undecided if some of the interval does, missed if none does.</p>
        """
                .formatted(rows);
    }

    private static String section(Experiment experiment, List<Plot> plots) {
        StringBuilder text = new StringBuilder();
        text.append(
                "<section id=\"%s\"><h2>%s</h2><p>%s</p>\n"
                        .formatted(
                                experiment.id(),
                                escape(experiment.title()),
                                escape(experiment.question())));
        for (Plot plot : plots) {
            text.append(figure(plot));
        }
        if (!experiment.cases().isEmpty()) {
            text.append("<div class=\"wide\">").append(table(experiment)).append("</div>\n");
        }
        for (String note : experiment.notes()) {
            text.append("<p class=\"note\">").append(escape(note)).append("</p>\n");
        }
        return text.append("<p class=\"method\">How: ")
                .append(escape(experiment.method()))
                .append("</p></section>\n")
                .toString();
    }

    private static String figure(Plot plot) {
        return """
        <figure><picture>
        <source media="screen and (prefers-color-scheme: dark)" srcset="data:image/png;base64,%s">
        <img alt="%s" src="data:image/png;base64,%s"></picture>
        <figcaption>%s</figcaption></figure>
        """
                .formatted(
                        Base64.getEncoder().encodeToString(plot.png(Plot.Theme.DARK)),
                        escape(plot.caption()),
                        Base64.getEncoder().encodeToString(plot.png(Plot.Theme.LIGHT)),
                        escape(plot.caption()));
    }

    /** A row for each case and unit: the sides' scores, then what is concluded. */
    private static String table(Experiment experiment) {
        List<String> sides =
                experiment.cases().stream()
                        .flatMap(c -> c.scores().stream().map(Score::side))
                        .distinct()
                        .toList();
        StringBuilder table = new StringBuilder("<table><tr><th>case</th><th>unit</th>");
        sides.forEach(side -> table.append("<th>").append(escape(side)).append("</th>"));
        table.append("<th>ratios: value (95 % interval)</th></tr>\n");
        for (Case setting : experiment.cases()) {
            for (String unit : units(setting)) {
                table.append("<tr>");
                cell(table, escape(TextReport.parameters(setting)));
                cell(table, escape(unit));
                for (String side : sides) {
                    cell(
                            table,
                            setting.score(side, unit)
                                    .map(score -> TextReport.number(score.value()))
                                    .orElse(""));
                }
                cell(table, comparisons(setting, unit));
                table.append("</tr>\n");
            }
        }
        return table.append("</table>").toString();
    }

    private static List<String> units(Case setting) {
        return setting.scores().stream().map(Score::unit).distinct().toList();
    }

    private static String comparisons(Case setting, String unit) {
        return setting.comparisons().stream()
                .filter(comparison -> comparison.unit().equals(unit))
                .map(HtmlReport::comparison)
                .collect(Collectors.joining("<br>"));
    }

    private static String comparison(Comparison comparison) {
        String text =
                escape(comparison.title())
                        + " <b>"
                        + number(comparison.ratio().value())
                        + "</b> ("
                        + interval(comparison.ratio())
                        + ")";
        if (comparison.insideNoise()) {
            text += " <i>inside the noise</i>";
        }
        return text
                + comparison
                        .verdict()
                        .map(v ->
                                " " + escape(String.valueOf(comparison.claim())) + " " + verdict(v))
                        .orElse("");
    }

    private String environment() {
        StringBuilder rows = new StringBuilder();
        evaluation
                .environment()
                .forEach((name, value) -> {
                    rows.append("<tr>");
                    cell(rows, escape(name));
                    cell(rows, escape(value));
                    rows.append("</tr>\n");
                });
        return "<h2>Where this was measured</h2><table class=\"facts\">" + rows + "</table>\n";
    }

    private String fact(String name) {
        return escape(evaluation.environment().getOrDefault(name, "?"));
    }

    private static void cell(StringBuilder row, String content) {
        row.append("<td>").append(content).append("</td>");
    }

    private static String verdict(Claim.Verdict verdict) {
        return format(
                ROOT,
                "<span class=\"%s\">%s</span>",
                verdict.name().toLowerCase(ROOT),
                escape(verdict.toString()));
    }

    private static String interval(Ratio ratio) {
        return number(ratio.low()) + "–" + number(ratio.high());
    }

    private static String number(double value) {
        return format(ROOT, "%.3f", value);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String style() throws IOException {
        try (InputStream file = HtmlReport.class.getResourceAsStream("report.css")) {
            if (file == null) {
                throw new IOException("report.css is missing from the jar");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
