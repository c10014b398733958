// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.dpdk4j.sriov.inventory.Inventory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Gives virtual functions back. */
@Command(
        name = "release",
        description = "Ends a reservation: its virtual functions become what they were, and free.")
final class ReleaseCommand extends Subcommand {
    @Parameters(paramLabel = "ID", description = "The reservation's number.")
    private long id;

    @Override
    Result result(Dpdk4j root) {
        boolean released;
        try (Inventory inventory = root.inventory()) {
            released = inventory.release(id);
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("id", id);
        document.put("released", released);
        return new Result(
                document,
                "Reservation " + id + (released ? " is released." : " was released before."));
    }
}
