// SPDX-License-Identifier: BSD-3-Clause
/** A process that sends frames to forwarders in turn, and what it found out about each. */
@NullMarked
package org.dpdk4j.benchmarks.echo;

import org.jspecify.annotations.NullMarked;
