// SPDX-License-Identifier: BSD-3-Clause
/** Programs of one file each; start with {@code Skeleton}. */
@NullMarked
package org.dpdk4j.examples;

import org.jspecify.annotations.NullMarked;
