// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dpdk4j.docker.engine.EngineContainer;
import org.dpdk4j.docker.engine.EngineUnreachableException;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Reservation;
import picocli.CommandLine.Command;

/** Lists containers with virtual functions. */
@Command(name = "ps", description = "Lists containers and their virtual functions.")
final class PsCommand extends Subcommand {
    @Override
    Result result(DockerRunDpdk.Machine machine) {
        List<EngineContainer> known = new ArrayList<>();
        boolean reachable = true;
        try {
            known.addAll(machine.engine().containers(EngineContainer.RESERVATION_LABEL));
        } catch (EngineUnreachableException _) {
            reachable = false;
        }
        List<Map<String, Object>> list = new ArrayList<>();
        StringBuilder text =
                new StringBuilder(
                        String.format(
                                "%-20s %-10s %-16s %-15s %-18s %s",
                                "NAME", "STATE", "NETWORK", "DRIVER", "ADDRESS", "DEVICES"));
        try (Inventory inventory = machine.inventory()) {
            for (List<Reservation> reservations : Containers.all(inventory).values()) {
                for (Reservation reservation : reservations) {
                    String state = state(known, reservation, reachable);
                    Map<String, Object> entry = entry(reservation, state);
                    list.add(entry);
                    text.append(System.lineSeparator())
                            .append(
                                    String.format(
                                            "%-20s %-10s %-16s %-15s %-18s %s",
                                            entry.get("name"),
                                            state,
                                            entry.get("network"),
                                            entry.get("driver"),
                                            entry.get("ipv4"),
                                            String.join(",", devices(reservation))));
                }
            }
        }
        return new Result(list, text.toString(), 0);
    }

    static Map<String, Object> entry(Reservation reservation, String state) {
        Map<String, String> metadata = reservation.metadata();
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", metadata.getOrDefault("name", ""));
        entry.put("state", state);
        entry.put("reservation", reservation.id());
        entry.put("network", metadata.getOrDefault("network.name", reservation.network()));
        entry.put("driver", metadata.getOrDefault("driver", ""));
        entry.put("mac", metadata.getOrDefault("mac", ""));
        entry.put("ipv4", metadata.getOrDefault("ipv4", ""));
        entry.put("vfState", reservation.state().toString());
        entry.put("devices", devices(reservation));
        return entry;
    }

    static List<String> devices(Reservation reservation) {
        return reservation.vfs().stream().map(vf -> vf.address().toString()).toList();
    }

    static String state(List<EngineContainer> known, Reservation reservation, boolean reachable) {
        if (reservation.owner().startsWith(Containers.RESERVED)) {
            return "reserved";
        }
        if (!reachable) {
            return "unknown";
        }
        return known.stream()
                .filter(container -> container.owns(reservation))
                .map(EngineContainer::state)
                .findFirst()
                .orElse("gone");
    }
}
