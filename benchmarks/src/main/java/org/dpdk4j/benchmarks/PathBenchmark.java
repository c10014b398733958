// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import java.util.concurrent.TimeUnit;
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
 * What a packet costs on the path, in bursts of 32, and what is allocated for it, which is to be
 * nothing.
 *
 * <p>EAL starts once in a process, so each benchmark has a process of its own. JMH's thread is none
 * of EAL's lcores and has no mempool cache: allocating and freeing, which net_null does for each
 * packet, costs more here than in a worker.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(PacketPath.BURST)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@NullUnmarked // JMH sets the fields
public class PathBenchmark {
    /** A port of a driver. */
    @State(Scope.Thread)
    public static class Port {
        /** The driver. */
        @Param({"net_ring", "net_null"})
        public String driver = "";

        PacketPath path;

        /** Starts EAL. */
        @Setup(Level.Trial)
        public void open() {
            path = PacketPath.open(driver);
            path.fill();
        }

        /** Cleans up EAL. */
        @TearDown(Level.Trial)
        public void close() {
            path.close();
        }
    }

    /** A port of net_ring, with UDP packets. */
    @State(Scope.Thread)
    public static class Ring {
        PacketPath path;

        /** Starts EAL. */
        @Setup(Level.Trial)
        public void open() {
            path = PacketPath.open("net_ring");
            path.fill();
        }

        /** Cleans up EAL. */
        @TearDown(Level.Trial)
        public void close() {
            path.close();
        }
    }

    /** Receive and send. */
    @Benchmark
    public int forward(Port port) {
        return port.path.forward();
    }

    /** Receive, exchange the MAC addresses, send. */
    @Benchmark
    public int swapMacAddresses(Port port) {
        return port.path.swapMacAddresses();
    }

    /** Receive, read Ethernet, IPv4 and UDP, count the TTL down, send. */
    @Benchmark
    public int route(Ring ring) {
        return ring.path.route();
    }

    /** Take packets from the pool and give them back. */
    @Benchmark
    public int allocateAndFree(Ring ring) {
        return ring.path.allocateAndFree();
    }
}
