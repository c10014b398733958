// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Hands on to {@code docker logs}. */
@Command(
        name = "logs",
        description = {
            "Shows what a container has printed.",
            "Options and names are those of docker logs."
        })
final class LogsCommand implements Callable<Integer> {
    @Spec @Nullable CommandSpec spec;

    @Option(names = "--help", usageHelp = true, description = "Show this.")
    @SuppressWarnings("UnusedVariable") // picocli looks at the option, not at the field.
    private boolean help;

    @Unmatched private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() {
        return Subcommand.root(Subcommand.given(spec)).machine().engine().pass("logs", arguments);
    }
}
