// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.readme;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Owners;
import org.dpdk4j.sriov.inventory.Reservation;
import org.dpdk4j.sriov.inventory.ReservationRequest;
import org.dpdk4j.sriov.inventory.Selector;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.pci.PciBus;
import org.dpdk4j.sriov.pf.VfSettings;

/** Lends two virtual functions of a NIC to a DPDK program, and has all as before afterwards. */
final class Lend {
    public static void main(String[] arguments) {
        Kernel kernel = Kernel.system();
        PciAddress nic = PciBus.of(kernel).named(arguments[0]).address();
        try (Inventory inventory = Inventory.open(Path.of(arguments[1]), kernel)) {
            // Takes back what an earlier run left, should it have been killed.
            inventory.reconcile(reservation -> Owners.Fate.GONE);
            inventory.numVfs(nic, 4);
            inventory.network("blue", Selector.parse("pf=" + nic), Map.of());
            Reservation lent = inventory.reserve(ReservationRequest.of("blue", 2, "lend"));
            try {
                VfSettings vlan = VfSettings.builder().vlan(100).spoofCheck(true).build();
                inventory.configure(lent.id(), List.of(vlan, vlan));
                inventory.bind(lent.id(), UserspaceDriver.VFIO_PCI);
                // Here the program runs, with these as EAL's arguments.
                lent.vfs().forEach(vf -> System.out.println("-a " + vf.address()));
            } finally {
                inventory.release(lent.id());
                inventory.restoreNumVfs(nic);
            }
        }
    }
}
