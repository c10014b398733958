// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.util.List;
import java.util.Map;

/**
 * Virtual functions that one owner has.
 *
 * @param id never given twice
 * @param network what they are for
 * @param owner whose they are, in the words of who reserved or attached them
 * @param state how far they have come
 * @param vfs in the order of their addresses
 * @param metadata what callers asked to be remembered
 */
public record Reservation(
        long id,
        String network,
        String owner,
        VfState state,
        List<ReservedVf> vfs,
        Map<String, String> metadata) {

    /** Copies what is mutable. */
    public Reservation {
        vfs = List.copyOf(vfs);
        metadata = Map.copyOf(metadata);
    }
}
