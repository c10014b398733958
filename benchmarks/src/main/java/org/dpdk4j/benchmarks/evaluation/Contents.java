// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a forwarder says at its end of the packets that went round.
 *
 * @param putIn how many there were
 * @param sumIn of what they held: forwarding keeps it
 * @param takenOut how many were left
 * @param sumOut of what these held
 * @param passed a hash of what came of a burst that passed once more
 */
record Contents(long putIn, String sumIn, long takenOut, String sumOut, String passed) {
    private static final Pattern LINE =
            Pattern.compile(
                    "^contents (\\d+)/(\\p{XDigit}+) (\\d+)/(\\p{XDigit}+) (\\p{XDigit}+)$",
                    Pattern.MULTILINE);

    /** Of another number of packets than were sent. */
    private static final String NO_HASH = "0";

    /** Finds it in what a forwarder printed. */
    static Contents in(String log) throws IOException {
        Matcher line = LINE.matcher(log);
        DpdkProcess.require(line.find(), "it does not say what its packets hold:\n" + log);
        return new Contents(
                Long.parseLong(line.group(1)),
                line.group(2),
                Long.parseLong(line.group(3)),
                line.group(4),
                line.group(5));
    }

    /** Fails if a packet was lost, or is there twice. */
    void requireComplete() throws IOException {
        DpdkProcess.require(
                putIn == takenOut, putIn + " packets were put in, and " + takenOut + " taken out");
    }

    /**
     * Fails if one of them had its packets damaged, or did not make the same of the same packets as
     * the others.
     */
    static void requireAlike(Map<Program, Contents> all) throws IOException {
        for (Map.Entry<Program, Contents> one : all.entrySet()) {
            DpdkProcess.require(
                    one.getValue().sumIn.equals(one.getValue().sumOut),
                    one.getKey() + " has damaged packets: " + one.getValue());
        }
        Set<String> hashes = all.values().stream().map(Contents::passed).collect(toSet());
        DpdkProcess.require(
                hashes.size() < 2 && !hashes.contains(NO_HASH),
                "the programs do not make the same of the same packets: " + all);
    }
}
