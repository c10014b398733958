// SPDX-License-Identifier: BSD-3-Clause
/** {@code docker_run_dpdk}, the command. */
@NullMarked
package org.dpdk4j.docker.cli;

import org.jspecify.annotations.NullMarked;
