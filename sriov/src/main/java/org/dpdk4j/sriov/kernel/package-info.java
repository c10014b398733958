// SPDX-License-Identifier: BSD-3-Clause
/**
 * What the module asks of Linux: files of sysfs and procfs, netlink sockets, a few system calls.
 * All of it goes through {@link org.dpdk4j.sriov.kernel.Kernel}, so that tests can stand in for
 * Linux.
 */
@NullMarked
package org.dpdk4j.sriov.kernel;

import org.jspecify.annotations.NullMarked;
