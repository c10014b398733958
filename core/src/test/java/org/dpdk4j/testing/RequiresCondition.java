// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.testing;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Decides for {@link Requires}. */
final class RequiresCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        var needs =
                AnnotationSupport.findRepeatableAnnotations(context.getElement(), Requires.class);
        for (Requires need : needs) {
            if (!need.value().requested()) {
                return disabled(
                        "-D" + Requirement.PROPERTY + " does not name " + need.value().word());
            }
        }
        for (Requires need : needs) {
            need.value()
                    .unavailabilityCause()
                    .ifPresent(cause -> {
                        throw new IllegalStateException(
                                need.value().word() + " is required: " + cause);
                    });
        }
        return enabled("all that it needs is there");
    }
}
