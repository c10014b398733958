// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.dpdk4j.docker.engine.ContainerOwners;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Reconciliation;
import picocli.CommandLine.Command;

/** Takes back what belongs to containers that are gone. */
@Command(
        name = "reconcile",
        description =
                "Ends what was cut off, and takes back what belongs to containers that are gone."
                        + " Nothing is taken on the ground that Docker doesn't answer.")
final class ReconcileCommand extends Subcommand {
    @Override
    Result result(DockerRunDpdk.Machine machine) {
        try (Inventory inventory = machine.inventory()) {
            Reconciliation done = inventory.reconcile(new ContainerOwners(machine.engine()));
            machine.files().sweep(() -> Containers.ids(inventory));
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("released", done.released());
            document.put("mended", done.mended());
            document.put("busy", done.busy());
            document.put("problems", done.problems());
            StringBuilder text =
                    new StringBuilder(
                            "released "
                                    + done.released().size()
                                    + ", mended "
                                    + done.mended().size()
                                    + ", busy "
                                    + done.busy().size());
            done.problems().forEach(problem -> text.append(System.lineSeparator()).append(problem));
            return new Result(document, text.toString(), done.problems().isEmpty() ? 0 : 1);
        }
    }
}
