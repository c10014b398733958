// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.engine;

import java.util.List;
import java.util.Optional;
import org.dpdk4j.sriov.inventory.Owners;
import org.dpdk4j.sriov.inventory.Reservation;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the containers live that own reservations. A stopped container lives. Of owners
 * that are no containers, or another engine's, nothing is known here.
 */
public final class ContainerOwners implements Owners {
    /** How an owner that is a container begins; its name follows, or its ID once it is known. */
    public static final String PREFIX = "docker:";

    private final Engine engine;
    private @Nullable List<EngineContainer> labelled;
    private String id = "";
    private boolean unreachable;

    /**
     * For one reconciliation: what the engine says is asked for once.
     *
     * @param engine to ask
     */
    public ContainerOwners(Engine engine) {
        this.engine = engine;
    }

    @Override
    public Fate fate(Reservation reservation) {
        if (!reservation.owner().startsWith(PREFIX)) {
            return Fate.UNKNOWN;
        }
        if (unreachable) {
            return Fate.UNKNOWN;
        }
        try {
            if (labelled == null) {
                labelled = engine.containers(EngineContainer.RESERVATION_LABEL);
                id = engine.info().id();
            }
            if (EngineInfo.another(reservation, id)) {
                return Fate.UNKNOWN;
            }
            for (EngineContainer container : labelled) {
                if (container.owns(reservation)) {
                    return Fate.ALIVE;
                }
            }
            // Made since, or a plain container: the driver knows those by their endpoint alone.
            String owner = reservation.owner().substring(PREFIX.length());
            Optional<EngineContainer> named = engine.container(owner);
            return named.filter(found -> found.owns(reservation)).isPresent()
                    ? Fate.ALIVE
                    : Fate.GONE;
        } catch (EngineUnreachableException _) {
            unreachable = true;
            return Fate.UNKNOWN;
        }
    }
}
