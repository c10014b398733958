// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands have in common. */
@Command(sortOptions = false)
abstract class Subcommand implements Callable<Integer> {
    /**
     * What a command says.
     *
     * @param document for {@code --json}
     * @param text for people
     * @param exitCode 0 or 1
     */
    record Result(Object document, String text, int exitCode) {}

    @Spec @Nullable CommandSpec spec;

    @Option(
            names = "--json",
            description = "Print {\"command\": NAME, \"result\": …}, or \"error\" in its place.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    @SuppressWarnings("UnusedVariable") // picocli looks at the option, not at the field.
    private boolean help;

    abstract Result result(DockerRunDpdk.Machine machine);

    @Override
    public final Integer call() {
        CommandSpec here = given(spec);
        Result result = result(root(here).machine());
        PrintWriter out = here.commandLine().getOut();
        if (json) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("command", here.name());
            document.put("result", result.document());
            out.println(Json.text(document));
        } else if (!result.text().isEmpty()) {
            out.println(result.text());
        }
        return result.exitCode();
    }

    static DockerRunDpdk root(CommandSpec spec) {
        return (DockerRunDpdk) spec.root().userObject();
    }

    /** A parameter that picocli demands, so that it is there. */
    static <T> T given(@Nullable T parameter) {
        if (parameter == null) {
            throw new IllegalStateException("not demanded by picocli");
        }
        return parameter;
    }
}
