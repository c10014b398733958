// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a container with virtual functions of its own. */
@Command(
        name = "run",
        sortOptions = false,
        customSynopsis = "docker_run_dpdk run --net=NETWORK [OPTIONS] IMAGE [COMMAND] [ARG...]",
        description = {
            "Runs a container with virtual functions of its own: reserves and sets up the virtual"
                    + " functions, gives them to a userspace driver, and calls docker run.",
            "",
            "All options of docker run that are not named here are handed on as they are."
        })
final class RunCommand implements Callable<Integer> {
    @Spec @Nullable CommandSpec spec;

    @Option(
            names = {"--net", "--network"},
            required = true,
            paramLabel = "NETWORK",
            description =
                    "A network, by name or in docker's longer form (name=mynet,ip=40.0.0.9)."
                            + " Several are allowed; those of hisriov give virtual functions.")
    private List<String> networks = new ArrayList<>();

    @Option(names = "--name", paramLabel = "NAME", description = "The container's name.")
    private @Nullable String name;

    @Option(
            names = "--numVf",
            paramLabel = "N",
            description =
                    "Virtual functions of each hisriov network, 1 if it is not said; given several"
                            + " times, of one network after the other.")
    private List<Integer> numVf = new ArrayList<>();

    @Option(
            names = "--driver",
            paramLabel = "DRIVER",
            defaultValue = "vfio-pci",
            description =
                    "vfio-pci, or without an IOMMU's protection vfio-noiommu, uio_pci_generic,"
                            + " igb_uio: with these a program reaches all of the machine's memory.")
    private String driver = "vfio-pci";

    @Option(
            names = "--numa",
            paramLabel = "NODE",
            description = "Virtual functions of this NUMA node only.")
    private @Nullable Integer numa;

    @Option(
            names = "--cpuset",
            paramLabel = "CPUS",
            description = "CPUs of the container, such as 2-5: --cpuset-cpus of docker run.")
    private @Nullable String cpuset;

    @Option(
            names = "--hugepages",
            paramLabel = "SIZE",
            description = "At most so much memory in hugepages, such as 512M or 2G.")
    private @Nullable String hugepages;

    @Option(
            names = "--force",
            description = "Take virtual functions even if their interfaces are in use.")
    private boolean force;

    @Option(
            names = "--dry-run",
            description = "Print the docker run that would be made, and do nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print what was done as JSON; for --detach.")
    private boolean json;

    @Option(names = "--help", usageHelp = true, description = "Show this.")
    @SuppressWarnings("UnusedVariable") // picocli looks at the option, not at the field.
    private boolean help;

    @Override
    public Integer call() {
        CommandSpec here = Subcommand.given(spec);
        DockerRunDpdk root = Subcommand.root(here);
        RunRequest request =
                new RunRequest(
                        networks.stream().map(NetworkChoice::parse).toList(),
                        Optional.ofNullable(name),
                        numVf,
                        UserspaceDriver.parse(driver),
                        Optional.ofNullable(numa),
                        Optional.ofNullable(cpuset),
                        Optional.ofNullable(hugepages),
                        force,
                        root.line());
        Launch launch = new Launch(root.machine(), request);
        if (dryRun) {
            RunPlan plan = launch.plan();
            List<String> command = new ArrayList<>(List.of(root.machine().engine().command()));
            command.addAll(plan.arguments());
            here.commandLine()
                    .getOut()
                    .println(
                            json
                                    ? Json.text(Map.of("command", "run", "result", command))
                                    : Shell.quote(command));
            return 0;
        }
        return launch.run(here.commandLine().getOut(), here.commandLine().getErr(), json);
    }
}
