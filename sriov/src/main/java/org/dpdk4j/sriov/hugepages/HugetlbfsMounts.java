// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.hugepages;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dpdk4j.sriov.sysfs.Sysfs;

/** Reads {@code /proc/mounts}. */
final class HugetlbfsMounts {
    private static final Pattern PAGE_SIZE = Pattern.compile("(?:.*,)?pagesize=(\\d+)([KMG]?).*");
    private static final Pattern DEFAULT = Pattern.compile("(?m)^Hugepagesize:\\s+(\\d+) kB$");
    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");
    private static final long KIB = 1024;

    private HugetlbfsMounts() {}

    static List<HugetlbfsMount> read(Sysfs sysfs) {
        List<HugetlbfsMount> mounts = new ArrayList<>();
        for (String line : sysfs.text("/proc/mounts").orElse("").split("\n", -1)) {
            String[] fields = line.split(" ", -1);
            if (fields.length >= 4 && fields[2].equals("hugetlbfs")) {
                mounts.add(
                        new HugetlbfsMount(
                                unescaped(fields[1]), pageSize(sysfs, fields[3]), false, false));
            }
        }
        return List.copyOf(mounts);
    }

    private static long pageSize(Sysfs sysfs, String options) {
        Matcher matcher = PAGE_SIZE.matcher(options);
        if (matcher.matches()) {
            long unit =
                    switch (matcher.group(2)) {
                        case "K" -> KIB;
                        case "M" -> KIB * KIB;
                        case "G" -> KIB * KIB * KIB;
                        default -> 1;
                    };
            return Long.parseLong(matcher.group(1)) * unit;
        }
        Matcher usual = DEFAULT.matcher(sysfs.text("/proc/meminfo").orElse(""));
        return usual.find() ? Long.parseLong(usual.group(1)) * KIB : 0;
    }

    /** The kernel writes spaces and the like as a backslash and three octal digits. */
    private static String unescaped(String path) {
        return OCTAL.matcher(path)
                .replaceAll(match ->
                        Matcher.quoteReplacement(
                                String.valueOf((char) Integer.parseInt(match.group(1), 8))));
    }
}
