// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Virtual functions of a NIC that the user named, two for each program. */
final class VfPairs {
    /** Where the kernel shows its devices. */
    static final Path SYSFS = Path.of("/sys");

    private static final Pattern ADDRESS =
            Pattern.compile("[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]");

    /**
     * The programs that get some, in this order. Testpmd would have to be told whom its first
     * frames are for.
     */
    private static final List<Program> PROGRAMS =
            List.of(Program.HOST, Program.HOST_AGAIN, Program.CONTAINER, Program.C);

    private VfPairs() {}

    /**
     * Refuses what no program could use.
     *
     * @param sysfs where the kernel shows its devices
     * @throws IllegalArgumentException with a sentence
     */
    static void check(Path sysfs, List<String> vfs) {
        if (vfs.size() % 2 != 0 || !vfs.stream().allMatch(ADDRESS.asMatchPredicate())) {
            throw new IllegalArgumentException(
                    "--vfs takes pairs of PCI addresses, such as 0000:01:10.0,0000:01:10.2, not "
                            + String.join(",", vfs));
        }
        for (String vf : vfs) {
            Path device = device(sysfs, vf);
            require(Files.exists(device), vf, "there is no such device");
            require("vfio-pci".equals(link(device, "driver")), vf, "bind it to vfio-pci first");
        }
        Set<String> groups = new HashSet<>();
        List<String> groupOfEach = iommuGroups(sysfs, vfs);
        for (int i = 0; i < vfs.size(); i++) {
            require(
                    groups.add(groupOfEach.get(i)),
                    vfs.get(i),
                    "it is named twice, or in one IOMMU group with another, which belongs to one"
                            + " program");
        }
        for (int i = 0; i < vfs.size(); i += 2) {
            String port = link(device(sysfs, vfs.get(i)), "physfn");
            require(
                    port != null && port.equals(link(device(sysfs, vfs.get(i + 1)), "physfn")),
                    vfs.get(i + 1),
                    "it and " + vfs.get(i) + " are not virtual functions of one port");
        }
    }

    /** The number of each one's IOMMU group, which is the name of its node in /dev/vfio. */
    static List<String> iommuGroups(Path sysfs, List<String> vfs) {
        List<String> groups = new ArrayList<>();
        for (String vf : vfs) {
            String group = link(device(sysfs, vf), "iommu_group");
            if (group == null) {
                throw refused(vf, "it has no IOMMU group, so that no container can have it");
            }
            groups.add(group);
        }
        return groups;
    }

    /**
     * The pairs, in their order, to those of the possible programs that can use them, as far as
     * they go.
     */
    static Map<Program, List<String>> handOut(List<String> vfs, Set<Program> possible) {
        Map<Program, List<String>> pairs = new EnumMap<>(Program.class);
        for (Program program : PROGRAMS) {
            int first = 2 * pairs.size();
            if (possible.contains(program) && first < vfs.size()) {
                pairs.put(program, List.copyOf(vfs.subList(first, first + 2)));
            }
        }
        return pairs;
    }

    /** A sentence for each of the possible programs that got none. */
    static List<String> leftOut(Map<Program, List<String>> pairs, Set<Program> possible) {
        return possible.stream()
                .filter(program -> !pairs.containsKey(program))
                .map(program ->
                        "vf without "
                                + program
                                + (PROGRAMS.contains(program)
                                        ? ": --vfs has no functions left for it"
                                        : ", which sends its first frames to addresses of its own"))
                .toList();
    }

    private static void require(boolean condition, String vf, String otherwise) {
        if (!condition) {
            throw refused(vf, otherwise);
        }
    }

    private static IllegalArgumentException refused(String vf, String why) {
        return new IllegalArgumentException("--vfs " + vf + ": " + why);
    }

    private static Path device(Path sysfs, String vf) {
        return sysfs.resolve("bus/pci/devices").resolve(vf);
    }

    private static @Nullable String link(Path device, String name) {
        try {
            return Files.readSymbolicLink(device.resolve(name)).getFileName().toString();
        } catch (IOException e) {
            return null;
        }
    }
}
