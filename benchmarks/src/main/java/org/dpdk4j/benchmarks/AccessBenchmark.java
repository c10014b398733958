// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import java.util.concurrent.TimeUnit;
import org.dpdk4j.Mbuf;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.bindings.memory.NativeMemory;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs that an access to a packet is checked: the sum of the same fields of 32 packets,
 * per packet, by addresses without any check, by checked access, and through views of headers.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(AccessBenchmark.BURST)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@State(Scope.Thread)
@NullUnmarked // JMH sets the fields
public class AccessBenchmark {
    static final int BURST = 32;

    private static final int POOL_SIZE = 1023;
    private static final int SOURCE = Ethernet.HEADER_LENGTH + 12;
    private static final int DESTINATION = SOURCE + Integer.BYTES;
    private static final int PORTS = Ethernet.HEADER_LENGTH + Ipv4.HEADER_LENGTH;

    private final Ethernet ethernet = new Ethernet();
    private final Ipv4 ip = new Ipv4();
    private final Udp udp = new Udp();
    private final long[] starts = new long[BURST];
    private VirtualPorts ports;
    private MbufBurst burst;

    /** Starts EAL, and compares the ways to read: all have to find the same. */
    @Setup(Level.Trial)
    public void open() {
        ports = VirtualPorts.open("net_ring", 1, 1, POOL_SIZE, BURST);
        ports.fill(1, BURST);
        burst = ports.receive();
        for (int i = 0; i < BURST; i++) {
            starts[i] = burst.get(i).dataAddress();
        }
        long expected = unchecked();
        if (burst.size() != BURST || checked() != expected || views() != expected) {
            throw new IllegalStateException("the ways to read a packet differ in what they read");
        }
        if (checkedWord() != uncheckedWord()) {
            throw new IllegalStateException("the ways to read a word differ in what they read");
        }
    }

    /** Cleans up EAL. */
    @TearDown(Level.Trial)
    public void close() {
        ports.send();
        ports.close();
    }

    /** One word of each packet by its address. */
    @Benchmark
    public long uncheckedWord() {
        long sum = 0;
        for (int i = 0; i < BURST; i++) {
            sum += NativeMemory.getLongBigEndian(starts[i], 0);
        }
        return sum;
    }

    /** One word of each packet. */
    @Benchmark
    public long checkedWord() {
        long sum = 0;
        for (int i = 0; i < BURST; i++) {
            sum += burst.get(i).getLong(0);
        }
        return sum;
    }

    /** Four fields of three headers by their addresses. */
    @Benchmark
    public long unchecked() {
        long sum = 0;
        for (int i = 0; i < BURST; i++) {
            long start = starts[i];
            sum += NativeMemory.getIntBigEndian(start, SOURCE);
            sum += NativeMemory.getIntBigEndian(start, DESTINATION);
            sum += NativeMemory.getUnsignedShortBigEndian(start, PORTS);
            sum += NativeMemory.getUnsignedShortBigEndian(start, PORTS + Short.BYTES);
        }
        return sum;
    }

    /** The same fields by checked access to the packet. */
    @Benchmark
    public long checked() {
        long sum = 0;
        for (int i = 0; i < BURST; i++) {
            Mbuf packet = burst.get(i);
            sum += packet.getInt(SOURCE);
            sum += packet.getInt(DESTINATION);
            sum += packet.getShort(PORTS) & 0xffff;
            sum += packet.getShort(PORTS + Short.BYTES) & 0xffff;
        }
        return sum;
    }

    /**
     * The same fields by views, which also make sure that the headers are what they are read as.
     */
    @Benchmark
    public long views() {
        long sum = 0;
        for (int i = 0; i < BURST; i++) {
            if (ethernet.wrap(burst, i, 0) && ip.wrap(ethernet) && udp.wrap(ip)) {
                sum += ip.source();
                sum += ip.destination();
                sum += udp.sourcePort();
                sum += udp.destinationPort();
            }
        }
        return sum;
    }
}
