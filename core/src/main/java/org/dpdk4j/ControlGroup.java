// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A control group that this process is in, of version 2 or of version 1's hugetlb controller, and
 * those above it: what they let it have. See the kernel's {@code admin-guide/cgroup-v2.rst} and
 * {@code cgroup-v1/hugetlb.rst}.
 */
final class ControlGroup {
    /** A number that a long holds; version 1 says that there is no limit by a longer one. */
    private static final Pattern BYTES = Pattern.compile("\\d{1,18}");

    private static final Path TOP = Path.of("sys/fs/cgroup");

    /** The lines of a file below the root directory; none if there is no such file. */
    private final Function<Path, List<String>> files;

    private final Path top;
    private final Path group;
    private final String limit;
    private final String usage;

    private ControlGroup(
            Function<Path, List<String>> files,
            Path top,
            String group,
            String limit,
            String usage) {
        this.files = files;
        this.top = top;
        this.group = below(top, group);
        this.limit = limit;
        this.usage = usage;
    }

    /** Those that a line of {@code /proc/self/cgroup} says hugepages are counted in, if any. */
    static Optional<ControlGroup> ofHugepages(String line, Function<Path, List<String>> files) {
        String[] parts = line.split(":", 3);
        if (parts.length < 3 || !parts[2].startsWith("/")) {
            return Optional.empty();
        }
        String path = parts[2].substring(1);
        if (parts[0].equals("0") && parts[1].isEmpty()) {
            return Optional.of(new ControlGroup(files, TOP, path, ".max", ".current"));
        }
        if (Arrays.asList(parts[1].split(",", -1)).contains("hugetlb")) {
            Path top = TOP.resolve("hugetlb");
            return Optional.of(
                    new ControlGroup(files, top, path, ".limit_in_bytes", ".usage_in_bytes"));
        }
        return Optional.empty();
    }

    /**
     * Bytes of hugepages of a size that are left of the limits once so many of those that are used
     * will have been given back.
     */
    long hugepageAllowance(long pageKibibytes, long returnedBytes) {
        String pages = "hugetlb." + sizeName(pageKibibytes);
        long allowance = Long.MAX_VALUE;
        for (Path at = group; at != null && at.startsWith(top); at = at.getParent()) {
            allowance = Math.min(allowance, left(at.resolve(pages), returnedBytes));
            allowance = Math.min(allowance, left(at.resolve(pages + ".rsvd"), returnedBytes));
        }
        return allowance;
    }

    private long left(Path counter, long returned) {
        long used = Math.max(0, bytes(counter + usage).orElse(0L) - returned);
        return bytes(counter + limit).map(most -> Math.max(0, most - used)).orElse(Long.MAX_VALUE);
    }

    /** The number in a file; nothing where there is no file, or no limit. */
    private Optional<Long> bytes(String path) {
        return files.apply(Path.of(path)).stream()
                .filter(BYTES.asMatchPredicate())
                .map(Long::valueOf)
                .findFirst();
    }

    /** A place below another; that itself if this system can't spell the path. */
    private static Path below(Path top, String path) {
        try {
            return top.resolve(path).normalize();
        } catch (InvalidPathException e) {
            return top;
        }
    }

    /** A page's size as the files have it in their names. */
    private static String sizeName(long kibibytes) {
        if (kibibytes < 1 << 10) {
            return kibibytes + "KB";
        }
        return kibibytes < 1 << 20 ? (kibibytes >> 10) + "MB" : (kibibytes >> 20) + "GB";
    }
}
