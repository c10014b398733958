// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.dpdk4j.docker.DockerException;
import org.dpdk4j.docker.engine.EngineContainer;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Reservation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Stops and removes a container, and frees its virtual functions. */
@Command(
        name = "stop",
        description =
                "Stops and removes a container, and frees its virtual functions: they become what"
                        + " they were before.")
final class StopCommand extends Subcommand {
    @Option(names = "--name", paramLabel = "NAME", description = "The container's name.")
    private @Nullable String name;

    @Option(
            names = {"-t", "--time"},
            paramLabel = "SECONDS",
            description = "How long it may take to stop before it is killed.")
    private @Nullable Integer seconds;

    @Parameters(arity = "0..*", paramLabel = "NAME", description = "Names of containers.")
    private List<String> names = new ArrayList<>();

    @Override
    Result result(DockerRunDpdk.Machine machine) {
        List<String> wanted = new ArrayList<>(names);
        if (name != null) {
            wanted.addFirst(name);
        }
        if (wanted.isEmpty()) {
            CommandSpec here = given(spec);
            throw new ParameterException(here.commandLine(), "which container? Say --name=NAME");
        }
        List<Long> released = new ArrayList<>();
        try (Inventory inventory = machine.inventory()) {
            for (String one : wanted) {
                released.addAll(stop(machine, inventory, one));
            }
        }
        return new Result(
                Map.of("containers", wanted, "released", released),
                String.join(System.lineSeparator(), wanted),
                0);
    }

    private List<Long> stop(DockerRunDpdk.Machine machine, Inventory inventory, String one) {
        List<Reservation> reservations = Containers.named(inventory, one);
        List<Long> ids = reservations.stream().map(Reservation::id).toList();
        // By what it has, since a container may have another name by now.
        List<EngineContainer> containers =
                machine.engine().containers(EngineContainer.RESERVATION_LABEL).stream()
                        .filter(some -> reservations.stream().anyMatch(some::owns))
                        .toList();
        for (EngineContainer container : containers) {
            String id = container.id();
            machine.engine()
                    .stop(id, seconds == null ? OptionalInt.empty() : OptionalInt.of(seconds));
            machine.engine().remove(id);
            if (machine.engine().container(id).isPresent()) {
                throw new DockerException(
                        "Container "
                                + one
                                + " is still there, so its virtual functions stay its own.");
            }
        }
        for (long id : ids.reversed()) {
            inventory.release(id);
            machine.files().remove(id);
        }
        return ids;
    }
}
