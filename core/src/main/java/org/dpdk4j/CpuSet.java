// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.math.BigInteger;
import java.util.BitSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.dpdk4j.bindings.memory.Affinity;

/** A set of CPU numbers, in the notation of Linux's cpuset lists: {@code 0-3,8}. */
final class CpuSet {
    private static final int HIGHEST = 8191;

    private final BitSet cpus;

    private CpuSet(BitSet cpus) {
        this.cpus = cpus;
    }

    /**
     * Reads a list.
     *
     * @throws IllegalArgumentException if it is anything but numbers and ranges
     */
    static CpuSet parse(String list) {
        BitSet cpus = new BitSet();
        for (String part : list.strip().split(",", -1)) {
            String[] ends = part.strip().split("-", 2);
            try {
                int from = Integer.parseInt(ends[0].strip());
                int to = ends.length == 1 ? from : Integer.parseInt(ends[1].strip());
                if (from < 0 || from > to || to > HIGHEST) {
                    throw new IllegalArgumentException("not a range of CPUs: " + part);
                }
                cpus.set(from, to + 1);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("not a CPU number: \"" + part.strip() + '"', e);
            }
        }
        return new CpuSet(cpus);
    }

    /**
     * The CPUs that a list or map of lcores uses: what stands behind each {@code @}, and the
     * lcore's own number where there is none.
     *
     * @throws IllegalArgumentException if it is none
     */
    static CpuSet ofLcores(String map) {
        BitSet cpus = new BitSet();
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= map.length(); i++) {
            char c = i < map.length() ? map.charAt(i) : ',';
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && (depth == 0 || i == map.length())) {
                String entry = map.substring(start, i);
                String used = entry.substring(entry.indexOf('@') + 1);
                cpus.or(parse(used.replaceAll("^\\(|\\)$", "")).cpus);
                start = i + 1;
            }
        }
        return new CpuSet(cpus);
    }

    /**
     * The CPUs of a mask.
     *
     * @throws IllegalArgumentException if it is no hexadecimal number
     */
    static CpuSet ofMask(String mask) {
        String digits = mask.strip().replaceFirst("^0[xX]", "");
        if (!digits.matches("[0-9a-fA-F]+")) {
            throw new IllegalArgumentException("not a mask of CPUs: \"" + mask + '"');
        }
        BigInteger bits = new BigInteger(digits, 16);
        BitSet cpus = new BitSet();
        for (int cpu = 0; cpu < bits.bitLength(); cpu++) {
            cpus.set(cpu, bits.testBit(cpu));
        }
        return new CpuSet(cpus);
    }

    /** A map of lcores 0, 1, 2, ... to the first CPUs of this set. */
    String lcoreMap(int most) {
        int[] first = cpus.stream().limit(most).toArray();
        return IntStream.range(0, first.length)
                .mapToObj(lcore -> lcore + "@" + first[lcore])
                .collect(Collectors.joining(","));
    }

    /** Whether every number is below a limit. */
    boolean below(int limit) {
        return cpus.length() <= limit;
    }

    /** All that Linux could have. */
    static CpuSet all() {
        BitSet cpus = new BitSet();
        cpus.set(0, HIGHEST + 1);
        return new CpuSet(cpus);
    }

    /** Those of them on which this process may put a thread. */
    CpuSet reachable() {
        return new CpuSet(Affinity.reachable(cpus));
    }

    boolean containsAll(CpuSet other) {
        BitSet missing = (BitSet) other.cpus.clone();
        missing.andNot(cpus);
        return missing.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CpuSet set && set.cpus.equals(cpus);
    }

    @Override
    public int hashCode() {
        return cpus.hashCode();
    }

    /** As Linux writes it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int from = cpus.nextSetBit(0); from >= 0; ) {
            int to = cpus.nextClearBit(from) - 1;
            text.append(text.isEmpty() ? "" : ",").append(from);
            if (to > from) {
                text.append('-').append(to);
            }
            from = cpus.nextSetBit(to + 1);
        }
        return text.toString();
    }
}
