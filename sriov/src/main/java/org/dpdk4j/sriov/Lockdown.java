// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Kernel lockdown, mostly there because of Secure Boot: even root may not reach devices at will.
 */
final class Lockdown {
    private static final String PATH = "/sys/kernel/security/lockdown";
    private static final Pattern CHOSEN = Pattern.compile(".*\\[(\\w+)].*");

    private Lockdown() {}

    /** {@code integrity} or {@code confidentiality}, or nothing if the kernel isn't locked down. */
    static Optional<String> level(Sysfs sysfs) {
        return sysfs.text(PATH)
                .map(CHOSEN::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1))
                .filter(level -> !level.equals("none"));
    }
}
