// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.TimeUnit;
import org.dpdk4j.bindings.Dpdk;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one call of a C function costs that does next to nothing, {@code rte_lcore_count}: with the
 * JVM's thread-state transition (normal) and without it (critical), with its address bound to the
 * handle or given as an argument, as those of the drivers are.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@State(Scope.Thread)
@NullUnmarked // JMH sets the fields
public class CallBenchmark {
    private static final FunctionDescriptor FUNCTION = FunctionDescriptor.of(JAVA_INT);
    private static final MemorySegment COUNT =
            MemorySegment.ofAddress(Dpdk.address("rte_lcore_count"));

    private static final MethodHandle NORMAL = Handles.bound();
    private static final MethodHandle CRITICAL = Handles.bound(Linker.Option.critical(false));
    private static final MethodHandle NORMAL_UNBOUND = Handles.unbound();
    private static final MethodHandle CRITICAL_UNBOUND =
            Handles.unbound(Linker.Option.critical(false));

    private MemorySegment address;

    /** The address, from a field as those of the drivers come from a table. */
    @Setup
    public void open() throws Throwable {
        address = MemorySegment.ofAddress(COUNT.address());
        int expected = (int) NORMAL.invokeExact();
        if ((int) CRITICAL.invokeExact() != expected
                || (int) NORMAL_UNBOUND.invokeExact(address) != expected
                || (int) CRITICAL_UNBOUND.invokeExact(address) != expected) {
            throw new IllegalStateException("the calls differ in what they return");
        }
    }

    /** With transition. */
    @Benchmark
    public int normal() throws Throwable {
        return (int) NORMAL.invokeExact();
    }

    /** Without transition. */
    @Benchmark
    public int critical() throws Throwable {
        return (int) CRITICAL.invokeExact();
    }

    /** With transition, to an address. */
    @Benchmark
    public int normalToAddress() throws Throwable {
        return (int) NORMAL_UNBOUND.invokeExact(address);
    }

    /** Without transition, to an address. */
    @Benchmark
    public int criticalToAddress() throws Throwable {
        return (int) CRITICAL_UNBOUND.invokeExact(address);
    }

    private static final class Handles {
        @SuppressWarnings("restricted")
        static MethodHandle bound(Linker.Option... options) {
            return Linker.nativeLinker().downcallHandle(COUNT, FUNCTION, options);
        }

        @SuppressWarnings("restricted")
        static MethodHandle unbound(Linker.Option... options) {
            return Linker.nativeLinker().downcallHandle(FUNCTION, options);
        }
    }
}
