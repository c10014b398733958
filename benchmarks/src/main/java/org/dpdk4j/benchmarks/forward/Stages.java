// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.forward;

import org.dpdk4j.Step;

/**
 * Work on a burst in several stages, as long as there is something to work on.
 *
 * <p>All are called at one place, so that the compiler sees too many kinds of stage there to put
 * any of them into this method, and compiles each by itself. One method of all would have more
 * variables alive in the loop over the packets than there are registers.
 */
final class Stages implements Step {
    private final Stage[] stages;

    /** At least three. */
    Stages(Stage... stages) {
        this.stages = stages.clone();
    }

    @Override
    public int run() {
        int handled = 0;
        for (Stage stage : stages) {
            handled = stage.run();
            if (handled == 0) {
                break;
            }
        }
        return handled;
    }
}
