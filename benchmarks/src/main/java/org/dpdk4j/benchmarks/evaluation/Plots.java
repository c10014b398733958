// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Which pictures an experiment's cases give. */
final class Plots {
    private static final String NET_RING = "net_ring";
    private static final double BITS = 8e-3;

    /** Preamble, start, check sum and gap, which a frame takes on a wire. */
    private static final int WIRE_OVERHEAD = 24;

    private Plots() {}

    static List<Plot> of(Experiment experiment) {
        return switch (experiment.id()) {
            case "throughput" -> ofThroughput(experiment);
            case "scaling" -> ofScaling(experiment);
            // Too many to be told apart in a picture.
            case "calls" -> List.of();
            default -> perUnit(experiment);
        };
    }

    /** For each number that grows, the time of each benchmark in which it does. */
    private static List<Plot> ofScaling(Experiment experiment) {
        Map<String, Map<String, Map<Double, Double>>> byNumber = new TreeMap<>();
        for (Case setting : experiment.cases()) {
            setting.score("host", "ns/op")
                    .ifPresent(score -> {
                        String number = "";
                        List<String> name = new ArrayList<>();
                        for (Map.Entry<String, String> entry : setting.parameters().entrySet()) {
                            if (entry.getValue().matches("[0-9]+")) {
                                number = entry.getKey();
                            } else {
                                name.add(entry.getValue());
                            }
                        }
                        double place =
                                Double.parseDouble(setting.parameters().getOrDefault(number, "0"));
                        byNumber.computeIfAbsent(number, _ -> new TreeMap<>())
                                .computeIfAbsent(String.join(", ", name), _ -> new TreeMap<>())
                                .put(place, score.value());
                    });
        }
        List<Plot> plots = new ArrayList<>();
        byNumber.forEach((number, byName) -> {
            List<Double> places = List.copyOf(byName.values().iterator().next().keySet());
            List<Plot.Series> series = new ArrayList<>();
            byName.forEach((name, values) ->
                    series.add(new Plot.Series(name, List.copyOf(values.values()))));
            plots.add(
                    Plot.lines(
                            "scaling-" + number,
                            "Time as " + number + " grows",
                            number,
                            "ns",
                            true,
                            places,
                            series));
        });
        return plots;
    }

    private static List<Plot> ofThroughput(Experiment experiment) {
        List<Case> cases = experiment.cases();
        List<Plot> plots = new ArrayList<>();
        ratios(
                        "container",
                        "Container ÷ host, and host ÷ host: 1 is equal",
                        cases,
                        List.of(Program.CONTAINER, Program.HOST_AGAIN),
                        Program.HOST)
                .ifPresent(plots::add);
        List<Case> usual = cases.stream().filter(c -> at(c, "burst", "32")).toList();
        ratiosOf("c", "Java ÷ C and Java ÷ testpmd, bursts of 32", usual).ifPresent(plots::add);
        perBurst(cases).ifPresent(plots::add);
        gigabits(cases).ifPresent(plots::add);
        return plots;
    }

    private static Optional<Plot> ratios(
            String id, String caption, List<Case> cases, List<Program> sides, Program base) {
        List<Case> with =
                cases.stream()
                        .filter(c -> sides.stream().allMatch(s -> ratio(c, s, base).isPresent()))
                        .toList();
        List<Plot.Series> series =
                sides.stream()
                        .map(side ->
                                series(
                                        side.title() + " ÷ " + base.title(),
                                        with.stream()
                                                .flatMap(c -> ratio(c, side, base).stream())
                                                .toList()))
                        .toList();
        return with.isEmpty()
                ? Optional.empty()
                : Optional.of(Plot.points(id, caption, "ratio of Mpps", labels(with), series));
    }

    private static Optional<Plot> ratiosOf(String id, String caption, List<Case> cases) {
        List<Case> with =
                cases.stream()
                        .filter(c -> ratio(c, Program.HOST, Program.C).isPresent())
                        .filter(c -> ratio(c, Program.HOST, Program.TESTPMD).isPresent())
                        .toList();
        if (with.isEmpty()) {
            return Optional.empty();
        }
        List<Plot.Series> series = new ArrayList<>();
        for (Program base : List.of(Program.C, Program.TESTPMD)) {
            series.add(
                    series(
                            "Java ÷ " + base.title(),
                            with.stream()
                                    .flatMap(c -> ratio(c, Program.HOST, base).stream())
                                    .toList()));
        }
        return Optional.of(Plot.points(id, caption, "ratio of Mpps", labels(with), series));
    }

    /** What a burst costs, from the rate: the less a driver does, the more the calls are of it. */
    private static Optional<Plot> perBurst(List<Case> cases) {
        Map<Double, Case> byBurst = new TreeMap<>();
        for (Case setting : cases) {
            if (at(setting, "transport", NET_RING) && at(setting, "mode", "io")) {
                byBurst.put(Double.valueOf(setting.parameters().get("burst")), setting);
            }
        }
        List<Plot.Series> series = new ArrayList<>();
        for (Program program : List.of(Program.HOST, Program.C, Program.TESTPMD)) {
            List<Double> nanos = new ArrayList<>();
            byBurst.forEach((burst, setting) ->
                    setting.score(program.title(), Throughput.MPPS)
                            .ifPresent(score -> nanos.add(burst * 1e3 / score.value())));
            if (nanos.size() == byBurst.size()) {
                series.add(new Plot.Series(program.title(), nanos));
            }
        }
        return byBurst.size() < 2
                ? Optional.empty()
                : Optional.of(
                        Plot.lines(
                                "bursts",
                                "net_ring, io: time for a burst, received and sent",
                                "packets in a burst",
                                "ns",
                                true,
                                List.copyOf(byBurst.keySet()),
                                series));
    }

    private static Optional<Plot> gigabits(List<Case> cases) {
        List<Plot.Series> series = new ArrayList<>();
        List<Double> sizes = List.of();
        for (String transport : List.of("memif", "vhost")) {
            Map<Double, Case> bySize = new TreeMap<>();
            for (Case setting : cases) {
                if (at(setting, "transport", transport)
                        && at(setting, "mode", "io")
                        && at(setting, "burst", "32")) {
                    bySize.put(Double.valueOf(setting.parameters().get("frame")), setting);
                }
            }
            if (bySize.size() < 2 || (!sizes.isEmpty() && sizes.size() != bySize.size())) {
                continue;
            }
            sizes = List.copyOf(bySize.keySet());
            for (Program program : List.of(Program.HOST, Program.CONTAINER, Program.C)) {
                List<Double> rates = new ArrayList<>();
                bySize.forEach((size, setting) ->
                        setting.score(program.title(), Throughput.MPPS)
                                .ifPresent(score ->
                                        rates.add(score.value() * (size + WIRE_OVERHEAD) * BITS)));
                if (rates.size() == sizes.size()) {
                    series.add(new Plot.Series(transport + ", " + program.title(), rates));
                }
            }
        }
        return series.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Plot.lines(
                                "sizes",
                                "io, bursts of 32: the rate as a wire would count it",
                                "bytes in a frame",
                                "Gbit/s",
                                true,
                                sizes,
                                series));
    }

    /** Any other experiment: for each unit the sides' scores, case beside case. */
    private static List<Plot> perUnit(Experiment experiment) {
        List<Plot> plots = new ArrayList<>();
        List<String> units =
                experiment.cases().stream()
                        .flatMap(c -> c.scores().stream().map(Score::unit))
                        .distinct()
                        .toList();
        for (String unit : units) {
            List<Case> cases =
                    experiment.cases().stream()
                            .filter(c -> c.scores().stream().anyMatch(s -> s.unit().equals(unit)))
                            .toList();
            List<String> sides =
                    cases.stream()
                            .flatMap(c -> c.scores().stream())
                            .filter(s -> s.unit().equals(unit))
                            .map(Score::side)
                            .distinct()
                            .toList();
            List<Plot.Series> series = new ArrayList<>();
            for (String side : sides) {
                List<Double> values =
                        cases.stream()
                                .map(c -> c.score(side, unit).map(Score::value).orElse(0.0))
                                .toList();
                if (values.stream().allMatch(value -> value > 0)) {
                    series.add(new Plot.Series(side, values));
                }
            }
            if (!series.isEmpty()) {
                plots.add(
                        Plot.bars(
                                experiment.id() + "-" + unit.replaceAll("[^A-Za-z0-9]+", "-"),
                                experiment.title() + ": " + unit,
                                unit,
                                spread(series) > 10,
                                cases.stream().map(Plots::label).toList(),
                                series));
            }
        }
        return plots;
    }

    private static double spread(List<Plot.Series> series) {
        List<Double> all = series.stream().flatMap(s -> s.values().stream()).toList();
        double least = all.stream().min(Comparator.naturalOrder()).orElse(1.0);
        return all.stream().max(Comparator.naturalOrder()).orElse(1.0) / least;
    }

    private static Plot.Series series(String name, List<Ratio> ratios) {
        return new Plot.Series(
                name,
                ratios.stream().map(Ratio::value).toList(),
                // Both ways as far as the interval reaches the one way or the other.
                ratios.stream()
                        .map(r -> Math.max(r.high() - r.value(), r.value() - r.low()))
                        .toList());
    }

    private static Optional<Ratio> ratio(Case setting, Program side, Program base) {
        return setting.comparisons().stream()
                .filter(c -> c.unit().equals(Throughput.MPPS))
                .filter(c -> c.side().equals(side.title()) && c.base().equals(base.title()))
                .map(Comparison::ratio)
                .findFirst();
    }

    private static List<String> labels(List<Case> cases) {
        return cases.stream().map(Plots::label).toList();
    }

    private static String label(Case setting) {
        Map<String, String> parameters = setting.parameters();
        StringBuilder label = new StringBuilder();
        parameters.forEach((name, value) -> {
            boolean usual =
                    (name.equals("burst") && value.equals("32"))
                            || (name.equals("frame") && value.equals("64"));
            if (!usual) {
                label.append(label.isEmpty() ? "" : " ");
                label.append(name.equals("burst") ? "burst " : "").append(value);
                label.append(name.equals("frame") ? " B" : "");
            }
        });
        return label.toString();
    }

    private static boolean at(Case setting, String parameter, String value) {
        return value.equals(setting.parameters().get(parameter));
    }
}
