// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Virtual functions of a NIC that the user named, two for each program. */
final class VfPairs {
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
        Set<String> groups = new HashSet<>();
        for (String vf : vfs) {
            Path device = sysfs.resolve("bus/pci/devices").resolve(vf);
            require(Files.exists(device), vf, "there is no such device");
            require("vfio-pci".equals(link(device, "driver")), vf, "bind it to vfio-pci first");
            String group = link(device, "iommu_group");
            require(group != null, vf, "it has no IOMMU group, so that no container can have it");
            require(
                    groups.add(group),
                    vf,
                    "it is named twice, or in one IOMMU group with another, which belongs to one"
                            + " program");
        }
        for (int i = 0; i < vfs.size(); i += 2) {
            String port = link(sysfs.resolve("bus/pci/devices").resolve(vfs.get(i)), "physfn");
            String other = link(sysfs.resolve("bus/pci/devices").resolve(vfs.get(i + 1)), "physfn");
            require(
                    port != null && port.equals(other),
                    vfs.get(i + 1),
                    "it and " + vfs.get(i) + " are not virtual functions of one port");
        }
    }

    /** The pairs, in their order, to the programs that take part, as far as they go. */
    static Map<Program, List<String>> handOut(
            List<String> vfs,
            Set<Program> wanted,
            @Nullable String image,
            @Nullable Path cForwarder) {
        Map<Program, List<String>> pairs = new EnumMap<>(Program.class);
        for (Program program : PROGRAMS) {
            boolean possible =
                    switch (program) {
                        case CONTAINER -> image != null;
                        case C -> cForwarder != null;
                        default -> true;
                    };
            int first = 2 * pairs.size();
            if (possible && wanted.contains(program) && first < vfs.size()) {
                pairs.put(program, List.copyOf(vfs.subList(first, first + 2)));
            }
        }
        return pairs;
    }

    private static void require(boolean condition, String vf, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException("--vfs " + vf + ": " + otherwise);
        }
    }

    private static @Nullable String link(Path device, String name) {
        try {
            return Files.readSymbolicLink(device.resolve(name)).getFileName().toString();
        } catch (IOException e) {
            return null;
        }
    }
}
