// SPDX-License-Identifier: BSD-3-Clause
/**
 * Taking a device from the kernel for a program, and giving it back: {@link
 * org.dpdk4j.sriov.binding.DriverBinding} does it, and remembers nothing. Refuses what would take
 * from somebody an interface that is in use, or leave an IOMMU group half of a program's.
 */
@NullMarked
package org.dpdk4j.sriov.binding;

import org.jspecify.annotations.NullMarked;
