// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.cli;

import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Reservation;
import org.dpdk4j.sriov.inventory.ReservationRequest;
import org.dpdk4j.sriov.inventory.Selector;
import org.dpdk4j.sriov.pf.VfSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Virtual functions for somebody, until release. */
@Command(
        name = "reserve",
        description = {
            "Reserves virtual functions, all or none, until release.",
            "With --driver they are bound, with the other options set up."
        })
final class ReserveCommand extends Subcommand {
    /** Whose reservations this command made; they end by release alone. */
    static final String OWNER = "command:";

    @Option(names = "--net", required = true, paramLabel = "NET", description = "Network.")
    private String network = "";

    @Option(names = "--count", paramLabel = "N", description = "How many (default 1).")
    private int count = 1;

    @Option(
            names = "--select",
            paramLabel = "SELECTOR",
            description = {
                "Which may serve; remembered for a network that is not known yet.",
                "pf=0000:03:00.0  netdev=eth2  pci=A..B  vendor=8086,device=154c",
                "driver=igbvf  vfs=0-3  numa=1, or several of them with commas."
            })
    private @Nullable Selector selector;

    @Option(
            names = {"-d", "--driver"},
            paramLabel = "NAME",
            description = "Bind them to this userspace driver.")
    private @Nullable UserspaceDriver driver;

    @Option(names = "--force", description = "Bind also what the kernel uses for something.")
    private boolean force;

    @Option(names = "--owner", paramLabel = "TEXT", description = "Whose they are, for people.")
    private String owner = "";

    @Mixin private VfOptions options = new VfOptions();

    @Override
    Result result(Dpdk4j root) {
        VfSettings settings = options.settings();
        if (count > 1 && settings.mac().isPresent()) {
            throw new IllegalArgumentException(
                    "--mac goes with --count 1: no two may have the same address.");
        }
        try (Inventory inventory = root.inventory()) {
            ReservationRequest request = ReservationRequest.of(network, count, OWNER + owner);
            long id = inventory.reserve(selector == null ? request : request.from(selector)).id();
            try {
                if (!settings.equals(VfSettings.builder().build())) {
                    inventory.configure(id, Collections.nCopies(count, settings));
                }
                if (driver != null) {
                    inventory.bind(id, driver, force);
                }
                // From here on it outlives this process.
                inventory.attach(id, "");
            } catch (RuntimeException e) {
                inventory.release(id);
                throw e;
            }
            Reservation made = inventory.reservation(id).orElseThrow();
            List<String> addresses =
                    made.vfs().stream().map(vf -> vf.address().toString()).toList();
            return new Result(
                    ReservationsCommand.document(made),
                    "Reservation "
                            + id
                            + ": "
                            + addresses.stream().collect(Collectors.joining(", "))
                            + made.vfs().getFirst().driver().map(name -> " on " + name).orElse("")
                            + ".");
        }
    }
}
