// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import org.dpdk4j.DpdkException;
import org.dpdk4j.Eal;
import org.dpdk4j.EthDev;
import org.dpdk4j.WorkerException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What all examples share: a command line {@code [EAL arguments] -- [own arguments]}, help, and how
 * they fail.
 *
 * <p>Exit codes: 0 at a normal end, 1 if something failed, 2 if an argument is wrong; a program
 * that is ended by a signal prints its totals and exits with 128 + the signal's number, 130 for
 * SIGINT. Failures are one sentence on standard error.
 */
@Command(
        synopsisHeading = "Usage: ",
        customSynopsis = "${COMMAND-NAME} [EAL arguments] -- [own arguments]",
        descriptionHeading = "%n",
        optionListHeading = "%nOwn arguments:%n",
        footerHeading = "%n",
        footer = {
            "EAL arguments are those of DPDK, such as -l 0-1, --vdev net_ring0 or",
            "-a 0000:01:10.0; what they leave open is detected.",
            "Exit code: 0 at the end, 1 failure, 2 wrong argument, 130 after SIGINT."
        },
        usageHelpAutoWidth = false,
        sortOptions = false)
abstract class Example {
    private static final String SEPARATOR = "--";

    private static final int HEADROOM = 128;
    private static final int USUAL_ROOM = 2048;

    /** Bytes of an Ethernet header, two VLAN tags, and the frame check sequence. */
    private static final int FRAME_OVERHEAD = 14 + 8 + 4;

    static final int MAX_MTU = 65535 - HEADROOM - FRAME_OVERHEAD;

    @Spec CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this and end.")
    boolean help;

    /**
     * The program.
     *
     * @param ealArguments what stands before {@code --}
     */
    abstract void run(String[] ealArguments);

    /** Runs the program on the command line {@code args} and ends the JVM. */
    final void launch(String... args) {
        System.exit(execute(args));
    }

    private int execute(String... args) {
        int split = Arrays.asList(args).indexOf(SEPARATOR);
        int ealEnd = split < 0 ? args.length : split;
        String[] ealArguments = Arrays.copyOfRange(args, 0, ealEnd);
        CommandLine line = new CommandLine(this);
        if (Arrays.stream(ealArguments).anyMatch(a -> a.equals("--help") || a.equals("-h"))) {
            line.usage(System.out);
            return 0;
        }
        try {
            line.parseArgs(
                    Arrays.copyOfRange(args, Math.min(ealEnd + 1, args.length), args.length));
            if (line.isUsageHelpRequested()) {
                line.usage(System.out);
                return 0;
            }
            run(ealArguments);
            return 0;
        } catch (ParameterException e) {
            return failed(2, e.getMessage());
        } catch (DpdkException e) {
            String sentence = String.valueOf(e.getMessage());
            if (!sentence.startsWith("rte_eal_init(option=")) {
                return failed(1, sentence);
            }
            // Refused before EAL saw it: EAL's arguments are arguments of ours, too.
            return failed(2, sentence + (split < 0 ? "; own arguments come after --" : ""));
        } catch (WorkerException | UncheckedIOException e) {
            return failed(1, e.getMessage());
        }
    }

    /** A refusal of what the user asked for. */
    final ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }

    /** The ports that there are, at least one. */
    final List<EthDev> requirePorts(Eal eal) {
        List<EthDev> ports = eal.ethDevs();
        if (ports.isEmpty()) {
            throw wrong(
                    "there is no port: name one before --, such as --vdev net_null0"
                            + " or -a 0000:01:10.0");
        }
        return ports;
    }

    /** Refuses what can't be an MTU; 0 means the driver's own. */
    final void requireMtu(int mtu) {
        if (mtu < 0 || mtu > MAX_MTU) {
            throw wrong("--mtu is 1 to " + MAX_MTU + " bytes, not " + mtu);
        }
    }

    /** Bytes of a buffer that takes a whole frame of this MTU, and never less than the usual. */
    static int dataRoom(int mtu) {
        return HEADROOM + Math.max(USUAL_ROOM, mtu + FRAME_OVERHEAD);
    }

    private int failed(int exitCode, @Nullable String message) {
        String sentence = String.valueOf(message).lines().findFirst().orElse("");
        System.err.println(spec.name() + ": " + sentence);
        return exitCode;
    }
}
