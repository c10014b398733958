// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.util.List;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.binding.InterfaceUse;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.netlink.Rtnetlink;
import org.dpdk4j.sriov.pci.PciBus;
import org.dpdk4j.sriov.sysfs.Sysfs;

/**
 * Whether somebody who didn't ask us uses a virtual function's interface. One that is down, with no
 * interface above it, is not asked for addresses and routes: that takes longer the more of them the
 * machine has.
 */
final class VfUse {
    private final Kernel kernel;
    private final Sysfs sysfs;

    VfUse(Kernel kernel) {
        this.kernel = kernel;
        this.sysfs = new Sysfs(kernel);
    }

    /** Those of some whose interfaces carry something. */
    List<PciAddress> inUse(List<ReservedVf> vfs) {
        return vfs.stream()
                .map(ReservedVf::address)
                .filter(vf -> mayCarrySomething(vf) && carriesSomething(vf))
                .toList();
    }

    private boolean mayCarrySomething(PciAddress vf) {
        return sysfs.names(Sysfs.device(vf) + "/net").stream()
                .map(name -> Sysfs.NET + name)
                .anyMatch(netdev -> up(netdev) || below(netdev));
    }

    private boolean up(String netdev) {
        return (sysfs.number(netdev + "/flags").orElse(0) & Rtnetlink.IFF_UP) != 0;
    }

    /** Whether it is a bridge's port, or carries a VLAN, or the like. */
    private boolean below(String netdev) {
        return sysfs.names(netdev).stream().anyMatch(name -> name.startsWith("upper_"));
    }

    private boolean carriesSomething(PciAddress vf) {
        return PciBus.of(kernel)
                .find(vf)
                .map(function -> !InterfaceUse.of(kernel, function).reasons().isEmpty())
                .orElse(false);
    }
}
