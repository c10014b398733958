// SPDX-License-Identifier: BSD-3-Clause
/** The messages of rtnetlink and devlink, and the conversations that this module has in them. */
@NullMarked
package org.dpdk4j.sriov.netlink;

import org.jspecify.annotations.NullMarked;
