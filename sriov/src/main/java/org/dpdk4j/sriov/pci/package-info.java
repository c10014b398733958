// SPDX-License-Identifier: BSD-3-Clause
/**
 * Which PCI functions there are, and what Linux knows of each: {@link org.dpdk4j.sriov.pci.PciBus}
 * is where to begin.
 */
@NullMarked
package org.dpdk4j.sriov.pci;

import org.jspecify.annotations.NullMarked;
