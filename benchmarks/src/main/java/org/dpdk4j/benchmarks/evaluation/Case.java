// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One setting in which several sides did the same work.
 *
 * @param parameters what the setting was, by name, in the order in which it is to be shown
 * @param scores what each side reached
 * @param comparisons of the sides
 */
public record Case(
        Map<String, String> parameters, List<Score> scores, List<Comparison> comparisons) {
    Optional<Score> score(String side, String unit) {
        return scores.stream()
                .filter(score -> score.side().equals(side) && score.unit().equals(unit))
                .findFirst();
    }
}
