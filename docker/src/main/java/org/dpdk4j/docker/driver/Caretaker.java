// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.driver;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.dpdk4j.docker.ContainerFiles;
import org.dpdk4j.docker.DockerException;
import org.dpdk4j.docker.engine.ContainerOwners;
import org.dpdk4j.docker.engine.Engine;
import org.dpdk4j.docker.engine.EngineInfo;
import org.dpdk4j.docker.engine.EngineState;
import org.dpdk4j.docker.engine.EngineUnreachableException;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Owners;
import org.dpdk4j.sriov.inventory.Reconciliation;
import org.dpdk4j.sriov.inventory.Reservation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes back what Docker has forgotten without telling us: a plugin that isn't there when Docker
 * ends an endpoint hears nothing of it. Runs beside the calls, never within one.
 *
 * <p>What is reserved is read before Docker is asked, so only what was there already and hasn't
 * changed since can be found to be gone: what is just coming into being is not in Docker's answer
 * either.
 */
final class Caretaker {
    private static final Logger LOG = LoggerFactory.getLogger(Caretaker.class);

    /** For so long Docker may be busy between our answer and its own note of it. */
    private static final Duration GRACE = Duration.ofMinutes(2);

    private final Inventory inventory;
    private final Networks networks;
    private final Endpoints endpoints;
    private final Engine engine;
    private final ContainerFiles files;

    Caretaker(NetworkDriver driver, Inventory inventory, Engine engine, ContainerFiles files) {
        this.inventory = inventory;
        this.networks = driver.networks();
        this.endpoints = driver.endpoints();
        this.engine = engine;
        this.files = files;
    }

    /**
     * Makes virtual functions what they are to be, without asking Docker: after a reboot that waits
     * for us while it starts containers. What plain containers had before that is free again.
     */
    Reconciliation begin() {
        Reconciliation done =
                inventory.reconcile(reservation ->
                        endpoints.plain().ended(reservation)
                                ? Owners.Fate.GONE
                                : Owners.Fate.UNKNOWN);
        tell(done);
        return done;
    }

    /** Looks once after everything; what can't be mended now is told to the log. */
    Reconciliation look() {
        Map<Long, Reservation> before = new HashMap<>();
        inventory.reservations().forEach(each -> before.put(each.id(), each));
        List<String> old = networks.olderThan(GRACE);
        Optional<EngineState> state = ask();
        Reconciliation done =
                inventory.reconcile(reservation ->
                        state.isEmpty() || !unchanged(before.get(reservation.id()), reservation)
                                ? Owners.Fate.UNKNOWN
                                : fate(reservation, state.get()));
        tell(done);
        state.ifPresent(known -> forgetNetworks(old, known));
        sweep();
        return done;
    }

    private static void tell(Reconciliation done) {
        done.problems().forEach(problem -> LOG.warn("{}", problem));
        if (!done.released().isEmpty() || !done.mended().isEmpty()) {
            LOG.info("Taken back: {}; mended: {}", done.released(), done.mended());
        }
    }

    private Optional<EngineState> ask() {
        try {
            return Optional.of(engine.state(Hisriov.NAME));
        } catch (EngineUnreachableException e) {
            LOG.info("Nothing is taken back now: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private Owners.Fate fate(Reservation reservation, EngineState state) {
        if (EngineInfo.another(reservation, state.engine())) {
            return Owners.Fate.UNKNOWN;
        }
        String endpoint = reservation.metadata().getOrDefault("endpoint", "");
        boolean known =
                state.endpoints()
                        .getOrDefault(reservation.network(), java.util.Set.of())
                        .contains(endpoint);
        if (known) {
            return Owners.Fate.ALIVE;
        }
        if (PlainEndpoints.plain(reservation)) {
            boolean fresh =
                    reservation.metadata().getOrDefault("sandbox", "").isEmpty()
                            && PlainEndpoints.age(reservation).compareTo(GRACE) < 0;
            if (fresh) {
                return Owners.Fate.UNKNOWN;
            }
            endpoints.plain().restoreMtu(reservation);
            return Owners.Fate.GONE;
        }
        if (!reservation.owner().startsWith(ContainerOwners.PREFIX)) {
            return Owners.Fate.UNKNOWN;
        }
        boolean alive = state.containers().stream().anyMatch(each -> each.owns(reservation));
        return alive ? Owners.Fate.ALIVE : Owners.Fate.GONE;
    }

    private void forgetNetworks(List<String> old, EngineState state) {
        for (String network : old) {
            if (!state.endpoints().containsKey(network)) {
                attempt(() -> networks.delete(network));
            }
        }
    }

    private void sweep() {
        attempt(networks::sweep);
        attempt(() ->
                files.sweep(() ->
                        inventory.reservations().stream()
                                .map(Reservation::id)
                                .collect(Collectors.toSet())));
    }

    /** One thing that can't be done must not keep the others from being done. */
    private static void attempt(Runnable work) {
        try {
            work.run();
        } catch (SriovException | DockerException e) {
            LOG.warn("{}", e.getMessage());
        }
    }

    private static boolean unchanged(
            @org.jspecify.annotations.Nullable Reservation before, Reservation now) {
        return before != null
                && before.state() == now.state()
                && before.owner().equals(now.owner())
                && Objects.equals(
                        before.metadata().get("endpoint"), now.metadata().get("endpoint"));
    }
}
