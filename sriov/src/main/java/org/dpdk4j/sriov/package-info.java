// SPDX-License-Identifier: BSD-3-Clause
/**
 * Words that all packages of this module share: addresses and the exception.
 *
 * <p>A virtual function's life leads through the packages: found ({@code pci}), made and set up
 * ({@code pf}), bound to a userspace driver ({@code binding}), given away and taken back by one who
 * remembers what was there before ({@code inventory}). Programs that use DPDK want {@code
 * hugepages}, too, and {@code doctor} says what stands in their way.
 *
 * <p>Devices are named by their PCI address, which renames of interfaces don't change. What fails
 * throws {@link org.dpdk4j.sriov.SriovException}, whose message says what is wrong and what to do.
 */
@NullMarked
package org.dpdk4j.sriov;

import org.jspecify.annotations.NullMarked;
