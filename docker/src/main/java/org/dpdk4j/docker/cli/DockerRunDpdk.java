// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.dpdk4j.docker.ContainerFiles;
import org.dpdk4j.docker.DockerException;
import org.dpdk4j.docker.engine.DockerClient;
import org.dpdk4j.docker.engine.EngineUnreachableException;
import org.dpdk4j.sriov.Release;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.kernel.Kernel;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The command {@code docker_run_dpdk}: containers with virtual functions of their own. */
@Command(
        name = "docker_run_dpdk",
        description = "Containers with virtual functions of their own, for DPDK programs.",
        footer = {
            "",
            "A network comes first:",
            "  docker network create -d hisriov --subnet=40.0.0.0/24 -o netdevice=eth2 -o nvf=5"
                    + " mynet",
            "",
            "Exit code: 0 done, 1 refused or failed, 2 not understood; run's is the container's, or"
                    + " 125 if it was not started."
        })
public final class DockerRunDpdk {
    static final int FAILED = 1;
    static final int NOT_UNDERSTOOD = 2;
    static final int NOT_STARTED = 125;

    private static final String RUN = "run";

    /** Each is looked at by reflection, which takes its time: only as many are as are needed. */
    private static final Map<String, Supplier<Object>> COMMANDS = commands();

    /** What the commands work on. */
    interface Machine {
        /** Of this machine. */
        Kernel kernel();

        /** To be closed by the caller. */
        Inventory inventory();

        /** What we keep of containers. */
        ContainerFiles files();

        /** The engine, asked by its client. */
        DockerClient engine();
    }

    private final Machine machine;
    private final RunLine line;

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

    private DockerRunDpdk(Machine machine, RunLine line) {
        this.machine = machine;
        this.line = line;
    }

    /**
     * Runs the command on this machine.
     *
     * @param arguments of the command line
     */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, false, System.out.charset());
        PrintWriter err = new PrintWriter(System.err, false, System.err.charset());
        int exit = run(thisMachine(), out, err, arguments);
        out.flush();
        err.flush();
        System.exit(exit);
    }

    /** Runs the command, with its exit code as the result. */
    static int run(Machine machine, PrintWriter out, PrintWriter err, String... arguments) {
        RunLine line = new RunLine(List.of(), List.of(), Map.of(), List.of());
        List<String> ours = List.of(arguments);
        if (!ours.isEmpty() && ours.getFirst().equals(RUN)) {
            // picocli must not see what is Docker's or the container's.
            try {
                line =
                        RunLine.split(
                                ours.subList(1, ours.size()),
                                () -> ClientHelp.options(machine.engine().command()));
            } catch (RunLine.NotUnderstood e) {
                err.println("docker_run_dpdk run: " + e.getMessage());
                err.flush();
                return NOT_UNDERSTOOD;
            } catch (DockerException e) {
                err.println("docker_run_dpdk run: " + e.getMessage());
                err.flush();
                return NOT_STARTED;
            }
            ours = new ArrayList<>(List.of(RUN));
            ours.addAll(line.own());
        }
        CommandLine commandLine =
                commandLine(new DockerRunDpdk(machine, line), ours.isEmpty() ? "" : ours.getFirst())
                        .setOut(out)
                        .setErr(err)
                        .setExpandAtFiles(false)
                        .setUsageHelpAutoWidth(true)
                        .setParameterExceptionHandler(DockerRunDpdk::notUnderstood)
                        .setExecutionExceptionHandler(DockerRunDpdk::failed);
        if (ours.isEmpty()) {
            commandLine.usage(out);
            out.flush();
            return NOT_UNDERSTOOD;
        }
        int exit = commandLine.execute(ours.toArray(String[]::new));
        out.flush();
        err.flush();
        return exit;
    }

    /** That on which this runs. */
    static Machine thisMachine() {
        return new ThisMachine();
    }

    Machine machine() {
        return machine;
    }

    RunLine line() {
        return line;
    }

    static String completion() {
        DockerRunDpdk root =
                new DockerRunDpdk(
                        thisMachine(), new RunLine(List.of(), List.of(), Map.of(), List.of()));
        return AutoComplete.bash("docker_run_dpdk", commandLine(root, ""));
    }

    /** With the command of this name, or with all if there is none. */
    private static CommandLine commandLine(DockerRunDpdk root, String name) {
        CommandLine commandLine = new CommandLine(root);
        commandLine
                .getCommandSpec()
                .versionProvider(() -> new String[] {"docker_run_dpdk " + Release.version()});
        if (COMMANDS.containsKey(name)) {
            commandLine.addSubcommand(name, COMMANDS.get(name).get());
        } else {
            COMMANDS.forEach((each, command) -> commandLine.addSubcommand(each, command.get()));
        }
        return commandLine;
    }

    private static Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put(RUN, RunCommand::new);
        commands.put("reserve", ReserveCommand::new);
        commands.put("stop", StopCommand::new);
        commands.put("ps", PsCommand::new);
        commands.put("inspect", InspectCommand::new);
        commands.put("restart", RestartCommand::new);
        commands.put("logs", LogsCommand::new);
        commands.put("doctor", DoctorCommand::new);
        commands.put("reconcile", ReconcileCommand::new);
        commands.put("completion", CompletionCommand::new);
        return commands;
    }

    private static int notUnderstood(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + e.getMessage());
        command.getErr().println("Try " + command.getCommandSpec().qualifiedName() + " --help.");
        return NOT_UNDERSTOOD;
    }

    private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed)
            throws Exception {
        boolean expected =
                e instanceof DockerException
                        || e instanceof SriovException
                        || e instanceof RunLine.NotUnderstood
                        || e instanceof IllegalArgumentException;
        if (!expected) {
            throw e;
        }
        if (parsed.asCommandLineList().getLast().getParseResult().hasMatchedOption("--json")) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("command", command.getCommandSpec().name());
            document.put("error", e.getMessage());
            document.put("unreachable", e instanceof EngineUnreachableException);
            command.getOut().println(Json.text(document));
        } else {
            command.getErr()
                    .println(command.getCommandSpec().qualifiedName() + ": " + e.getMessage());
        }
        if (e instanceof RunLine.NotUnderstood) {
            return NOT_UNDERSTOOD;
        }
        return command.getCommandSpec().name().equals(RUN) ? NOT_STARTED : FAILED;
    }

    /** The machine that this runs on. */
    private static final class ThisMachine implements Machine {
        @Override
        public Kernel kernel() {
            return Kernel.system();
        }

        @Override
        public Inventory inventory() {
            return Inventory.open();
        }

        @Override
        public ContainerFiles files() {
            return ContainerFiles.system();
        }

        @Override
        public DockerClient engine() {
            return new DockerClient();
        }
    }
}
