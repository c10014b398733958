// SPDX-License-Identifier: BSD-3-Clause
/** DPDK as its headers describe it: loading, the choice of the ABI, and raw memory. */
@NullMarked
package org.dpdk4j.bindings;

import org.jspecify.annotations.NullMarked;
