// SPDX-License-Identifier: BSD-3-Clause
/**
 * Memory for DPDK: pages of each size on each NUMA node, and the file systems that give them out.
 */
@NullMarked
package org.dpdk4j.sriov.hugepages;

import org.jspecify.annotations.NullMarked;
