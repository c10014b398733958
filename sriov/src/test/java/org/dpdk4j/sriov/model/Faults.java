// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What is to go wrong, and the count of steps. Guarded by the model's lock. */
final class Faults {
    private static final int TRACE_LIMIT = 200_000;

    private final List<Rule> rules = new ArrayList<>();
    private final List<String> trace = new ArrayList<>();
    private long changes;
    private long operations;

    /** When a rule strikes. */
    enum When {
        /** Instead of the operation. */
        BEFORE,
        /** The process dies first, and the kernel does the operation for a dead one. */
        DURING,
        /** The operation is done, but its caller doesn't learn that. */
        AFTER
    }

    /** A step that strikes: by an errno, or, if that is 0, by killing the client. */
    static final class Rule {
        final When when;
        final int errno;
        final boolean changesOnly;
        final Pattern pattern;
        final long first;
        final long times;
        private long seen;

        Rule(When when, int errno, boolean changesOnly, Pattern pattern, long first, long times) {
            this.when = when;
            this.errno = errno;
            this.changesOnly = changesOnly;
            this.pattern = pattern;
            this.first = first;
            this.times = times;
        }
    }

    void add(Rule rule) {
        rules.add(rule);
    }

    void clear() {
        rules.clear();
    }

    long changes() {
        return changes;
    }

    long operations() {
        return operations;
    }

    List<String> trace() {
        return List.copyOf(trace);
    }

    void resetSteps() {
        changes = 0;
        operations = 0;
        trace.clear();
    }

    /** Counts an operation; answers the rule that strikes now, or null. */
    Rule step(String operation, boolean change, boolean mayDie) {
        operations++;
        if (change) {
            changes++;
            if (trace.size() < TRACE_LIMIT) {
                trace.add(operation);
            }
        }
        Rule strikes = null;
        for (Rule rule : rules) {
            boolean meant =
                    (change || !rule.changesOnly)
                            && (mayDie || rule.errno != 0)
                            && rule.pattern.matcher(operation).find();
            if (meant) {
                rule.seen++;
                if (strikes == null
                        && rule.seen >= rule.first
                        && rule.seen < rule.first + rule.times) {
                    strikes = rule;
                }
            }
        }
        return strikes;
    }
}
