// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.bindings;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The set of DPDK libraries of one ABI, found in one directory.
 *
 * <p>If the system property {@code dpdk4j.library.path} is set (directories, separated as in {@code
 * java.library.path}), only its directories are searched; otherwise those of {@code
 * LD_LIBRARY_PATH} and then the usual ones of Linux distributions. The first directory that holds
 * {@code librte_eal.so.N} decides; if it holds several, the highest supported N is taken.
 */
final class DpdkLibraries {
    static final String PATH_PROPERTY = "dpdk4j.library.path";

    private static final Pattern EAL = Pattern.compile("librte_eal\\.so\\.(\\d+)");
    private static final String ARCHITECTURE = "amd64";

    /**
     * What core calls, each after those that it is linked to; the first two are not in every ABI.
     */
    private static final List<String> OPTIONAL = List.of("rte_log", "rte_argparse");

    private static final List<String> NEEDED =
            List.of(
                    "rte_kvargs",
                    "rte_telemetry",
                    "rte_eal",
                    "rte_ring",
                    "rte_mempool",
                    "rte_mbuf",
                    "rte_net",
                    "rte_meter",
                    "rte_ethdev");

    private final Abi abi;
    private final Path directory;
    private final boolean explicit;

    private DpdkLibraries(Abi abi, Path directory, boolean explicit) {
        this.abi = abi;
        this.directory = directory;
        this.explicit = explicit;
    }

    static DpdkLibraries load() {
        String path = System.getProperty(PATH_PROPERTY);
        DpdkLibraries found = find(path, System.getProperty("os.arch", "?"));
        for (String name : OPTIONAL) {
            if (Files.exists(found.file(name))) {
                found.loadFurther(name);
            }
        }
        NEEDED.forEach(found::loadFurther);
        return found;
    }

    /** Finds without loading anything. */
    static DpdkLibraries find(@Nullable String path, String architecture) {
        if (!architecture.equals(ARCHITECTURE)) {
            throw new UnsatisfiedLinkError(
                    "dpdk4j supports x86-64 only, and this JVM runs on " + architecture);
        }
        List<Path> directories = path != null ? split(path) : usualDirectories();
        for (Path directory : directories) {
            TreeMap<Integer, Path> versions = versionsIn(directory);
            for (int number : versions.descendingKeySet()) {
                Optional<Abi> abi = Abi.of(number);
                if (abi.isPresent()) {
                    return new DpdkLibraries(abi.get(), directory, path != null);
                }
            }
            if (!versions.isEmpty()) {
                throw new UnsatisfiedLinkError(
                        "found "
                                + versions.lastEntry().getValue()
                                + ", whose ABI "
                                + versions.lastKey()
                                + " is not supported; supported are "
                                + Abi.supported());
            }
        }
        throw new UnsatisfiedLinkError(
                "DPDK is not installed: no librte_eal.so.N in "
                        + String.join(", ", directories.stream().map(Path::toString).toList())
                        + "; install it (Debian: apt install dpdk) or set -D"
                        + PATH_PROPERTY);
    }

    Abi abi() {
        return abi;
    }

    /** A DPDK in a place of its own has its drivers below it, whatever was compiled into it. */
    Optional<Path> driverDirectory() {
        Path drivers = directory.resolve("dpdk").resolve("pmds-" + abi.number() + ".0");
        return explicit && Files.isDirectory(drivers) ? Optional.of(drivers) : Optional.empty();
    }

    @SuppressWarnings("restricted")
    void loadFurther(String name) {
        System.load(file(name).toString());
    }

    private Path file(String name) {
        return directory.resolve("lib" + name + ".so." + abi.number()).toAbsolutePath();
    }

    private static List<Path> usualDirectories() {
        List<Path> directories = new ArrayList<>();
        String extra = System.getenv("LD_LIBRARY_PATH");
        if (extra != null) {
            directories.addAll(split(extra));
        }
        for (String usual :
                List.of(
                        "/usr/local/lib/x86_64-linux-gnu",
                        "/usr/local/lib64",
                        "/usr/local/lib",
                        "/usr/lib/x86_64-linux-gnu",
                        "/lib/x86_64-linux-gnu",
                        "/usr/lib64",
                        "/usr/lib")) {
            directories.add(Path.of(usual));
        }
        return directories;
    }

    private static List<Path> split(String path) {
        return Stream.of(path.split(Pattern.quote(File.pathSeparator)))
                .filter(s -> !s.isEmpty())
                .map(Path::of)
                .toList();
    }

    private static TreeMap<Integer, Path> versionsIn(Path directory) {
        TreeMap<Integer, Path> versions = new TreeMap<>();
        for (Path file : ealLibrariesIn(directory)) {
            Matcher matcher = EAL.matcher(file.getFileName().toString());
            if (matcher.matches()) {
                versions.put(Integer.valueOf(matcher.group(1)), file);
            }
        }
        return versions;
    }

    private static List<Path> ealLibrariesIn(Path directory) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream =
                Files.newDirectoryStream(directory, "librte_eal.so.*")) {
            stream.forEach(files::add);
        } catch (IOException e) {
            // Absent or unreadable: nothing to be found there.
            return Collections.emptyList();
        }
        return files;
    }
}
