// SPDX-License-Identifier: BSD-3-Clause
/** What is asked of the container engine. */
@NullMarked
package org.dpdk4j.docker.engine;

import org.jspecify.annotations.NullMarked;
