// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.doctor;

/**
 * Something that {@link Doctor} found out.
 *
 * @param level how bad it is
 * @param subject what was looked at, in a word or two: {@code iommu}, {@code hugepages}; always the
 *     same for one check
 * @param what was found
 * @param why it matters for DPDK; empty if all is well
 * @param remedy what to do about it; empty if all is well
 */
public record Finding(Level level, String subject, String what, String why, String remedy) {
    /** How bad something is. */
    public enum Level {
        /** As it should be. */
        OK,
        /** Some things won't work, or not as well as they could. */
        WARN,
        /** In the way of DPDK in containers. */
        FAIL
    }

    static Finding ok(String subject, String what) {
        return new Finding(Level.OK, subject, what, "", "");
    }

    static Finding warn(String subject, String what, String why, String remedy) {
        return new Finding(Level.WARN, subject, what, why, remedy);
    }

    static Finding fail(String subject, String what, String why, String remedy) {
        return new Finding(Level.FAIL, subject, what, why, remedy);
    }
}
