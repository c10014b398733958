// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.pci;

/**
 * What a physical function says of its virtual functions.
 *
 * @param totalVfs how many it can have: {@code sriov_totalvfs}
 * @param numVfs how many it has: {@code sriov_numvfs}
 * @param autoprobe whether new ones are given to the kernel's driver at once: {@code
 *     sriov_drivers_autoprobe}
 */
public record SriovCapability(int totalVfs, int numVfs, boolean autoprobe) {}
