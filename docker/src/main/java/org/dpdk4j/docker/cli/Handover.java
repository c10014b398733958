// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.dpdk4j.docker.DockerException;
import org.dpdk4j.docker.engine.ContainerOwners;
import org.dpdk4j.docker.engine.EngineContainer;
import org.dpdk4j.docker.engine.EngineUnreachableException;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.inventory.Inventory;

/**
 * Calls {@code docker run}, and makes the reservations the container's as soon as there is one. The
 * client writes the container's ID into a file when it is made and before it is started.
 */
final class Handover {
    private static final int POLL_MILLIS = 10;

    private final DockerRunDpdk.Machine machine;
    private final Inventory inventory;
    private final List<Long> reservations;
    private final RunPlan plan;
    private final Signals signals;

    Handover(
            DockerRunDpdk.Machine machine,
            Inventory inventory,
            List<Long> reservations,
            RunPlan plan,
            Signals signals) {
        this.machine = machine;
        this.inventory = inventory;
        this.reservations = List.copyOf(reservations);
        this.plan = plan;
        this.signals = signals;
    }

    /** Runs it to its end, and says its exit code. */
    int run(RunLine line, PrintWriter out, boolean json) {
        Path cidFile = Path.of(plan.cidFile().orElseGet(() -> line.value("cidfile").orElseThrow()));
        boolean quiet = json && line.flag("detach");
        int exit;
        Optional<String> id = Optional.empty();
        try {
            Process client = start(quiet);
            signals.forward(client);
            id = awaitId(client, cidFile);
            if (id.isPresent()) {
                for (long reservation : reservations) {
                    inventory.attach(reservation, ContainerOwners.PREFIX + id.get());
                }
            }
            exit = client.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DockerException("Interrupted; the container, if any, goes on.", e);
        } catch (RuntimeException e) {
            settle(id, DockerRunDpdk.NOT_STARTED);
            throw e;
        }
        settle(id.or(() -> read(cidFile)), exit);
        if (quiet && id.isPresent() && exit == 0) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("container", id.get());
            result.put("name", plan.name());
            result.put("reservations", reservations);
            result.put("devices", plan.devices().stream().map(RunPlan.Device::pciAddress).toList());
            out.println(Json.text(Map.of("command", "run", "result", result)));
        }
        return exit;
    }

    private Process start(boolean quiet) {
        List<String> command = new ArrayList<>(List.of(machine.engine().command()));
        command.addAll(plan.arguments());
        try {
            ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
            if (quiet) {
                builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
            }
            return builder.start();
        } catch (IOException e) {
            throw new DockerException("The docker client can't be started: " + e.getMessage(), e);
        }
    }

    private static Optional<String> awaitId(Process client, Path cidFile)
            throws InterruptedException {
        while (true) {
            Optional<String> id = read(cidFile);
            if (id.isPresent() || client.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                return id.or(() -> read(cidFile));
            }
        }
    }

    /** The ID, once all of it is there. */
    private static Optional<String> read(Path cidFile) {
        try {
            String id = Files.exists(cidFile) ? Files.readString(cidFile).strip() : "";
            return id.length() == 64 ? Optional.of(id) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /**
     * The client has ended. What belongs to no container is free again; what belongs to one stays,
     * also if it has ended: it may be started again. One that could not be started goes.
     */
    private void settle(Optional<String> id, int exit) {
        try {
            Optional<EngineContainer> container =
                    id.flatMap(machine.engine()::container)
                            .filter(some -> reservations.stream().anyMatch(some::has));
            if (container.isPresent()) {
                boolean never =
                        exit >= DockerRunDpdk.NOT_STARTED
                                && container.get().state().equals("created");
                if (!never) {
                    return;
                }
                machine.engine().remove(container.get().id());
            }
        } catch (EngineUnreachableException _) {
            // Not known: reconciliation will see.
            return;
        }
        for (long reservation : reservations.reversed()) {
            try {
                inventory.release(reservation);
            } catch (SriovException e) {
                throw new DockerException(
                        "The container is gone, but: " + e.getMessage() + " reconcile tries again.",
                        e);
            }
            machine.files().remove(reservation);
        }
    }
}
