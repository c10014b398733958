// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Owners;
import org.dpdk4j.sriov.inventory.Reconciliation;
import org.dpdk4j.sriov.inventory.Reservation;
import picocli.CommandLine.Command;

/** Puts journal and kernel in agreement. */
@Command(
        name = "reconcile",
        description = {
            "Ends what was cut off: after a crash or a boot, journal and kernel agree again.",
            "Takes nothing from anybody who may live. The exit code is 1 if a problem is left."
        })
final class ReconcileCommand extends Subcommand {
    @Override
    Result result(Dpdk4j root) {
        Reconciliation done;
        try (Inventory inventory = root.inventory()) {
            done = inventory.reconcile(ReconcileCommand::fate);
        }
        List<String> lines = new ArrayList<>();
        add(lines, "released", done.released());
        add(lines, "mended", done.mended());
        add(lines, "left to who is at work on it", done.busy());
        lines.addAll(done.problems());
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("released", done.released());
        document.put("mended", done.mended());
        document.put("busy", done.busy());
        document.put("problems", done.problems());
        return new Result(
                document,
                lines.isEmpty() ? "All is as it should be." : String.join("\n", lines),
                done.problems().isEmpty() ? 0 : Dpdk4j.FAILED);
    }

    private static void add(List<String> lines, String what, List<Long> ids) {
        ids.forEach(id -> lines.add("Reservation " + id + ": " + what + "."));
    }

    /** Whether a container lives, only who asks the container engine can tell. */
    private static Owners.Fate fate(Reservation reservation) {
        return reservation.owner().startsWith(ReserveCommand.OWNER)
                ? Owners.Fate.ALIVE
                : Owners.Fate.UNKNOWN;
    }
}
