// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.util.List;

/**
 * What {@link Inventory#reconcile} found and did.
 *
 * @param released reservations that were given back: their owners are gone, or the giving back had
 *     been cut off
 * @param mended reservations whose last step had been cut off or undone and was done again
 * @param busy reservations that somebody alive is at work on; they were left alone
 * @param problems whole sentences about what could not be mended
 */
public record Reconciliation(
        List<Long> released, List<Long> mended, List<Long> busy, List<String> problems) {

    /** Copies what is mutable. */
    public Reconciliation {
        released = List.copyOf(released);
        mended = List.copyOf(mended);
        busy = List.copyOf(busy);
        problems = List.copyOf(problems);
    }
}
