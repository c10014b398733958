// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.cli;

import java.util.Map;
import java.util.TreeMap;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Reservation;
import org.dpdk4j.sriov.inventory.ReservedVf;

/** What the inventory says of devices that a command is to work on without a reservation. */
final class Owned {
    private Owned() {}

    /** The reservation of each virtual function that has one. */
    static Map<PciAddress, Reservation> vfs(Dpdk4j root) {
        Map<PciAddress, Reservation> owned = new TreeMap<>();
        // Looking must not make an inventory where there is none.
        if (Inventory.exists(root.stateDirectory())) {
            try (Inventory inventory = root.inventory()) {
                for (Reservation reservation : inventory.reservations()) {
                    for (ReservedVf vf : reservation.vfs()) {
                        owned.put(vf.address(), reservation);
                    }
                }
            }
        }
        return owned;
    }

    /** Whoever has it reserved would lose it. */
    static void refuse(Dpdk4j root, PciAddress address) {
        Reservation reservation = vfs(root).get(address);
        if (reservation != null) {
            throw new SriovException(
                    address
                            + " belongs to reservation "
                            + reservation.id()
                            + " of "
                            + reservation.owner()
                            + ". Release that first: release "
                            + reservation.id()
                            + ".");
        }
    }
}
