// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Programs that do the same work, alive at the same time, and have one CPU in turn: in each round
 * every one of them gets a short slice, in an order that is drawn anew. They are started several
 * times, as memory that happens to lie well makes one faster than its equal, and each time in an
 * order that is drawn anew, since who comes first may be given better memory than who comes last.
 * At the end of each start it is seen whether all packets are still there, and whether all programs
 * make the same of the same packets.
 */
final class Contest {
    private static final Duration SETTLING = Duration.ofMillis(20);
    private static final Duration MEASURED = Duration.ofMillis(100);
    private static final Duration WARM_UP = Duration.ofMillis(1500);

    private final Launch launch;
    private final int starts;
    private final int rounds;
    private final Random random;
    private final Runnable progress;

    /**
     * Prepares contests.
     *
     * @param starts how often all programs are started anew
     * @param rounds slices of each program after each start
     * @param progress called after each start
     */
    Contest(Launch launch, int starts, int rounds, Random random, Runnable progress) {
        this.launch = launch;
        this.starts = starts;
        this.rounds = rounds;
        this.random = random;
        this.progress = progress;
    }

    /**
     * Millions of packets per second, of time and of the forwarding thread's own CPU time, which
     * leaves out what other programs took of the CPU.
     */
    record Result(Program program, Slices mpps, Slices mppsOfCpu) {}

    private record Contestant(Forwarder forwarder, Result result) {
        void measure() throws IOException {
            Forwarder.Rate rate = forwarder.measure(SETTLING, MEASURED);
            result.mpps().add(rate.perSecond() / 1e6);
            result.mppsOfCpu().add(rate.perCpuSecond() / 1e6);
        }
    }

    /** Lets the programs do a work, as far as they can. */
    List<Result> run(List<Program> wanted, Workload workload) throws IOException {
        List<Result> results =
                wanted.stream()
                        .filter(program -> launch.offers(program, workload))
                        .map(program -> new Result(program, new Slices(), new Slices()))
                        .toList();
        for (int start = 0; start < starts; start++) {
            List<Contestant> contestants = new ArrayList<>();
            try (Closing forwarders = new Closing()) {
                for (Result result : shuffled(results)) {
                    Forwarder forwarder = Forwarder.start(result.program(), workload, launch);
                    forwarders.add(forwarder);
                    contestants.add(new Contestant(forwarder, result));
                }
                measure(contestants);
                if (workload.keepsContents()) {
                    compareContents(contestants, workload);
                }
            }
            progress.run();
        }
        return results;
    }

    private void measure(List<Contestant> contestants) throws IOException {
        for (Contestant contestant : contestants) {
            contestant.result().mpps().start();
            contestant.result().mppsOfCpu().start();
            if (contestant.result().program().java()) {
                contestant.forwarder().measure(SETTLING, WARM_UP);
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (Contestant contestant : shuffled(contestants)) {
                contestant.measure();
            }
        }
    }

    private static void compareContents(List<Contestant> contestants, Workload workload)
            throws IOException {
        Map<Program, Contents> contents = new EnumMap<>(Program.class);
        for (Contestant contestant : contestants) {
            Program program = contestant.result().program();
            // Testpmd does not tell.
            if (program != Program.TESTPMD) {
                Contents own = contestant.forwarder().finish();
                own.requireComplete();
                contents.put(program, own);
            }
        }
        if (workload.mode()) {
            Contents.requireAlike(contents);
        }
    }

    private <T> List<T> shuffled(List<T> ordered) {
        List<T> drawn = new ArrayList<>(ordered);
        Collections.shuffle(drawn, random);
        return drawn;
    }
}
