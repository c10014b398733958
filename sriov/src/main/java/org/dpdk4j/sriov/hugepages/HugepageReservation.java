// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.hugepages;

/**
 * What {@link Hugepages#reserve} changed: what {@link Hugepages#undo} needs. Its text can be
 * stored.
 *
 * @param sizeBytes of a page
 * @param node NUMA node
 * @param before pages that there were
 * @param after pages that there are since; as many if there were enough
 */
public record HugepageReservation(long sizeBytes, int node, long before, long after) {
    private static final String PREFIX = "hugepages=1";

    /**
     * Reads what {@link #text} wrote.
     *
     * @param text one line
     * @return the record
     * @throws IllegalArgumentException if the text is anything else
     */
    public static HugepageReservation parse(String text) {
        String[] fields = text.strip().split(" ", -1);
        if (fields.length != 5 || !fields[0].equals(PREFIX)) {
            throw new IllegalArgumentException(
                    "not the text of a reservation of hugepages: " + text);
        }
        return new HugepageReservation(
                Long.parseLong(fields[1]),
                Integer.parseInt(fields[2]),
                Long.parseLong(fields[3]),
                Long.parseLong(fields[4]));
    }

    /**
     * The record as one line of text.
     *
     * @return for {@link #parse}
     */
    public String text() {
        return PREFIX + " " + sizeBytes + " " + node + " " + before + " " + after;
    }
}
