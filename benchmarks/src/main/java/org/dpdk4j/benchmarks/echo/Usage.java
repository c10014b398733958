// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a process takes, as Linux counts it. */
final class Usage {
    private static final Pattern WORKER = Pattern.compile("worker-?1\\b");
    private static final Pattern BLANK = Pattern.compile("\\s+");

    private final Path process;

    Usage(long pid) {
        this(Path.of("/proc", Long.toString(pid)));
    }

    /** Of a folder like one of {@code /proc}. */
    Usage(Path process) {
        this.process = process;
    }

    /** CPU time of all threads that it has. */
    long cpuNanos() throws IOException {
        long sum = 0;
        try (Stream<Path> threads = Files.list(process.resolve("task"))) {
            for (Path thread : threads.toList()) {
                sum += cpuNanos(thread);
            }
        }
        return sum;
    }

    /** How long the thread of its first worker lcore was ready to run, and something else ran. */
    long workerWaitedNanos() throws IOException {
        return number(worker().resolve("schedstat"), 1);
    }

    /** The number that Linux gave to the thread of its first worker lcore. */
    long workerThread() throws IOException {
        return Long.parseLong(worker().getFileName().toString());
    }

    /** A field of its memory, such as {@code Rss}; hugepages are in none but their own. */
    long kibibytes(String field) throws IOException {
        List<String> lines = Files.readAllLines(process.resolve("smaps_rollup"));
        for (String line : lines) {
            if (line.startsWith(field + ":")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no " + field + " in " + process.resolve("smaps_rollup"));
    }

    private Path worker() throws IOException {
        try (Stream<Path> threads = Files.list(process.resolve("task"))) {
            for (Path thread : threads.toList()) {
                if (WORKER.matcher(Files.readString(thread.resolve("comm"))).find()) {
                    return thread;
                }
            }
        }
        throw new IOException("no worker lcore in " + process);
    }

    /** A number of a file that has several, with blanks in between. */
    private static long number(Path file, int at) throws IOException {
        return BLANK.splitAsStream(Files.readString(file))
                .skip(at)
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow(() -> new IOException(file + " has no number " + at));
    }

    private static long cpuNanos(Path thread) throws IOException {
        try {
            return number(thread.resolve("schedstat"), 0);
        } catch (NoSuchFileException e) {
            // It has ended; what it took is left out.
            return 0;
        }
    }
}
