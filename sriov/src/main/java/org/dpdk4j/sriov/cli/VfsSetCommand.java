// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Selector;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.pf.PhysicalFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes virtual functions. */
@Command(
        name = "set",
        description = {
            "Gives a NIC so many virtual functions.",
            "Refused while one is owned, and if somebody else made those that there are."
        })
final class VfsSetCommand extends Subcommand {
    @Parameters(index = "0", paramLabel = "PF", description = DeviceName.DESCRIPTION)
    private @Nullable String pf;

    @Parameters(index = "1", paramLabel = "N", description = "How many; 0 takes them away.")
    private int count;

    @Option(
            names = "--net",
            paramLabel = "NAME",
            description = "Let them serve the network NAME, for reserve --net NAME.")
    private @Nullable String network;

    @Override
    Result result(Dpdk4j root) {
        Kernel kernel = root.kernel();
        PhysicalFunction physical =
                PhysicalFunction.of(kernel, DeviceName.address(kernel, given(pf)));
        try (Inventory inventory = root.inventory()) {
            inventory.numVfs(physical.address(), count);
            if (network != null) {
                inventory.network(network, Selector.parse("pf=" + physical.address()), Map.of());
            }
        }
        List<PciAddress> vfs = physical.virtualFunctions();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("address", physical.address());
        document.put("num_vfs", vfs.size());
        document.put("vfs", vfs);
        document.put("network", network);
        String serve = network == null ? "" : ", which serve network " + network;
        return new Result(
                document,
                physical.address() + " has " + vfs.size() + " virtual functions" + serve + ".");
    }
}
