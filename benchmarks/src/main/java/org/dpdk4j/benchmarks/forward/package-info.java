// SPDX-License-Identifier: BSD-3-Clause
/** The forwarder in Java that is measured, and what it can do with packets. */
@NullMarked
package org.dpdk4j.benchmarks.forward;

import org.jspecify.annotations.NullMarked;
