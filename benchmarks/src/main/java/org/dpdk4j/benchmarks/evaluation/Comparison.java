// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One side divided by another.
 *
 * @param side the numerator's name
 * @param base the denominator's name
 * @param unit of what is divided
 * @param ratio the ratio and its interval
 * @param band what the method can't tell from 1, as a factor of 1 or more: from A/A in the same
 *     run; NaN where there was none
 * @param claim what is claimed of the ratio, if anything is
 */
public record Comparison(
        String side, String base, String unit, Ratio ratio, double band, @Nullable Claim claim) {
    /** {@return whether it is no difference that the method can tell} */
    public boolean insideNoise() {
        return ratio.within(band);
    }

    /** What the measurement says about the claim, if there is one. */
    Optional<Claim.Verdict> verdict() {
        return claim == null ? Optional.empty() : Optional.of(claim.verdict(ratio));
    }

    /** Which ratio it is. */
    String title() {
        return side + " ÷ " + base;
    }
}
