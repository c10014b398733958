// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.RxQueue;
import org.dpdk4j.TxQueue;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a burst costs, received and sent: by the public API, and by a binding of the same shape
 * through JNI. On net_ring, where the driver does next to nothing and the calls are what it costs.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@State(Scope.Thread)
@NullUnmarked // JMH sets the fields
public class BurstBenchmark {
    private static final int POOL_SIZE = 8191;

    /** Packets in a burst. */
    @Param({"1", "4", "8", "32", "64"})
    public int burst;

    private VirtualPorts ports;
    private RxQueue rx;
    private TxQueue tx;
    private MbufBurst packets;
    private long mbufs;
    private int port;
    private long sent;

    /** Starts EAL. */
    @Setup(Level.Trial)
    public void open() {
        ports = VirtualPorts.open("net_ring", 1, 1, POOL_SIZE, burst);
        ports.fill(1, 1);
        rx = ports.rx(0);
        tx = ports.tx(0);
        packets = ports.burst();
        mbufs = Arena.global().allocate((long) burst * Long.BYTES, Long.BYTES).address();
        port = ports.port().portId();
    }

    /** Cleans up EAL, and compares the counters. */
    @TearDown(Level.Trial)
    public void close() {
        ports.count(sent);
        ports.close();
    }

    /** By the public API: two critical calls through FFM. */
    @Benchmark
    public int api() {
        int received = rx.receive(packets);
        sent += tx.send(packets);
        packets.freeRemaining();
        return received;
    }

    /** By JNI: two calls, with an array of its own for the packets. */
    @Benchmark
    public int jni() {
        int received = JniPath.receive(port, 0, mbufs, burst);
        sent += JniPath.send(port, 0, mbufs, received);
        return received;
    }
}
