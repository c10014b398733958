// SPDX-License-Identifier: BSD-3-Clause
/**
 * A physical function and the virtual functions that it makes: {@link
 * org.dpdk4j.sriov.pf.PhysicalFunction} counts them and sets them up through its network interface.
 */
@NullMarked
package org.dpdk4j.sriov.pf;

import org.jspecify.annotations.NullMarked;
