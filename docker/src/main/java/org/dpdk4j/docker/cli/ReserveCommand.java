// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prepares virtual functions for a container that another engine runs. */
@Command(
        name = "reserve",
        description = {
            "Prepares virtual functions for a container of podman or another engine that reads CDI"
                    + " specs, and prints its device, as in: podman run --device"
                    + " dpdk4j.org/vf=NAME. They stay reserved until docker_run_dpdk stop."
        })
final class ReserveCommand extends Subcommand {
    @Option(
            names = {"--net", "--network"},
            required = true,
            paramLabel = "NETWORK",
            description = "A hisriov network; several are allowed.")
    private List<String> networks = new ArrayList<>();

    @Option(
            names = "--name",
            required = true,
            paramLabel = "NAME",
            description = "What the device is called.")
    private String name = "";

    @Option(
            names = "--numVf",
            paramLabel = "N",
            description = "Virtual functions of each network, as for run.")
    private List<Integer> numVf = new ArrayList<>();

    @Option(
            names = {"-u", "--user"},
            paramLabel = "UID[:GID]",
            description = "Whose the device nodes are, if not root's.")
    private @Nullable String user;

    @Option(
            names = "--numa",
            paramLabel = "NODE",
            description = "Virtual functions of this NUMA node only.")
    private @Nullable Integer numa;

    @Option(
            names = "--force",
            description = "Take virtual functions even if their interfaces are in use.")
    private boolean force;

    @Override
    Result result(DockerRunDpdk.Machine machine) {
        RunRequest request =
                new RunRequest(
                        networks.stream().map(NetworkChoice::parse).toList(),
                        Optional.of(name),
                        numVf,
                        UserspaceDriver.VFIO_PCI,
                        Optional.ofNullable(numa),
                        Optional.empty(),
                        Optional.empty(),
                        force,
                        new RunLine(
                                List.of(),
                                List.of(),
                                user == null ? Map.of() : Map.of("user", user),
                                List.of(name)));
        RunPlan plan = new Launch(machine, request, Containers.RESERVED).reserve();
        String device = plan.spec().device();
        return new Result(
                Map.of(
                        "device",
                        device,
                        "devices",
                        plan.devices().stream().map(RunPlan.Device::pciAddress).toList()),
                device,
                0);
    }
}
