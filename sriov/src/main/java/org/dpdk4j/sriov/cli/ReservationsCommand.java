// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Reservation;
import org.dpdk4j.sriov.inventory.ReservedVf;
import picocli.CommandLine.Command;

/** Who has what. */
@Command(name = "reservations", description = "Lists the reservations.")
final class ReservationsCommand extends Subcommand {
    @Override
    Result result(Dpdk4j root) {
        List<Reservation> reservations;
        try (Inventory inventory = root.inventory()) {
            reservations = inventory.reservations();
        }
        Table table = new Table("ID", "NETWORK", "OWNER", "STATE", "VFS");
        for (Reservation reservation : reservations) {
            table.row(
                    reservation.id(),
                    reservation.network(),
                    reservation.owner(),
                    reservation.state(),
                    reservation.vfs().stream()
                            .map(vf -> vf.address().toString())
                            .collect(Collectors.joining(",")));
        }
        return new Result(
                reservations.stream().map(ReservationsCommand::document).toList(),
                reservations.isEmpty() ? "There are no reservations." : table.toString());
    }

    static Map<String, Object> document(Reservation reservation) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("id", reservation.id());
        document.put("network", reservation.network());
        document.put("owner", reservation.owner());
        document.put("state", reservation.state());
        document.put("metadata", reservation.metadata());
        document.put("vfs", reservation.vfs().stream().map(ReservationsCommand::document).toList());
        return document;
    }

    private static Map<String, Object> document(ReservedVf vf) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("address", vf.address());
        document.put("pf", vf.pf());
        document.put("vf", vf.index());
        document.put("generation", vf.generation());
        document.put("state", vf.state());
        document.put("driver", vf.driver());
        document.put("settled", vf.settled());
        document.put("present", vf.present());
        return document;
    }
}
