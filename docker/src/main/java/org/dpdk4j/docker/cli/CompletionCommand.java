// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what a shell needs to complete the command. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description =
                "Prints what bash and zsh need to complete this command: source <(docker_run_dpdk"
                        + " completion)")
final class CompletionCommand implements Callable<Integer> {
    @Spec @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        Subcommand.given(spec).commandLine().getOut().print(DockerRunDpdk.completion());
        return 0;
    }
}
