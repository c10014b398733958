// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dpdk4j.docker.engine.EngineContainer;
import org.dpdk4j.docker.engine.EngineUnreachableException;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Reservation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** All that is known of a container. */
@Command(
        name = "inspect",
        description =
                "Shows all that is known of a container: its virtual functions, and what it was"
                        + " told.")
final class InspectCommand extends Subcommand {
    @Parameters(paramLabel = "NAME", description = "The container's name.")
    private @Nullable String name;

    @Override
    Result result(DockerRunDpdk.Machine machine) {
        List<EngineContainer> known = new ArrayList<>();
        boolean reachable = true;
        try {
            machine.engine().container(given(name)).ifPresent(known::add);
        } catch (EngineUnreachableException _) {
            reachable = false;
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", given(name));
        known.forEach(container -> document.put("container", container.id()));
        List<Object> list = new ArrayList<>();
        try (Inventory inventory = machine.inventory()) {
            for (Reservation reservation : Containers.named(inventory, given(name))) {
                Map<String, Object> entry =
                        PsCommand.entry(
                                reservation, PsCommand.state(known, reservation, reachable));
                entry.put("metadata", new java.util.TreeMap<>(reservation.metadata()));
                list.add(entry);
                String netInfo = reservation.metadata().get("netinfo");
                if (netInfo != null) {
                    document.put("netinfo", read(netInfo));
                }
            }
        }
        document.put("reservations", list);
        return new Result(document, Json.text(document), 0);
    }

    private static Object read(String file) {
        try {
            return JsonMapper.builder().build().readTree(Files.readString(Path.of(file)));
        } catch (JacksonException e) {
            return "no JSON: " + e.getOriginalMessage();
        } catch (IOException e) {
            return "can't be read: " + e;
        }
    }
}
