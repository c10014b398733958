// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Turns contests into cases of an experiment. */
final class Throughput {
    static final String MPPS = "Mpps";
    static final String MPPS_OF_CPU = "Mpps of CPU time";
    private static final double ALMOST = 0.99;
    private static final double AGAINST_C = 0.98;
    private static final double RING_IO = 0.85;
    private static final double RING_TOUCHED = 0.95;

    private final Contest contest;
    private final Random random;
    private final PrintStream progress;

    Throughput(Contest contest, Random random, PrintStream progress) {
        this.contest = contest;
        this.random = random;
        this.progress = progress;
    }

    /** The experiment that has these results. */
    static Experiment experiment(List<Case> cases, List<String> notes) {
        return new Experiment(
                "throughput",
                "Throughput",
                "Does a forwarder in a container move as many packets as on the host, and one in Java as"
                        + " many as one in C?",
                "All programs of a case are alive at the same time and forward on the same CPU, in slices"
                        + " of 100 ms, in an order drawn anew for each round; the others are stopped."
                        + " They are told the same: EAL's options, descriptors, buffers, bursts. Packets"
                        + " are those that the drivers counted, read through DPDK's telemetry. On"
                        + " net_ring, memif and vhost 256 packets go round for each port, the same"
                        + " frames all the time, from the CPU's caches: a NIC's come from memory; at the"
                        + " end of each start all of them have to be there, unharmed, and of a burst"
                        + " that passes once more all programs but testpmd have to make the same, byte"
                        + " for byte. vhost's"
                        + " partner, a virtio-user port in a testpmd, has the other CPU. On af_packet and"
                        + " af_xdp the kernel carries 128 over a pair of virtual interfaces, on the CPU"
                        + " that forwards, and those are counted that arrive; the container has the"
                        + " host's network there. A ratio is the median of slices that belong together, and the geometric mean over starts;"
                        + " the interval is the bootstrap's. Mpps of CPU time leaves out what others took"
                        + " of the CPU. testpmd's macswap uses SSE on four packets at a time.",
                cases,
                notes);
    }

    /** Measures each workload; one that fails becomes a note. */
    List<Case> measure(List<Workload> workloads, List<Program> programs, List<String> notes) {
        List<Case> cases = new ArrayList<>();
        for (Workload workload : workloads) {
            progress.print(workload + " ");
            try {
                cases.add(evaluate(workload, contest.run(programs, workload)));
            } catch (IOException e) {
                notes.add(workload + ": " + e.getMessage());
                progress.print("failed: " + e.getMessage());
            }
            progress.println();
        }
        return cases;
    }

    private Case evaluate(Workload workload, List<Contest.Result> results) {
        List<Score> scores = new ArrayList<>();
        results.forEach(result ->
                scores.add(Score.of(result.program().title(), MPPS, result.mpps().values())));
        results.forEach(result ->
                scores.add(
                        Score.of(
                                result.program().title(),
                                MPPS_OF_CPU,
                                result.mppsOfCpu().values())));
        Case measured = new Case(workload.parameters(), scores, List.of());
        List<Comparison> comparisons = new ArrayList<>();
        for (String unit : List.of(MPPS, MPPS_OF_CPU)) {
            double band =
                    compare(measured, Program.HOST_AGAIN, Program.HOST, unit, 1, null, comparisons);
            compare(
                    measured,
                    Program.CONTAINER,
                    Program.HOST,
                    unit,
                    band,
                    Claim.atLeast(ALMOST),
                    comparisons);
            compare(measured, Program.HOST, Program.C, unit, band, againstC(workload), comparisons);
            compare(
                    measured,
                    Program.HOST,
                    Program.TESTPMD,
                    unit,
                    band,
                    againstTestpmd(workload),
                    comparisons);
        }
        return new Case(workload.parameters(), scores, comparisons);
    }

    private double compare(
            Case measured,
            Program side,
            Program base,
            String unit,
            double band,
            @Nullable Claim claim,
            List<Comparison> comparisons) {
        var numerator = measured.score(side.title(), unit);
        var denominator = measured.score(base.title(), unit);
        if (numerator.isEmpty() || denominator.isEmpty()) {
            return Double.NaN;
        }
        Ratio ratio = Ratio.of(numerator.get().raw(), denominator.get().raw(), random);
        // Of equals, the interval is the band.
        double known = claim == null && band == 1 ? ratio.band() : band;
        comparisons.add(new Comparison(side.title(), base.title(), unit, ratio, known, claim));
        return ratio.band();
    }

    private static @Nullable Claim againstC(Workload workload) {
        if (workload.burst() != 32 || workload.transport().byKernel()) {
            return null;
        }
        if (workload.transport() != Transport.NET_RING) {
            return Claim.atLeast(AGAINST_C);
        }
        return Claim.atLeast(workload.work().equals("io") ? RING_IO : RING_TOUCHED);
    }

    private static @Nullable Claim againstTestpmd(Workload workload) {
        Transport transport = workload.transport();
        return workload.burst() == 32 && transport != Transport.NET_RING && !transport.byKernel()
                ? Claim.atLeast(1)
                : null;
    }
}
