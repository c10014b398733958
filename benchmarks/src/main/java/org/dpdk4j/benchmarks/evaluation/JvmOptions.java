// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the JVMs that forward are told, if nobody tells them anything else. */
public final class JvmOptions {
    private JvmOptions() {}

    /**
     * {@return a small heap and the simplest collector, and no AVX-512}
     *
     * <p>With it, HotSpot leaves the upper halves of vector registers in use, and each of the older
     * SSE instructions of DPDK's drivers, which copy packets, then waits for them.
     */
    public static List<String> usual() {
        List<String> options = new ArrayList<>(List.of("-XX:+UseSerialGC", "-Xms64m", "-Xmx64m"));
        try {
            if (Files.readString(Path.of("/proc/cpuinfo")).contains(" avx512f ")) {
                options.add("-XX:UseAVX=2");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(options);
    }
}
