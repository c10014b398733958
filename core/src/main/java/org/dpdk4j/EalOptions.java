// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A checked list of EAL command-line options.
 *
 * <p>What EAL does with a wrong command line (usage on standard output, an exit for {@code --help},
 * an abort for a CPU that it may not use) is no answer for a library, so options are checked here
 * before EAL sees them. Follows {@code eal_options.h} and {@code eal_common_options.c} of DPDK
 * 22.11 to 24.11 and {@code eal_option_list.h} of 25.11.
 */
final class EalOptions {
    private static final Set<String> WITH_VALUE =
            Set.of(
                    "-a",
                    "-b",
                    "-c",
                    "-d",
                    "-l",
                    "-m",
                    "-n",
                    "-r",
                    "-s",
                    "-S",
                    "--allow",
                    "--block",
                    "--base-virtaddr",
                    "--coremask",
                    "--driver-path",
                    "--file-prefix",
                    "--force-max-simd-bitwidth",
                    "--huge-dir",
                    "--iova-mode",
                    "--lcores",
                    "--log-level",
                    "--main-lcore",
                    "--mbuf-pool-ops-name",
                    "--memory-channels",
                    "--memory-ranks",
                    "--memory-size",
                    "--numa-limit",
                    "--numa-mem",
                    "--proc-type",
                    "--service-corelist",
                    "--service-coremask",
                    "--socket-limit",
                    "--socket-mem",
                    "--trace",
                    "--trace-bufsz",
                    "--trace-dir",
                    "--trace-mode",
                    "--vdev",
                    "--vfio-intr",
                    "--vfio-vf-token");

    /** Without a value, or with one behind an equals sign only. */
    private static final Set<String> WITHOUT_VALUE =
            Set.of(
                    "-v",
                    "-R",
                    "--create-uio-dev",
                    "--huge-unlink",
                    "--huge-worker-stack",
                    "--in-memory",
                    "--legacy-mem",
                    "--log-color",
                    "--log-timestamp",
                    "--match-allocations",
                    "--no-hpet",
                    "--no-huge",
                    "--no-pci",
                    "--no-shconf",
                    "--no-telemetry",
                    "--remap-lcore-ids",
                    "--single-file-segments",
                    "--syslog",
                    "--telemetry",
                    "--version",
                    "--vmware-tsc-map");

    private static final Map<String, String> SHORT_FORMS =
            Map.of("-a", "--allow", "-b", "--block", "-d", "--driver-path", "-m", "--memory-size");

    /** Options that say which CPUs to use. */
    private static final Set<String> LCORES = Set.of("-l", "-c", "--lcores", "--coremask");

    private final List<String> words;
    private final List<String> names = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

    private EalOptions(List<String> words) {
        this.words = words;
    }

    /**
     * Checks a command line.
     *
     * @throws DpdkException if a word is no option that EAL knows, lacks its value, or would make
     *     EAL end the process
     */
    static EalOptions parse(List<String> words) {
        EalOptions options = new EalOptions(List.copyOf(words));
        for (int i = 0; i < words.size(); i++) {
            i += options.add(words.get(i), i + 1 < words.size() ? words.get(i + 1) : null);
        }
        return options;
    }

    private int add(String word, @Nullable String following) {
        boolean isLong = word.startsWith("--");
        int end = isLong ? word.indexOf('=') : Math.min(2, word.length());
        String name = end < 0 ? word : word.substring(0, end);
        String attached = end < 0 ? "" : word.substring(isLong ? end + 1 : end);
        boolean hasAttached = isLong ? end >= 0 : !attached.isEmpty();
        if (name.equals("--help") || name.equals("-h")) {
            throw refused(word, "it would print EAL's usage and end the process");
        }
        if (name.equals("--syslog") && !hasAttached) {
            throw refused(word, "releases of DPDK read it differently; write --syslog=FACILITY");
        }
        String value = attached;
        int used = 0;
        if (WITHOUT_VALUE.contains(name)) {
            if (hasAttached && !isLong) {
                throw refused(word, "it takes no value");
            }
        } else if (!WITH_VALUE.contains(name)) {
            throw refused(word, "EAL has no such option");
        } else if (!hasAttached) {
            if (following == null) {
                throw refused(word, "it needs a value");
            }
            value = following;
            used = 1;
        }
        if (name.equals("--proc-type") && !value.equals("primary")) {
            throw refused(word, "this library is for primary processes alone");
        }
        if (value.equals("help")) {
            throw refused(name + " help", "it would print a list and end the process");
        }
        names.add(SHORT_FORMS.getOrDefault(name, name));
        values.add(value);
        return used;
    }

    /** Whether one of these options is there, by its long name if it has one. */
    boolean has(String... wanted) {
        return Arrays.stream(wanted).anyMatch(names::contains);
    }

    boolean choosesLcores() {
        return LCORES.stream().anyMatch(names::contains);
    }

    /** The values of all its occurrences, in order. */
    List<String> values(String name) {
        return IntStream.range(0, names.size())
                .filter(i -> names.get(i).equals(name))
                .mapToObj(values::get)
                .toList();
    }

    /** The value of the last occurrence. */
    Optional<String> value(String name) {
        int last = names.lastIndexOf(name);
        return last < 0 ? Optional.empty() : Optional.of(values.get(last));
    }

    /**
     * Refuses CPUs that this process may not put a thread on: EAL would abort the process when it
     * can't set a worker's affinity. The process need not be running on them: CPUs may be isolated,
     * or the JVM's own threads kept away from them.
     */
    void requireCpus() {
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (LCORES.contains(name)) {
                String value = values.get(i);
                boolean mask = name.equals("-c") || name.equals("--coremask");
                CpuSet wanted;
                try {
                    wanted = mask ? CpuSet.ofMask(value) : CpuSet.ofLcores(value);
                } catch (IllegalArgumentException e) {
                    throw refused(name + " " + value, e.getMessage());
                }
                if (!wanted.reachable().containsAll(wanted)) {
                    throw refused(
                            name + " " + value,
                            "this process may run on CPUs " + CpuSet.all().reachable() + " only");
                }
            }
        }
    }

    List<String> words() {
        return words;
    }

    private static DpdkException refused(String word, @Nullable String why) {
        return new DpdkException(
                "rte_eal_init", DpdkException.EINVAL, String.valueOf(why), "option=" + word);
    }
}
