// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.dpdk4j.sriov.binding.UserspaceDriver;

/**
 * What is to be run.
 *
 * @param networks in the order in which they were typed
 * @param name of the container; one is made up if there is none
 * @param numVf one number for all networks, or one for each of hisriov's
 * @param driver for the virtual functions
 * @param numa the node of the virtual functions
 * @param cpuset CPUs for the container
 * @param hugepages limit of memory in hugepages
 * @param force even if interfaces are in use
 * @param line what is Docker's and the container's
 */
record RunRequest(
        List<NetworkChoice> networks,
        Optional<String> name,
        List<Integer> numVf,
        UserspaceDriver driver,
        Optional<Integer> numa,
        Optional<String> cpuset,
        Optional<String> hugepages,
        boolean force,
        RunLine line) {
    /** What Docker allows; it ends in file names, too. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}");

    private static final Pattern CPUS = Pattern.compile("[0-9]{1,5}([,-][0-9]{1,5})*");
    private static final Pattern SIZE = Pattern.compile("[1-9][0-9]{0,8}[kKmMgG]?");

    /**
     * Copies what is mutable, and checks what ends in names and options.
     *
     * @throws RunLine.NotUnderstood in a sentence
     */
    RunRequest {
        networks = List.copyOf(networks);
        numVf = List.copyOf(numVf);
        name.ifPresent(text ->
                check(
                        NAME,
                        text,
                        "a container's name has letters, digits, dots, dashes and"
                                + " underscores"));
        cpuset.ifPresent(text -> check(CPUS, text, "--cpuset takes CPUs, such as 2-5"));
        hugepages.ifPresent(text -> check(SIZE, text, "--hugepages takes a size, such as 512M"));
        if (numa.orElse(0) < 0 || numVf.stream().anyMatch(count -> count < 1)) {
            throw new RunLine.NotUnderstood("--numVf is 1 or more, --numa 0 or more");
        }
        if (line.image().isEmpty()) {
            throw new RunLine.NotUnderstood("which image? It comes after the options");
        }
    }

    /** How many virtual functions the hisriov network gives which comes at this place of them. */
    int vfs(int place, int networksOfOurs) {
        if (numVf.isEmpty()) {
            return 1;
        }
        if (numVf.size() == 1) {
            return numVf.getFirst();
        }
        if (numVf.size() != networksOfOurs) {
            throw new RunLine.NotUnderstood(
                    numVf.size()
                            + " numbers of virtual functions for "
                            + networksOfOurs
                            + " networks of hisriov: say one for all, or one for each");
        }
        return numVf.get(place);
    }

    private static void check(Pattern pattern, String text, String rule) {
        if (!pattern.matcher(text).matches()) {
            throw new RunLine.NotUnderstood("\"" + text.replaceAll("[^ -~]", "?") + "\": " + rule);
        }
    }
}
