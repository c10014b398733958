// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.hugepages;

/**
 * A mount of hugetlbfs: memory of hugepages as files.
 *
 * @param directory where it is
 * @param sizeBytes of its pages
 * @param made whether {@link Hugepages#mount} mounted it; otherwise it was there already
 * @param directoryMade whether it made the directory as well
 */
public record HugetlbfsMount(
        String directory, long sizeBytes, boolean made, boolean directoryMade) {}
