// SPDX-License-Identifier: BSD-3-Clause
/** {@code hisriov}, the network driver that Docker calls. */
@NullMarked
package org.dpdk4j.docker.driver;

import org.jspecify.annotations.NullMarked;
