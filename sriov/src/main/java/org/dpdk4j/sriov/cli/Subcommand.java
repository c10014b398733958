// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands have in common: the kernel, and two ways to say what they found. */
@Command(sortOptions = false)
abstract class Subcommand implements Callable<Integer> {
    /**
     * What a command says.
     *
     * @param document made of maps, lists, texts, numbers and truth values, for {@code --json}
     * @param text for people
     * @param exitCode 0 or 1
     */
    record Result(Object document, String text, int exitCode) {
        Result(Object document, String text) {
            this(document, text, 0);
        }
    }

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

    abstract Result result(Dpdk4j root);

    @Override
    public final Integer call() {
        CommandSpec here = given(spec);
        Dpdk4j root = (Dpdk4j) here.root().userObject();
        Result result = result(root);
        PrintWriter out = here.commandLine().getOut();
        if (json) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("command", name(here));
            document.put("result", result.document());
            out.println(Json.text(document));
        } else if (!result.text().isEmpty()) {
            out.println(result.text());
        }
        return result.exitCode();
    }

    final boolean json() {
        return json;
    }

    /** Without the program's name: {@code vfs set}. */
    static String name(CommandSpec spec) {
        String qualified = spec.qualifiedName();
        return qualified.substring(qualified.indexOf(' ') + 1);
    }

    /** A parameter that picocli demands, so that it is there. */
    static <T> T given(@Nullable T parameter) {
        if (parameter == null) {
            throw new IllegalStateException("not demanded by picocli");
        }
        return parameter;
    }
}
