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
 * @param mark what tells these VFs from others that somebody makes in their place; nothing where
 *     there are none, or where an older dpdk4j wrote the row
 */
record PfRow(
        PciAddress address,
        int count,
        boolean madeByUs,
        @Nullable Integer countBefore,
        @Nullable Integer target,
        boolean rebuild,
        boolean raised,
        @Nullable Long mark) {

    /** One whose VFs came by themselves: they aren't ours. */
    static PfRow seen(PciAddress address, int count) {
        return new PfRow(address, count, false, null, null, false, false, null);
    }

    /** No change is under way, or it was undone. */
    PfRow settled() {
        return madeByUs
                ? new PfRow(address, count, true, countBefore, null, false, raised, mark)
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
        return new PfRow(address, count, madeByUs, before(), next, false, raised, mark);
    }

    /** Ours, lost with a reboot, are about to be made again. */
    PfRow remaking() {
        return new PfRow(address, count, madeByUs, countBefore, count, rebuild, raised, mark);
    }

    /** The same, whose interface is about to be set up. */
    PfRow raising() {
        return new PfRow(address, count, madeByUs, countBefore, target, rebuild, true, mark);
    }

    /** The change is made. */
    PfRow changed(int now) {
        return now == before()
                ? seen(address, now)
                : new PfRow(address, now, true, before(), null, false, raised, null);
    }

    /** The same, of VFs that have this mark. */
    PfRow marked(@Nullable Long now) {
        return new PfRow(address, count, madeByUs, countBefore, target, rebuild, raised, now);
    }

    /** Whether VFs of this count and this mark are those that we know. */
    boolean knows(int now, @Nullable Long its) {
        return count == now && (mark == null || mark.equals(its));
    }

    private int before() {
        return countBefore == null ? count : countBefore;
    }
}
