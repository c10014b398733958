// SPDX-License-Identifier: BSD-3-Clause
/** What the network driver and the command share: networks, CDI specs, what a container is told. */
@NullMarked
package org.dpdk4j.docker;

import org.jspecify.annotations.NullMarked;
