// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.dpdk4j.Eal;
import org.dpdk4j.EthConf;
import org.dpdk4j.EthDev;
import org.dpdk4j.PktmbufPool;
import org.dpdk4j.Worker;
import org.dpdk4j.benchmarks.forward.ForwardMode;
import org.dpdk4j.benchmarks.forward.ForwardStep;
import org.dpdk4j.benchmarks.forward.JavaForwarder;
import org.dpdk4j.bindings.memory.Struct;
import org.dpdk4j.bindings.rte.Rte;
import org.dpdk4j.testing.Forked;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing on the packet path allocates, once it is compiled. */
@RequiresDpdk
class AllocationTest {
    private static final int BURSTS = 300_000;

    /** Asking for the bytes may itself allocate, but not by the packet. */
    private static final long LIMIT_BYTES = 100_000;

    @ParameterizedTest
    @ValueSource(strings = {"net_ring", "net_null"})
    void shouldAllocateNothingForPackets(String driver) {
        Forked.java(OnAnyThread.class).args(driver).run().requireSuccess();
    }

    @Test
    void shouldAllocateNothingInWorker() {
        Forked.java(InWorker.class).run().requireSuccess();
    }

    @ParameterizedTest
    @ValueSource(strings = {"io", "macswap", "5tswap", "csum", "rxonly", "txonly", "l3fwd"})
    void shouldAllocateNothingWhereItForwards(String mode) {
        Forked.java(Forwarding.class).args(mode).run().requireSuccess();
    }

    @Test
    void shouldAllocateNothingForTwentyEightFields() {
        String function = FieldReader.class.getName();
        Forked.java(Forwarding.class).args(function).run().requireSuccess();
    }

    static final class OnAnyThread {
        public static void main(String[] args) {
            try (PacketPath path = PacketPath.open(args[0])) {
                path.fill();
                require("forward", path::forward);
                require("swapMacAddresses", path::swapMacAddresses);
                require("route", path::route);
                require("allocateAndFree", path::allocateAndFree);
            }
        }

        private static void require(String name, IntSupplier step) {
            long packets = run(step);
            assertThat(packets).as("handled by %s", name).isNotZero();
            long before = allocatedBytes();
            run(step);
            assertThat(allocatedBytes() - before)
                    .as("bytes allocated by %s for %d bursts", name, BURSTS)
                    .isLessThan(LIMIT_BYTES);
        }

        private static long run(IntSupplier step) {
            long sum = 0;
            for (int i = 0; i < BURSTS; i++) {
                sum += step.getAsInt();
            }
            return sum;
        }
    }

    static final class InWorker {
        /** Steps run so far, and bytes allocated in the second half of them. */
        private static int steps;

        private static long before;
        private static long allocated;

        public static void main(String[] args) {
            try (Eal eal = Eal.builder().detect().vdev("net_null0").start()) {
                PktmbufPool pool = eal.pktmbufPool("mbufs").create();
                EthDev device = eal.ethDev("net_null0");
                device.configure(EthConf.builder().build());
                device.setupRx(0, 1024, pool);
                device.setupTx(0, 1024);
                device.start();
                try (Worker worker =
                        eal.worker(
                                eal.lcores().getLast(),
                                context -> {
                                    var forward =
                                            ForwardStep.of(
                                                    ForwardMode.MACSWAP,
                                                    context.claimRx(device, 0),
                                                    context.claimTx(device, 0),
                                                    context.burst(32));
                                    return () -> {
                                        if (steps == BURSTS) {
                                            before = allocatedBytes();
                                        } else if (steps == 2 * BURSTS) {
                                            allocated = allocatedBytes() - before;
                                            context.stop();
                                        }
                                        steps++;
                                        return forward.run();
                                    };
                                })) {
                    worker.awaitStop();
                }
                assertThat(device.stats().opackets()).isGreaterThan(2L * BURSTS);
                assertThat(allocated).as("bytes allocated by the worker").isLessThan(LIMIT_BYTES);
            }
        }
    }

    /** The forwarder that the evaluation measures, over two rings that its own frames go round. */
    static final class Forwarding {
        private static final Duration WINDOW = Duration.ofMillis(500);

        /** It is compiled in the first few. */
        private static final int WINDOWS = 60;

        /** In a window, so that a few bytes for each burst are more than the limit. */
        private static final long PACKETS = 32 * LIMIT_BYTES;

        private static final Struct STATS = Struct.of("rte_eth_stats");

        public static void main(String[] args) throws Exception {
            boolean receivesOnly = args[0].equals("rxonly");
            String driver = receivesOnly || args[0].equals("txonly") ? "net_null" : "net_ring";
            List<String> line =
                    new ArrayList<>(List.of("--lcores", "0@0,1@0", "--no-shconf", "--no-huge"));
            line.addAll(List.of("-m", "192", "--no-telemetry", "--no-pci"));
            line.addAll(List.of("--vdev", driver + "0", "--vdev", driver + "1", "--"));
            String bursts = driver.equals("net_ring") ? "8" : "0";
            line.addAll(List.of(args[0], "32", bursts, "64", "4096"));
            Thread forwarder =
                    Thread.ofPlatform()
                            .unstarted(() -> JavaForwarder.main(line.toArray(String[]::new)));
            // It ends when its input does.
            try (PipedOutputStream input = new PipedOutputStream()) {
                System.setIn(new PipedInputStream(input));
                forwarder.start();
                requireNoGarbage(receivesOnly ? "ipackets" : "opackets");
            }
            forwarder.join();
        }

        private static void requireNoGarbage(String counter) throws InterruptedException {
            long allocated = 0;
            for (int i = 0; i < WINDOWS; i++) {
                long bytesBefore = lcoreBytes();
                if (bytesBefore == 0) {
                    Thread.sleep(WINDOW); // no lcore yet
                    continue;
                }
                long packetsBefore = packets(counter);
                Thread.sleep(WINDOW);
                allocated = lcoreBytes() - bytesBefore;
                boolean busy = packets(counter) - packetsBefore > PACKETS;
                if (busy && allocated < LIMIT_BYTES) {
                    return;
                }
            }
            throw new AssertionError("allocated in the last window: " + allocated);
        }

        private static long lcoreBytes() {
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            return Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().contains("lcore"))
                    .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.threadId()))
                    .sum();
        }

        private static long packets(String counter) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment stats = arena.allocate(STATS.byteSize(), Long.BYTES);
                return Rte.rte_eth_stats_get((short) 0, stats) == 0
                        ? stats.get(ValueLayout.JAVA_LONG, STATS.offset(counter))
                        : 0;
            }
        }
    }

    private static long allocatedBytes() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getThreadAllocatedBytes(Thread.currentThread().threadId());
    }
}
