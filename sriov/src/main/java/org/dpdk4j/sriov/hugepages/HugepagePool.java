// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.hugepages;

/**
 * The hugepages of one size on one NUMA node.
 *
 * @param sizeBytes of a page
 * @param node NUMA node that the memory belongs to
 * @param total pages that there are: {@code nr_hugepages}
 * @param free pages that nobody has
 */
public record HugepagePool(long sizeBytes, int node, long total, long free) {
    /**
     * Where the kernel shows them.
     *
     * @return a directory of sysfs
     */
    public String directory() {
        return Hugepages.path(sizeBytes, node);
    }

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
