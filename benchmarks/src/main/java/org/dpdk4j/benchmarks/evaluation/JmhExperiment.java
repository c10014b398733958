// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes an experiment of what JMH measured, on the host and perhaps in a container. */
@Command(
        name = "JmhExperiment",
        sortOptions = false,
        description = "Turns JMH's results into an experiment of the report.")
public final class JmhExperiment implements Callable<Integer> {
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    /** Which question the results answer. */
    enum Kind {
        CALLS(
                "calls",
                "What a call, an access, a burst cost",
                "What does the API cost per call and per packet, on the host and in a container?"),
        SCALING(
                "scaling",
                "As work grows",
                "Does a packet cost more when routes, flows, queues, ports or buffers get more?");

        private final String id;
        private final String title;
        private final String question;

        Kind(String id, String title, String question) {
            this.id = id;
            this.title = title;
            this.question = question;
        }
    }

    @Option(
            names = "--experiment",
            required = true,
            paramLabel = "FILE",
            description = "Where the result is written, as JSON.")
    Path experiment = Path.of("");

    @Option(names = "--kind", required = true, description = "${COMPLETION-CANDIDATES}.")
    Kind kind = Kind.CALLS;

    @Option(
            names = "--host",
            required = true,
            paramLabel = "FILE",
            description = "JMH's results on the host, as JSON.")
    Path host = Path.of("");

    @Option(names = "--container", paramLabel = "FILE", description = "Those in a container.")
    @Nullable Path container;

    @Option(names = "--help", usageHelp = true, description = "Shows this.")
    boolean help;

    /**
     * Runs it.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new JmhExperiment()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        SequencedMap<Map<String, String>, List<Score>> scores = new LinkedHashMap<>();
        add(scores, "host", host);
        if (container != null) {
            add(scores, "container", container);
        }
        List<Case> cases = new ArrayList<>();
        scores.forEach((parameters, all) -> cases.add(new Case(parameters, all, List.of())));
        if (kind == Kind.SCALING) {
            cases.addAll(slopes(cases));
        }
        Evaluation.write(
                new Experiment(
                        kind.id,
                        kind.title,
                        kind.question,
                        "JMH, average time, each benchmark in a JVM of its own, which checks its"
                                + " work; B/op is what its profiler counts of garbage for each"
                                + " operation. Whole runs one after the other: two of the same"
                                + " program differ by some 10 %, sometimes more, so that only large"
                                + " differences say anything. JMH's thread is none of EAL's lcores:"
                                + " allocating and freeing cost more than in a worker."
                                + (kind == Kind.SCALING
                                        ? " The slope is that of the straight line, by least"
                                                + " squares, over the binary logarithm of what"
                                                + " grows."
                                        : ""),
                        cases,
                        List.of()),
                experiment);
        return 0;
    }

    private static void add(Map<Map<String, String>, List<Score>> scores, String side, Path file)
            throws IOException {
        for (JsonNode result : new ObjectMapper().readTree(file.toFile())) {
            String name = result.get("benchmark").asText();
            String[] parts = name.split("\\.", -1);
            SequencedMap<String, String> parameters = new LinkedHashMap<>();
            parameters.put("benchmark", parts[parts.length - 2] + "." + parts[parts.length - 1]);
            result.path("params")
                    .properties()
                    .forEach(entry -> parameters.put(entry.getKey(), entry.getValue().asText()));
            List<Score> all = scores.computeIfAbsent(parameters, _ -> new ArrayList<>());
            all.add(score(side, result.get("primaryMetric"), null));
            JsonNode allocated = result.path("secondaryMetrics").path(ALLOCATED);
            if (!allocated.isMissingNode()) {
                all.add(score(side, allocated, "B/op"));
            }
        }
    }

    private static Score score(String side, JsonNode metric, @Nullable String unit) {
        List<List<Double>> raw = new ArrayList<>();
        for (JsonNode fork : metric.get("rawData")) {
            List<Double> values = new ArrayList<>();
            fork.forEach(value -> values.add(value.asDouble()));
            raw.add(values);
        }
        return Score.of(side, unit == null ? metric.get("scoreUnit").asText() : unit, raw);
    }

    /** For each benchmark what one doubling of its number adds. */
    private static List<Case> slopes(List<Case> cases) {
        SequencedMap<Map<String, String>, List<Case>> families = new LinkedHashMap<>();
        SequencedMap<Map<String, String>, String> growing = new LinkedHashMap<>();
        for (Case one : cases) {
            String grows =
                    one.parameters().entrySet().stream()
                            .filter(entry -> NUMBER.matcher(entry.getValue()).matches())
                            .map(Map.Entry::getKey)
                            .findFirst()
                            .orElse("");
            Map<String, String> family = new LinkedHashMap<>(one.parameters());
            family.remove(grows);
            growing.put(family, grows);
            families.computeIfAbsent(family, _ -> new ArrayList<>()).add(one);
        }
        List<Case> slopes = new ArrayList<>();
        families.forEach((family, members) -> {
            String grows = growing.getOrDefault(family, "");
            List<String> values =
                    List.copyOf(
                            new LinkedHashSet<>(
                                    members.stream()
                                            .map(c -> c.parameters().getOrDefault(grows, ""))
                                            .toList()));
            if (values.size() > 1) {
                Map<String, String> parameters = new LinkedHashMap<>(family);
                parameters.put("growing", grows + " " + values.getFirst() + "–" + values.getLast());
                slopes.add(
                        new Case(
                                parameters,
                                List.of(
                                        Score.of(
                                                "host",
                                                "ns for each doubling",
                                                slope(members, grows))),
                                List.of()));
            }
        });
        return slopes;
    }

    private static double slope(List<Case> members, String grows) {
        double[] x =
                members.stream()
                        .mapToDouble(c ->
                                Math.log(Double.parseDouble(c.parameters().get(grows)))
                                        / Math.log(2))
                        .toArray();
        double[] y = members.stream().mapToDouble(c -> c.scores().getFirst().value()).toArray();
        double meanX = Arrays.stream(x).average().orElseThrow();
        double meanY = Arrays.stream(y).average().orElseThrow();
        double above = 0;
        double below = 0;
        for (int i = 0; i < x.length; i++) {
            above += (x[i] - meanX) * (y[i] - meanY);
            below += (x[i] - meanX) * (x[i] - meanX);
        }
        return above / below;
    }
}
