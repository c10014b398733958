// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov;

/**
 * The hugepages of one size on one NUMA node.
 *
 * @param sizeBytes of a page
 * @param node NUMA node that the memory belongs to
 * @param total pages that there are: {@code nr_hugepages}
 * @param free pages that nobody has
 */
public record HugepagePool(long sizeBytes, int node, long total, long free) {
    /** For people: {@code 2 MiB pages on node 0: 64 of 128 free}. */
    @Override
    public String toString() {
        return Hugepages.size(sizeBytes)
                + " pages on node "
                + node
                + ": "
                + free
                + " of "
                + total
                + " free";
    }
}
