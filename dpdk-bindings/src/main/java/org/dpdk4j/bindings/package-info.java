// SPDX-License-Identifier: BSD-3-Clause
/** DPDK's shared libraries: loading them, and the choice of the ABI. */
@NullMarked
package org.dpdk4j.bindings;

import org.jspecify.annotations.NullMarked;
