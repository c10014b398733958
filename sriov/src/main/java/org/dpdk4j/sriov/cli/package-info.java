// SPDX-License-Identifier: BSD-3-Clause
/** The command: human tables and JSON over what {@code org.dpdk4j.sriov} offers. */
@NullMarked
package org.dpdk4j.sriov.cli;

import org.jspecify.annotations.NullMarked;
