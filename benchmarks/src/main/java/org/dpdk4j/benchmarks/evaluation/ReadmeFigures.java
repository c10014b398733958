// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The figures in the README: a part between two marks that comes out of a report. */
public final class ReadmeFigures {
    private static final String BEGIN = "<!-- figures: benchmarks/readme -->\n";
    private static final String END = "<!-- end of figures -->\n";

    private ReadmeFigures() {}

    /**
     * Puts the figures of a report into a README.
     *
     * @param args the report's evaluation.json, the README
     * @throws IOException if one can't be read, or the README not be written
     */
    public static void main(String[] args) throws IOException {
        Path readme = Path.of(args[1]);
        Files.writeString(
                readme, with(Files.readString(readme), Evaluation.read(Path.of(args[0]))));
    }

    /** A README with the figures of a report. */
    static String with(String readme, Evaluation evaluation) {
        int begin = readme.indexOf(BEGIN);
        int end = readme.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("the README has no marks for the figures");
        }
        return readme.substring(0, begin + BEGIN.length())
                + text(evaluation)
                + readme.substring(end);
    }

    private static String text(Evaluation evaluation) {
        StringBuilder text = new StringBuilder();
        text.append(
                """
                | ratio | of | over | mean | 95 % interval | cases | two equals (A/A) | claim | |
                | --- | --- | --- | --- | --- | --- | --- | --- | --- |
                """);
        List<Summary> summaries = Summary.of(evaluation);
        for (Summary summary : summaries) {
            text.append(
                    format(
                            ROOT,
                            "| %s | %s | %s, %d %s | %.3f | %s | %.2f–%.2f | %s | %s |%n",
                            summary.title(),
                            summary.quantity(),
                            summary.over(),
                            summary.cases(),
                            summary.cases() == 1 ? "case" : "cases",
                            summary.ratio().value(),
                            interval(summary.ratio()),
                            summary.lowest(),
                            summary.highest(),
                            interval(summary.noise()),
                            claim(summary)));
        }
        return text.append(rates(evaluation))
                .append(
                        format(
                                ROOT,
                                "%nMeasured %s: %s, %s CPUs (%s), %s, Java %s.%n",
                                fact(evaluation, "date"),
                                fact(evaluation, "CPU"),
                                fact(evaluation, "CPUs"),
                                fact(evaluation, "hypervisor").startsWith("yes")
                                        ? "a virtual machine"
                                        : "no virtual machine",
                                fact(evaluation, "DPDK"),
                                fact(evaluation, "Java")))
                .toString();
    }

    /** How many packets one core moves: for each mode and transport Java's rate, and C's. */
    private static String rates(Evaluation evaluation) {
        List<Case> usual =
                evaluation.experiment("throughput").map(Experiment::cases).stream()
                        .flatMap(List::stream)
                        .filter(Summary::usual)
                        .toList();
        List<String> transports = values(usual, "transport");
        StringBuilder text = new StringBuilder();
        text.append(format(ROOT, "%n| Mpps of one core: Java / C |"));
        transports.forEach(transport -> text.append(format(ROOT, " %s |", transport)));
        text.append(format(ROOT, "%n| --- |%s%n", " --- |".repeat(transports.size())));
        for (String mode : values(usual, "mode")) {
            text.append(format(ROOT, "| %s |", mode));
            for (String transport : transports) {
                text.append(
                        usual.stream()
                                .filter(one -> mode.equals(one.parameters().get("mode")))
                                .filter(one -> transport.equals(one.parameters().get("transport")))
                                .findFirst()
                                .map(one ->
                                        format(
                                                ROOT,
                                                " %s / %s |",
                                                rate(one, Program.HOST),
                                                rate(one, Program.C)))
                                .orElse(" |"));
            }
            text.append(format(ROOT, "%n"));
        }
        return text.toString();
    }

    private static List<String> values(List<Case> cases, String parameter) {
        return cases.stream()
                .map(one -> one.parameters().getOrDefault(parameter, ""))
                .distinct()
                .toList();
    }

    private static String rate(Case setting, Program program) {
        return setting.score(program.title(), Throughput.MPPS)
                .map(score -> format(ROOT, score.value() < 100 ? "%.3g" : "%.0f", score.value()))
                .orElse("-");
    }

    private static String claim(Summary summary) {
        Claim claim = summary.claim();
        return claim == null ? "|" : claim + " | " + claim.verdict(summary.ratio());
    }

    private static String interval(Ratio ratio) {
        return format(ROOT, "%.3f–%.3f", ratio.low(), ratio.high());
    }

    private static String fact(Evaluation evaluation, String name) {
        return evaluation.environment().getOrDefault(name, "?");
    }
}
