// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.util.List;
import java.util.Optional;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.binding.InterfaceUse;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.pci.PciBus;
import org.dpdk4j.sriov.pci.PciFunction;
import org.dpdk4j.sriov.pf.Netdev;

/**
 * The interface of a physical function, which its VFs need to be up. Where there is none, in this
 * namespace, nothing is done about it.
 */
final class Uplink {
    private final Kernel kernel;
    private final PciAddress pf;

    Uplink(Kernel kernel, PciAddress pf) {
        this.kernel = kernel;
        this.pf = pf;
    }

    boolean down() {
        return netdev().filter(netdev -> !netdev.up()).isPresent();
    }

    void raise() {
        netdev().filter(netdev -> !netdev.up()).ifPresent(netdev -> netdev.up(true));
    }

    /** Unless somebody has made use of it meanwhile. */
    void lower() {
        Optional<PciFunction> function = PciBus.of(kernel).find(pf);
        if (function.isPresent() && InterfaceUse.of(kernel, function.get()).reasons().isEmpty()) {
            netdev().filter(Netdev::up).ifPresent(netdev -> netdev.up(false));
        }
    }

    private Optional<Netdev> netdev() {
        List<Netdev> netdevs = Netdev.of(kernel, pf);
        return netdevs.isEmpty() ? Optional.empty() : Optional.of(netdevs.getFirst());
    }
}
