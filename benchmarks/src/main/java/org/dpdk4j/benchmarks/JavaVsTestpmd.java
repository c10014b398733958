// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.dpdk4j.benchmarks.ForwarderProcess.Rate;
import org.dpdk4j.benchmarks.ForwarderProcess.Setting;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Compares {@link JavaForwarder} with dpdk-testpmd, and testpmd with itself: three processes that
 * are told the same have one CPU in turn, in an order that is drawn anew for each round.
 */
@Command(
        name = "java-vs-testpmd",
        sortOptions = false,
        description = "Compares forwarding in Java with dpdk-testpmd, in short slices in turn.")
public final class JavaVsTestpmd implements Callable<Integer> {
    private static final Duration SETTLING = Duration.ofMillis(30);
    private static final Duration MEASURED = Duration.ofMillis(170);
    private static final Duration WARM_UP = Duration.ofSeconds(2);

    /** Of each process. */
    private static final String MEBIBYTES = "96";

    /** All packets have to fit into one ring of 1024. */
    private static final int MAX_BURSTS = 15;

    @Option(
            names = "--starts",
            paramLabel = "N",
            description = {
                "How often to start the processes anew, for each row: where its memory happens to lie",
                "makes one process faster than its equal (default: ${DEFAULT-VALUE})."
            })
    int starts = 4;

    @Option(
            names = "--pairs",
            paramLabel = "N",
            description = "Slices of each process after each start (default: ${DEFAULT-VALUE}).")
    int pairs = 6;

    @Option(
            names = "--modes",
            split = ",",
            paramLabel = "MODE",
            description = "Which of: ${COMPLETION-CANDIDATES} (default: all).")
    List<ForwardMode> modes = List.of(ForwardMode.values());

    @Option(
            names = "--transports",
            split = ",",
            paramLabel = "NAME",
            description = "Which of: ${COMPLETION-CANDIDATES} (default: all).")
    List<Transport> transports = List.of(Transport.values());

    @Option(
            names = "--bursts",
            paramLabel = "N",
            description = {
                "Bursts of 32 packets that go round in each direction, on net_ring and memif",
                "(default: ${DEFAULT-VALUE})."
            })
    int bursts = 8;

    @Option(
            names = "--cpus",
            split = ",",
            arity = "1",
            paramLabel = "CPU",
            description = "One for everything else, and one to forward on (default: 0,1).")
    List<Integer> cpus = List.of(0, 1);

    @Option(names = "--no-huge", description = "Use ordinary memory (default: hugepages).")
    boolean noHuge;

    @Option(
            names = "--java-options",
            split = " ",
            paramLabel = "OPTIONS",
            description = "For the JVM that forwards (default: ${DEFAULT-VALUE}).")
    List<String> javaOptions = List.of("-XX:+UseSerialGC", "-Xms64m", "-Xmx64m");

    @Option(names = "--help", usageHelp = true, description = "Shows this.")
    boolean help;

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final PrintStream progress = new PrintStream(System.err, true, StandardCharsets.UTF_8);

    /**
     * Runs it.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        CommandLine command = new CommandLine(new JavaVsTestpmd());
        command.setCaseInsensitiveEnumValuesAllowed(true);
        command.setParameterExceptionHandler((e, arguments) -> {
            System.err.println("java-vs-testpmd: " + e.getMessage() + " (--help shows how)");
            return CommandLine.ExitCode.USAGE;
        });
        command.setExecutionExceptionHandler((e, failed, parsed) -> {
            System.err.println("java-vs-testpmd: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        });
        System.exit(command.execute(args));
    }

    @Override
    public Integer call() throws IOException {
        if (cpus.size() != 2 || pairs < 1 || starts < 1 || bursts < 1 || bursts > MAX_BURSTS) {
            throw new IllegalArgumentException(
                    "--cpus are two, --pairs and --starts 1 or more, --bursts 1 to " + MAX_BURSTS);
        }
        TextTable table = new TextTable();
        table.row(
                "",
                "Java Mpps",
                "testpmd Mpps",
                "Java ÷ testpmd",
                "middle half",
                "range",
                "A/A",
                "by CPU time",
                "middle half",
                "A/A");
        try {
            for (Transport transport : transports) {
                for (ForwardMode mode : modes) {
                    int first = transport.circular() ? bursts : 0;
                    table.row(compare(new Setting(transport, mode, first, ealOptions())));
                }
            }
        } finally {
            out.print(table);
        }
        out.printf(
                ROOT,
                """

                Medians of %d slices of %d ms each, after %d starts of the processes; counted are the packets that
                two ports have sent. Middle half: quartiles. A/A: testpmd divided by another testpmd, told the same.
                By CPU time: packets per second of the forwarding thread's CPU time, which leaves out what other
                programs took. On net_ring and memif %d packets go round. %s. Java: %s.
                """,
                starts * pairs,
                MEASURED.toMillis(),
                starts,
                2 * bursts * ForwardMode.BURST,
                noHuge ? "No hugepages" : "Hugepages",
                String.join(" ", javaOptions));
        return 0;
    }

    private List<String> ealOptions() {
        List<String> options = new ArrayList<>();
        Collections.addAll(
                options, "--lcores", "0@" + cpus.get(0) + ",1@" + cpus.get(1), "--main-lcore", "0");
        Collections.addAll(options, noHuge ? "--no-huge" : "--in-memory", "-m", MEBIBYTES);
        return options;
    }

    private String[] compare(Setting setting) throws IOException {
        String title = setting.transport().word() + " " + setting.mode().word();
        progress.print(title + " ");
        List<List<Rate>> rates = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int start = 0; start < starts; start++) {
            measure(setting, rates);
        }
        progress.println();
        return row(title, rates.get(0), rates.get(1), rates.get(2));
    }

    /** Starts the processes and adds the rates of Java, testpmd, and testpmd again. */
    private void measure(Setting setting, List<List<Rate>> rates) throws IOException {
        try (ForwarderProcess java = ForwarderProcess.java(setting, javaOptions);
                ForwarderProcess testpmd = ForwarderProcess.testpmd("testpmd", setting);
                ForwarderProcess again = ForwarderProcess.testpmd("testpmd again", setting)) {
            List<ForwarderProcess> processes = List.of(java, testpmd, again);
            java.measure(SETTLING, WARM_UP);
            List<Integer> order = new ArrayList<>(List.of(0, 1, 2));
            Random random = new Random();
            for (int round = 0; round < pairs; round++) {
                Collections.shuffle(order, random);
                for (int i : order) {
                    rates.get(i).add(processes.get(i).measure(SETTLING, MEASURED));
                }
                progress.print('.');
            }
        }
    }

    private static String[] row(
            String title, List<Rate> java, List<Rate> testpmd, List<Rate> again) {
        Distribution ratios = ratios(java, testpmd, Rate::perSecond);
        Distribution byCpuTime = ratios(java, testpmd, Rate::perCpuSecond);
        return new String[] {
            title,
            format(ROOT, "%.1f", mpps(java)),
            format(ROOT, "%.1f", mpps(testpmd)),
            format(ROOT, "%.3f", ratios.median()),
            middleHalf(ratios),
            format(ROOT, "%.3f-%.3f", ratios.min(), ratios.max()),
            format(ROOT, "%.3f", ratios(again, testpmd, Rate::perSecond).median()),
            format(ROOT, "%.3f", byCpuTime.median()),
            middleHalf(byCpuTime),
            format(ROOT, "%.3f", ratios(again, testpmd, Rate::perCpuSecond).median())
        };
    }

    private static String middleHalf(Distribution ratios) {
        return format(ROOT, "%.3f-%.3f", ratios.quantile(0.25), ratios.quantile(0.75));
    }

    private static double mpps(List<Rate> rates) {
        return new Distribution(rates.stream().mapToDouble(Rate::perSecond).toArray()).median()
                / 1e6;
    }

    private static Distribution ratios(
            List<Rate> numerators, List<Rate> denominators, ToDoubleFunction<Rate> rate) {
        return new Distribution(
                IntStream.range(0, numerators.size())
                        .mapToDouble(i ->
                                rate.applyAsDouble(numerators.get(i))
                                        / rate.applyAsDouble(denominators.get(i)))
                        .toArray());
    }
}
