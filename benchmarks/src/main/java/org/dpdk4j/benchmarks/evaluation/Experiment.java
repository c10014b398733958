// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.util.List;

/**
 * A question, how it was put to the machine, and what came of it.
 *
 * @param id one word, for files and links
 * @param title for a heading
 * @param question what is to be known
 * @param method how it was measured, in sentences, with what it leaves out
 * @param cases the results
 * @param notes what went wrong, or was left out because the machine lacks something
 */
public record Experiment(
        String id,
        String title,
        String question,
        String method,
        List<Case> cases,
        List<String> notes) {}
