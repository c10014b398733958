// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.sysfs;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Kernel lockdown, mostly there because of Secure Boot: even root may not reach devices at will.
 */
public final class Lockdown {
    private static final String PATH = "/sys/kernel/security/lockdown";
    private static final Pattern CHOSEN = Pattern.compile(".*\\[(\\w+)].*");

    private Lockdown() {}

    /**
     * How far the kernel is locked down.
     *
     * @param sysfs to ask
     * @return {@code integrity} or {@code confidentiality}, or nothing if it isn't locked down
     */
    public static Optional<String> level(Sysfs sysfs) {
        return sysfs.text(PATH)
                .map(CHOSEN::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1))
                .filter(level -> !level.equals("none"));
    }
}
