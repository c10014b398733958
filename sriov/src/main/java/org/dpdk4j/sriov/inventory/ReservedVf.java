// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.util.Optional;
import java.util.OptionalLong;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.binding.UserspaceDriver;

/**
 * A virtual function as the inventory has it.
 *
 * @param address where it sits
 * @param pf the physical function that it belongs to
 * @param index below that, from 0
 * @param generation how many owners it has had, the present one included
 * @param state how far it has come
 * @param reservation whose it is, or nothing while it is free
 * @param driver the driver that it is to have for its owner, or nothing if that is the one of
 *     before
 * @param settled false while a change of it is under way or was cut off; {@link
 *     Inventory#reconcile} ends that
 * @param present false if it wasn't there, or was in somebody else's use, when last looked at
 */
public record ReservedVf(
        PciAddress address,
        PciAddress pf,
        int index,
        long generation,
        VfState state,
        OptionalLong reservation,
        Optional<UserspaceDriver> driver,
        boolean settled,
        boolean present) {}
