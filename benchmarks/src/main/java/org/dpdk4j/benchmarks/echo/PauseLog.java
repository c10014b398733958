// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a JVM logged by {@code -Xlog:safepoint,gc:file=FILE:timenanos,tags} in a stretch of time,
 * which Java's {@link System#nanoTime} counts, too.
 *
 * @param safepoints how many there were, by the reason
 * @param longestNanos from when threads were asked to stop until they went on, at the most
 * @param collections how many garbage collections had lines
 */
record PauseLog(Map<String, Integer> safepoints, long longestNanos, int collections) {
    private static final Pattern TIME = Pattern.compile("^\\[(\\d+)ns\\]");
    private static final Pattern SAFEPOINT =
            Pattern.compile("Safepoint \"([^\"]+)\".* Total:\\s*(\\d+) ns");
    private static final Pattern COLLECTION = Pattern.compile(" GC\\((\\d+)\\) ");

    /** Reads what lies between two times. */
    static PauseLog read(Path log, long fromNanos, long toNanos) throws IOException {
        Map<String, Integer> safepoints = new TreeMap<>();
        Set<String> collections = new TreeSet<>();
        long longest = 0;
        for (String line : Files.readAllLines(log)) {
            Matcher time = TIME.matcher(line);
            if (!time.find() || !within(Long.parseLong(time.group(1)), fromNanos, toNanos)) {
                continue;
            }
            Matcher safepoint = SAFEPOINT.matcher(line);
            if (safepoint.find()) {
                safepoints.merge(safepoint.group(1), 1, Integer::sum);
                longest = Math.max(longest, Long.parseLong(safepoint.group(2)));
            }
            Matcher collection = COLLECTION.matcher(line);
            if (collection.find()) {
                collections.add(collection.group(1));
            }
        }
        return new PauseLog(safepoints, longest, collections.size());
    }

    int count() {
        return safepoints.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static boolean within(long nanos, long from, long to) {
        return nanos - from >= 0 && to - nanos >= 0;
    }
}
