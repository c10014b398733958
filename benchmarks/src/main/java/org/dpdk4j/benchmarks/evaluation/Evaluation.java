// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a run found out.
 *
 * @param environment where
 * @param experiments the results
 */
public record Evaluation(Map<String, String> environment, List<Experiment> experiments) {
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    /**
     * {@return what {@link #write} wrote}
     *
     * @param file where
     * @throws IOException if it can't be read
     */
    public static Evaluation read(Path file) throws IOException {
        return JSON.readValue(file.toFile(), Evaluation.class);
    }

    /**
     * Writes it as JSON.
     *
     * @param file where
     * @throws IOException if it can't be written
     */
    public void write(Path file) throws IOException {
        JSON.writeValue(file.toFile(), this);
    }

    /**
     * {@return what an experiment in a process of its own wrote}
     *
     * @param file where
     * @throws IOException if it can't be read
     */
    public static Experiment readExperiment(Path file) throws IOException {
        return JSON.readValue(file.toFile(), Experiment.class);
    }

    /**
     * Writes an experiment's results, for {@link #readExperiment}.
     *
     * @param experiment the results
     * @param file where
     * @throws IOException if it can't be written
     */
    public static void write(Experiment experiment, Path file) throws IOException {
        JSON.writeValue(file.toFile(), experiment);
    }

    /**
     * Writes all scores in the form of JMH's own results, for tools that read those.
     *
     * @param file where
     * @throws IOException if it can't be written
     */
    public void writeJmh(Path file) throws IOException {
        ArrayNode results = JSON.createArrayNode();
        for (Experiment experiment : experiments) {
            for (Case setting : experiment.cases()) {
                for (Score score : setting.scores()) {
                    results.add(jmh(experiment, setting, score));
                }
            }
        }
        JSON.writeValue(file.toFile(), results);
    }

    Optional<Experiment> experiment(String id) {
        return experiments.stream().filter(experiment -> experiment.id().equals(id)).findFirst();
    }

    private ObjectNode jmh(Experiment experiment, Case setting, Score score) {
        ObjectNode result = JSON.createObjectNode();
        result.put("benchmark", "org.dpdk4j.benchmarks." + experiment.id());
        // More is better of packets per second alone.
        result.put("mode", score.unit().startsWith(Throughput.MPPS) ? "thrpt" : "avgt");
        result.put("threads", 1);
        result.put("forks", score.raw().size());
        result.put("jdkVersion", environment.getOrDefault("Java", ""));
        ObjectNode parameters = result.putObject("params");
        parameters.put("side", score.side());
        setting.parameters().forEach(parameters::put);
        ObjectNode metric = result.putObject("primaryMetric");
        Distribution spread = score.spread();
        metric.put("score", score.value());
        // JMH's would be that of a mean, at 99.9 %.
        metric.put("scoreError", "NaN");
        metric.putArray("scoreConfidence").add("NaN").add("NaN");
        metric.putObject("scorePercentiles")
                .put("25.0", spread.quantile(0.25))
                .put("50.0", spread.median())
                .put("75.0", spread.quantile(0.75));
        metric.put("scoreUnit", score.unit());
        ArrayNode raw = metric.putArray("rawData");
        for (List<Double> start : score.raw()) {
            ArrayNode slices = raw.addArray();
            for (double value : start) {
                slices.add(value);
            }
        }
        result.putObject("secondaryMetrics");
        return result;
    }
}
