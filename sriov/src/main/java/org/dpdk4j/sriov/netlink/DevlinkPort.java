// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

/**
 * A port of a device's switch.
 *
 * @param index of the port on its device
 * @param flavour one of {@code DEVLINK_PORT_FLAVOUR_}, or -1
 * @param pf which PF it stands for, or -1
 * @param vf which VF it stands for, or -1
 * @param link the index of its network interface, or 0
 * @param netdev the name of its network interface at the time of asking, or empty
 */
public record DevlinkPort(int index, int flavour, int pf, int vf, int link, String netdev) {}
