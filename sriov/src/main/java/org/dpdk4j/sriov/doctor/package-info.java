// SPDX-License-Identifier: BSD-3-Clause
/**
 * What on this machine stands in the way of DPDK, and how to mend it: {@link
 * org.dpdk4j.sriov.doctor.Doctor} examines it.
 */
@NullMarked
package org.dpdk4j.sriov.doctor;

import org.jspecify.annotations.NullMarked;
