// SPDX-License-Identifier: BSD-3-Clause
/** Programs that measure: the host against a container, and Java against dpdk-testpmd. */
@NullMarked
package org.dpdk4j.benchmarks;

import org.jspecify.annotations.NullMarked;
