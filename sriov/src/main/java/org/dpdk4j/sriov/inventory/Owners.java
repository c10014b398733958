// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

/** Tells whether those who own reservations still live: who asks Docker, say. */
@FunctionalInterface
public interface Owners {
    /** What is known of an owner. */
    enum Fate {
        /** It lives, or is stopped and may come back: its reservation stays. */
        ALIVE,
        /** It is certain that it won't come back: its reservation is released. */
        GONE,
        /** Nobody can tell, as when Docker doesn't answer: nothing is taken away. */
        UNKNOWN
    }

    /**
     * Looks for an owner. While this runs, nobody else changes the reservation.
     *
     * @param reservation as the journal has it
     * @return what is known of its owner
     */
    Fate fate(Reservation reservation);
}
