// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.sysfs.Sysfs;
import org.jspecify.annotations.Nullable;

/**
 * What the journal holds of a physical function: its VFs, who made them, and a change that is under
 * way.
 *
 * @param count of VFs when we last looked or changed it
 * @param countBefore of VFs before we first made some; nothing if those that there are aren't ours
 * @param target of a change that is under way
 * @param rebuild the machine has started anew since, and ours are to be made again
 * @param raised its interface was down before we first made some, and is to be so again
 */
record PfRow(
        PciAddress address,
        int count,
        boolean madeByUs,
        @Nullable Integer countBefore,
        @Nullable Integer target,
        boolean rebuild,
        boolean raised) {

    /** One whose VFs came by themselves: they aren't ours. */
    static PfRow seen(PciAddress address, int count) {
        return new PfRow(address, count, false, null, null, false, false);
    }

    /** No change is under way, or it was undone. */
    PfRow settled() {
        return madeByUs
                ? new PfRow(address, count, true, countBefore, null, false, raised)
                : seen(address, count);
    }

    /**
     * A change is under way.
     *
     * @throws SriovException if it would destroy VFs that we did not make
     */
    PfRow changing(int next) {
        if (count != 0 && !madeByUs) {
            throw new SriovException(
                    address
                            + " has "
                            + count
                            + " virtual functions which somebody else made: asking for "
                            + next
                            + " would destroy them. Use them as they are, or take them away"
                            + " yourself: echo 0 > "
                            + Sysfs.device(address)
                            + "/sriov_numvfs");
        }
        return new PfRow(address, count, madeByUs, before(), next, false, raised);
    }

    /** The same, whose interface is about to be set up. */
    PfRow raising() {
        return new PfRow(address, count, madeByUs, countBefore, target, rebuild, true);
    }

    /** The change is made. */
    PfRow changed(int now) {
        return now == before()
                ? seen(address, now)
                : new PfRow(address, now, true, before(), null, false, raised);
    }

    private int before() {
        return countBefore == null ? count : countBefore;
    }
}
