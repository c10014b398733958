// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dpdk4j.sriov.MacAddress;
import org.dpdk4j.sriov.Release;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Selector;
import org.dpdk4j.sriov.kernel.Kernel;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The command {@code dpdk4j}: devices for DPDK on this machine. */
@Command(
        name = "dpdk4j",
        description =
                "Devices for DPDK on this machine: what there is, binding, virtual functions.",
        subcommands = {
            DoctorCommand.class,
            ListCommand.class,
            BindCommand.class,
            UnbindCommand.class,
            VfsCommand.class,
            ReserveCommand.class,
            ReservationsCommand.class,
            ReleaseCommand.class,
            ReconcileCommand.class,
        },
        footer = {
            "",
            "Each command takes --json, and --help tells its options.",
            "Exit code: 0 done, 1 refused or failed, 2 not understood."
        })
public final class Dpdk4j {
    static final int FAILED = 1;
    static final int NOT_UNDERSTOOD = 2;

    private final Kernel kernel;
    private final Path stateDirectory;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    @SuppressWarnings("UnusedVariable") // picocli looks at the option, not at the field.
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show which version this is.")
    @SuppressWarnings("UnusedVariable") // As above.
    private boolean version;

    Dpdk4j(Kernel kernel, Path stateDirectory) {
        this.kernel = kernel;
        this.stateDirectory = stateDirectory;
    }

    /**
     * Runs the command on this machine.
     *
     * @param arguments of the command line
     */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, false, System.out.charset());
        PrintWriter err = new PrintWriter(System.err, false, System.err.charset());
        String state = System.getenv("DPDK4J_STATE");
        Path directory = Path.of(state == null || state.isEmpty() ? "/var/lib/dpdk4j" : state);
        System.exit(run(Kernel.system(), directory, out, err, arguments));
    }

    /** Runs the command, with its exit code as the result. */
    static int run(
            Kernel kernel,
            Path stateDirectory,
            PrintWriter out,
            PrintWriter err,
            String... arguments) {
        CommandLine commandLine =
                new CommandLine(new Dpdk4j(kernel, stateDirectory))
                        .setOut(out)
                        .setErr(err)
                        .setUsageHelpAutoWidth(true)
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setParameterExceptionHandler(Dpdk4j::notUnderstood)
                        .setExecutionExceptionHandler(Dpdk4j::failed);
        commandLine
                .getCommandSpec()
                .versionProvider(() -> new String[] {"dpdk4j " + Release.version()});
        register(commandLine, Selector.class, Selector::parse);
        register(commandLine, MacAddress.class, MacAddress::parse);
        register(commandLine, UserspaceDriver.class, UserspaceDriver::parse);
        try {
            return commandLine.execute(arguments);
        } finally {
            out.flush();
            err.flush();
        }
    }

    Kernel kernel() {
        return kernel;
    }

    Path stateDirectory() {
        return stateDirectory;
    }

    /** To be closed by who asks. */
    Inventory inventory() {
        return Inventory.open(stateDirectory, kernel);
    }

    private static <T> void register(CommandLine commandLine, Class<T> type, Parser<T> parser) {
        ITypeConverter<T> converter =
                text -> {
                    try {
                        return parser.parse(text);
                    } catch (IllegalArgumentException e) {
                        throw new CommandLine.TypeConversionException(message(e));
                    }
                };
        commandLine.registerConverter(type, converter);
    }

    private interface Parser<T> {
        T parse(String text);
    }

    private static int notUnderstood(ParameterException e, String[] arguments) {
        CommandLine commandLine = e.getCommandLine();
        report(
                commandLine,
                message(e) + " (" + commandLine.getCommandSpec().qualifiedName() + " --help)");
        return NOT_UNDERSTOOD;
    }

    private static int failed(
            Exception e, CommandLine commandLine, CommandLine.ParseResult parsed) {
        if (e instanceof IllegalArgumentException) {
            report(commandLine, message(e));
            return NOT_UNDERSTOOD;
        }
        // Whatever else goes wrong is a mistake of ours; people get a sentence all the same.
        report(commandLine, e instanceof SriovException ? message(e) : "Unexpectedly failed: " + e);
        return FAILED;
    }

    private static void report(CommandLine commandLine, String sentence) {
        String line = sentence.replaceAll("\\s+", " ").strip();
        commandLine.getErr().println("dpdk4j: " + line);
        if (commandLine.getCommand() instanceof Subcommand command && command.json()) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("command", Subcommand.name(commandLine.getCommandSpec()));
            document.put("error", line);
            commandLine.getOut().println(Json.text(document));
        }
    }

    private static String message(Exception e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }
}
