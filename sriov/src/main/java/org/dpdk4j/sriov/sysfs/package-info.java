// SPDX-License-Identifier: BSD-3-Clause
/**
 * What the other packages have in common when they read and write files of the kernel, and how they
 * put its refusals into sentences. Not for users of the library.
 */
@NullMarked
package org.dpdk4j.sriov.sysfs;

import org.jspecify.annotations.NullMarked;
