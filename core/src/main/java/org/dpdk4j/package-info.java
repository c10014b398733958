// SPDX-License-Identifier: BSD-3-Clause
/** DPDK's ports, queues, packets and workers. */
@NullMarked
package org.dpdk4j;

import org.jspecify.annotations.NullMarked;
