// SPDX-License-Identifier: BSD-3-Clause
/**
 * Raw memory and raw calls: what reads and writes anywhere, and calls what it is told to. Exported
 * to core only, so that nobody else does so on the native access that this module was given.
 */
@NullMarked
package org.dpdk4j.bindings.memory;

import org.jspecify.annotations.NullMarked;
