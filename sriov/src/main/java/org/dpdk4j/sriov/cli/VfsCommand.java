// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Virtual functions of one physical function. */
@Command(
        name = "vfs",
        description = "Shows, makes and sets up the virtual functions of a NIC.",
        subcommands = {VfsShowCommand.class, VfsSetCommand.class, VfsConfigureCommand.class})
final class VfsCommand {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    @SuppressWarnings("UnusedVariable") // picocli looks at the option, not at the field.
    private boolean help;
}
