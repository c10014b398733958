// SPDX-License-Identifier: BSD-3-Clause
/**
 * A virtual function's life: found, made, configured, bound to a userspace driver, given away,
 * taken back.
 *
 * <p>Devices are named by their PCI address, which renames of interfaces don't change. What fails
 * throws {@link org.dpdk4j.sriov.SriovException}, whose message says what is wrong and what to do.
 */
@NullMarked
package org.dpdk4j.sriov;

import org.jspecify.annotations.NullMarked;
