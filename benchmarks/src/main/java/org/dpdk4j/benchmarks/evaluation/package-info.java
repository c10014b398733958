// SPDX-License-Identifier: BSD-3-Clause
/** Whole programs measured in short slices in turn, what is concluded from it, and the report. */
@NullMarked
package org.dpdk4j.benchmarks.evaluation;

import org.jspecify.annotations.NullMarked;
