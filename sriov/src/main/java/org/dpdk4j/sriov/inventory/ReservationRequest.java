// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.util.Map;
import java.util.Optional;

/**
 * What somebody wants reserved. Either the network is known to the inventory, or a selector says
 * which virtual functions may serve, or both: then both must hold.
 *
 * @param network the name of the network that the virtual functions are for
 * @param count how many, all or none
 * @param selector narrows the choice down, or makes it where the network isn't known
 * @param owner who will own them, in the caller's own words; {@link Inventory#reservations(String)}
 *     finds the reservation by it
 * @param metadata whatever the caller wants to find again with the reservation
 */
public record ReservationRequest(
        String network,
        int count,
        Optional<Selector> selector,
        String owner,
        Map<String, String> metadata) {

    /**
     * Checks the count and copies the metadata.
     *
     * @throws IllegalArgumentException if the count isn't positive or a name is empty
     */
    public ReservationRequest {
        if (count < 1) {
            throw new IllegalArgumentException("a reservation is of 1 virtual function or more");
        }
        if (network.isBlank() || owner.isBlank()) {
            throw new IllegalArgumentException("a reservation names its network and its owner");
        }
        metadata = Map.copyOf(metadata);
    }

    /**
     * A request for a network that the inventory knows.
     *
     * @param network its name
     * @param count how many
     * @param owner who will own them
     * @return the request
     */
    public static ReservationRequest of(String network, int count, String owner) {
        return new ReservationRequest(network, count, Optional.empty(), owner, Map.of());
    }

    /**
     * The same, from these virtual functions only.
     *
     * @param choice which may serve
     * @return a request
     */
    public ReservationRequest from(Selector choice) {
        return new ReservationRequest(network, count, Optional.of(choice), owner, metadata);
    }

    /**
     * The same, with something to remember.
     *
     * @param remembered replaces the metadata
     * @return a request
     */
    public ReservationRequest with(Map<String, String> remembered) {
        return new ReservationRequest(network, count, selector, owner, remembered);
    }
}
