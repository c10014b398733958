// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.pf;

import java.util.Optional;
import org.dpdk4j.sriov.MacAddress;
import org.dpdk4j.sriov.netlink.LinkVf;

/**
 * How a VF is set up on its PF.
 *
 * @param index of the VF on its PF, from 0
 * @param mac the administrative address; all zeros if none was set
 * @param vlan 1 to 4094, or 0 for none
 * @param qos the priority of what it sends in its VLAN, 0 to 7
 * @param vlanProtocol the tag of the VLAN
 * @param spoofCheck whether frames from other addresses than its own are dropped; nothing where the
 *     driver can't
 * @param trust whether it may do such as promiscuous mode; nothing where the driver can't
 * @param linkState what it sees of the link
 * @param minRateMbps guaranteed to what it sends, or 0
 * @param maxRateMbps of what it sends, or 0 for no limit
 */
public record VfInfo(
        int index,
        MacAddress mac,
        int vlan,
        int qos,
        VlanProtocol vlanProtocol,
        Optional<Boolean> spoofCheck,
        Optional<Boolean> trust,
        VfLinkState linkState,
        int minRateMbps,
        int maxRateMbps) {
    static VfInfo of(LinkVf vf) {
        return new VfInfo(
                vf.index(),
                MacAddress.of(vf.mac()),
                vf.vlan(),
                vf.qos(),
                VlanProtocol.of(vf.vlanProtocol()),
                onOff(vf.spoofCheck()),
                onOff(vf.trust()),
                VfLinkState.of(vf.linkState()),
                vf.minRate(),
                vf.maxRate());
    }

    private static Optional<Boolean> onOff(int setting) {
        return setting < 0 ? Optional.empty() : Optional.of(setting != 0);
    }
}
