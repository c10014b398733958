// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.dpdk4j.Eal;
import org.dpdk4j.Lpm;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the lookup of a route costs, per address, as the table grows: one by one and 32 at a time,
 * for addresses from all of IPv4 (uniform), and for those that have a route (hit).
 *
 * <p>A million addresses in an order of chance, so that neither they nor their entries stay in the
 * CPU's caches. Routes: one in ten is longer than 24 bits, in few /24 networks as is usual; the
 * rest has 18 to 24 bits. Each run first compares the routes that it finds with those that it put
 * in.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(LpmBenchmark.BURST)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@State(Scope.Thread)
@NullUnmarked // JMH sets the fields
public class LpmBenchmark {
    static final int BURST = 32;

    private static final int ADDRESSES = 1 << 20;
    private static final int NEXT_HOP = 7;
    private static final int LONG_NETWORKS = 1024;
    private static final int LEAST_DEPTH = 18;
    private static final int DEPTHS = 7;

    /** Number of routes. */
    @Param({"1", "1000", "100000", "1000000"})
    public int routes;

    /** Where the addresses come from. */
    @Param({"uniform", "hit"})
    public String addresses = "";

    private final int[] lookedUp = new int[ADDRESSES];
    private final int[] burst = new int[BURST];
    private final int[] nextHops = new int[BURST];
    private Eal eal;
    private Lpm lpm;
    private int at;

    /** Starts EAL, and fills the table. */
    @Setup(Level.Trial)
    public void open() {
        eal = Eal.builder().detect().noPci().start();
        lpm = eal.lpm("routes").maxRules(routes).tbl8Groups(LONG_NETWORKS).create();
        SplittableRandom random = new SplittableRandom(routes);
        int[] networks = new int[routes];
        for (int i = 0; i < routes; i++) {
            int depth = i % 10 == 9 ? 25 + random.nextInt(8) : LEAST_DEPTH + i % DEPTHS;
            networks[i] =
                    depth > 24
                            ? (random.nextInt(LONG_NETWORKS) << 12) | (i & 0xff)
                            : random.nextInt();
            lpm.add(networks[i], depth, NEXT_HOP);
        }
        for (int i = 0; i < ADDRESSES; i++) {
            lookedUp[i] =
                    addresses.equals("hit") ? networks[random.nextInt(routes)] : random.nextInt();
        }
        requireRoutes(networks);
    }

    private void requireRoutes(int[] networks) {
        for (int network : networks) {
            if (lpm.lookup(network) != NEXT_HOP) {
                throw new IllegalStateException("a route is not found");
            }
        }
        for (int i = 0; i < ADDRESSES; i += BURST) {
            bulk();
            for (int j = 0; j < BURST; j++) {
                if (nextHops[j] != lpm.lookup(lookedUp[i + j])) {
                    throw new IllegalStateException("a burst finds another route");
                }
            }
        }
    }

    /** Cleans up EAL. */
    @TearDown(Level.Trial)
    public void close() {
        eal.close();
    }

    /** One after the other. */
    @Benchmark
    public int single() {
        int sum = 0;
        int from = next();
        for (int i = from; i < from + BURST; i++) {
            sum += lpm.lookup(lookedUp[i]);
        }
        return sum;
    }

    /** A burst at once. */
    @Benchmark
    public int bulk() {
        System.arraycopy(lookedUp, next(), burst, 0, BURST);
        lpm.lookup(burst, nextHops, BURST);
        return nextHops[BURST - 1];
    }

    private int next() {
        int from = at;
        at = (from + BURST) & (ADDRESSES - 1);
        return from;
    }
}
