// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import java.util.List;

/**
 * A network interface, as rtnetlink tells of it.
 *
 * @param index which stays the same when the name changes
 * @param name at the time of asking
 * @param altNames other names
 * @param mac the address in the low 48 bits; 0 for a link that has none of six bytes
 * @param mtu in bytes
 * @param up whether it was set up, whatever the cable says
 * @param master the index of the bridge, bond or such that it belongs to, or 0
 * @param kind such as {@code vlan}, {@code bridge}, {@code veth}; empty for hardware
 * @param below the index of the link that this one lies on, or of a veth's other end; or 0
 * @param belowElsewhere whether {@code below} is an index of another namespace
 * @param portName what the port is called on its device, such as {@code p0} or {@code pf0vf1};
 *     mostly empty
 * @param switchId the switch that the port belongs to, in hexadecimal; mostly empty
 * @param device the device on its bus, such as {@code 0000:03:00.0}; empty for what has none, and
 *     on kernels before 5.15
 * @param vfCount how many VFs the device has; 0 if they were not asked for
 * @param vfs what the driver tells of its VFs; empty if they were not asked for
 */
public record Link(
        int index,
        String name,
        List<String> altNames,
        long mac,
        int mtu,
        boolean up,
        int master,
        String kind,
        int below,
        boolean belowElsewhere,
        String portName,
        String switchId,
        String device,
        int vfCount,
        List<LinkVf> vfs) {}
