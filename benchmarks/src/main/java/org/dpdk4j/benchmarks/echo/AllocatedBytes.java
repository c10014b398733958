// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the threads of another JVM have allocated, as jcmd's thread dump says it. */
final class AllocatedBytes {
    private static final Pattern ALLOCATED = Pattern.compile("\\ballocated=(\\d+)([BKMGT])");
    private static final String UNITS = "BKMGT";

    private AllocatedBytes() {}

    /** Of the threads that forward: those on an lcore. */
    static long of(long pid) throws IOException {
        Process jcmd =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                Long.toString(pid),
                                "Thread.print",
                                "-e")
                        .redirectErrorStream(true)
                        .start();
        String dump = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return sum(dump);
    }

    /** The sum over a dump's threads that forward: those on an lcore. */
    static long sum(String dump) throws IOException {
        long sum = 0;
        boolean any = false;
        for (String line : dump.lines().toList()) {
            Matcher allocated = ALLOCATED.matcher(line);
            if (line.startsWith("\"") && line.contains("lcore") && allocated.find()) {
                any = true;
                int unit = UNITS.indexOf(allocated.group(2));
                sum += Long.parseLong(allocated.group(1)) << (10 * unit);
            }
        }
        if (!any) {
            throw new IOException("jcmd shows no thread of an lcore:\n" + dump);
        }
        return sum;
    }
}
