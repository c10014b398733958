// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import static java.util.Locale.ROOT;

/**
 * What is claimed of a ratio.
 *
 * @param atLeast whether the bound is a lower one
 * @param bound the number
 */
public record Claim(boolean atLeast, double bound) {
    /** What a measured ratio says about a claim. */
    public enum Verdict {
        /** The whole interval is on the right side. */
        SHOWN("shown"),
        /** The ratio is on the right side, its interval reaches over. */
        LIKELY("likely"),
        /** The ratio is on the wrong side, its interval reaches over. */
        UNDECIDED("undecided"),
        /** The whole interval is on the wrong side. */
        MISSED("missed"),
        /** The programs were started once, and nobody knows how starts differ. */
        SINGLE("one start only");

        private final String word;

        Verdict(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /**
     * {@return the claim that a ratio is no smaller than a number}
     *
     * @param bound the number
     */
    public static Claim atLeast(double bound) {
        return new Claim(true, bound);
    }

    /**
     * {@return the claim that a ratio is no greater than a number}
     *
     * @param bound the number
     */
    public static Claim atMost(double bound) {
        return new Claim(false, bound);
    }

    /**
     * {@return what a measured ratio says}
     *
     * @param ratio the ratio and its interval
     */
    public Verdict verdict(Ratio ratio) {
        if (ratio.starts() < 2) {
            return Verdict.SINGLE;
        }
        double worst = atLeast ? ratio.low() - bound : bound - ratio.high();
        double value = atLeast ? ratio.value() - bound : bound - ratio.value();
        double best = atLeast ? ratio.high() - bound : bound - ratio.low();
        if (worst >= 0) {
            return Verdict.SHOWN;
        }
        if (best < 0) {
            return Verdict.MISSED;
        }
        return value >= 0 ? Verdict.LIKELY : Verdict.UNDECIDED;
    }

    @Override
    public String toString() {
        return String.format(ROOT, "%s %.2f", atLeast ? "≥" : "≤", bound);
    }
}
