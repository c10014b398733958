// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import java.util.concurrent.TimeUnit;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.net.Ethernet;
import org.dpdk4j.net.Ipv4;
import org.dpdk4j.net.Udp;
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
 * What a packet costs as there is more of something: queues of a port, ports, buffers in the pool,
 * flows. One thread polls, in bursts of 32. For routes see {@link LpmBenchmark}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(ScalingBenchmark.BURST)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@NullUnmarked // JMH sets the fields
public class ScalingBenchmark {
    static final int BURST = 32;

    private static final int POOL_SIZE = 16383;

    /** A port of net_null, which makes up packets in each of its queues. */
    @State(Scope.Thread)
    public static class Queues {
        /** Receive and transmit queues. */
        @Param({"1", "2", "4", "8"})
        public int queues;

        VirtualPorts ports;

        /** Starts EAL. */
        @Setup(Level.Trial)
        public void open() {
            ports = VirtualPorts.open("net_null", 1, queues, POOL_SIZE, BURST);
        }

        /** Cleans up EAL, and compares the counters. */
        @TearDown(Level.Trial)
        public void close() {
            ports.close();
        }
    }

    /** Ports of net_ring, each with a burst that goes round in it. */
    @State(Scope.Thread)
    public static class Ports {
        /** How many. */
        @Param({"1", "2", "4", "8"})
        public int portCount;

        VirtualPorts ports;

        /** Starts EAL. */
        @Setup(Level.Trial)
        public void open() {
            ports = VirtualPorts.open("net_ring", portCount, 1, POOL_SIZE, BURST);
            ports.fill(1, 1);
        }

        /** Cleans up EAL, and compares the counters. */
        @TearDown(Level.Trial)
        public void close() {
            ports.close();
        }
    }

    /** A port of net_null, which takes each packet from the pool and gives it back. */
    @State(Scope.Thread)
    public static class Pool {
        /** Buffers. */
        @Param({"1023", "8191", "32767"})
        public int poolSize;

        VirtualPorts ports;

        /** Starts EAL. */
        @Setup(Level.Trial)
        public void open() {
            ports = VirtualPorts.open("net_null", 1, 1, poolSize, BURST);
        }

        /** Cleans up EAL, and compares the counters. */
        @TearDown(Level.Trial)
        public void close() {
            ports.close();
        }
    }

    /** A port of net_ring, with packets of several flows, and a counter for each of these. */
    @State(Scope.Thread)
    public static class Flows {
        private static final int SLOTS = 1024;
        private static final int MULTIPLIER = 0x9e3779b1;

        /** Flows, of which each has one packet in each burst or two bursts, or several. */
        @Param({"1", "4", "16", "64"})
        public int flows;

        VirtualPorts ports;
        private final long[] packets = new long[SLOTS];
        private final Ethernet ethernet = new Ethernet();
        private final Ipv4 ip = new Ipv4();
        private final Udp udp = new Udp();

        /** Starts EAL. */
        @Setup(Level.Trial)
        public void open() {
            ports = VirtualPorts.open("net_ring", 1, 1, POOL_SIZE, BURST);
            ports.fill(2, flows);
        }

        /** Cleans up EAL, and compares the counters. */
        @TearDown(Level.Trial)
        public void close() {
            long slots = 0;
            for (long counted : packets) {
                slots += counted == 0 ? 0 : 1;
            }
            ports.close();
            // Two flows may meet in a slot.
            if (slots > flows || slots < (flows + 1) / 2) {
                throw new IllegalStateException(flows + " flows are in " + slots + " slots");
            }
        }

        void count(MbufBurst burst, int index) {
            if (ethernet.wrap(burst, index, 0) && ip.wrap(ethernet) && udp.wrap(ip)) {
                int mixed =
                        (ip.source()
                                        ^ ip.destination() * MULTIPLIER
                                        ^ udp.sourcePort() << 16
                                        ^ udp.destinationPort())
                                * MULTIPLIER;
                packets[mixed >>> (Integer.SIZE - 10)]++;
            }
        }
    }

    /** Receive and send, queue by queue. */
    @Benchmark
    public int byQueues(Queues state) {
        state.ports.receive();
        return state.ports.send();
    }

    /** Receive and send, port by port. */
    @Benchmark
    public int byPorts(Ports state) {
        state.ports.receive();
        return state.ports.send();
    }

    /** Receive, write the first bytes of each packet, send. */
    @Benchmark
    public int byPoolSize(Pool state) {
        MbufBurst burst = state.ports.receive();
        for (int i = 0; i < burst.size(); i++) {
            burst.get(i).setLong(0, i);
        }
        return state.ports.send();
    }

    /** Receive, count each packet for its flow, send. */
    @Benchmark
    public int byFlows(Flows state) {
        MbufBurst burst = state.ports.receive();
        for (int i = 0; i < burst.size(); i++) {
            state.count(burst, i);
        }
        return state.ports.send();
    }
}
