// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.dpdk4j.bindings.Dpdk;
import org.dpdk4j.bindings.rte.Rte;
import org.dpdk4j.testing.Forked;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.Test;

/** Pools, devices, queues and workers on devices that need no hardware. */
@RequiresDpdk
class EthDevTest {
    private static Eal start(String... vdevs) {
        EalBuilder builder = Eal.builder().detect();
        for (String vdev : vdevs) {
            builder.vdev(vdev);
        }
        return builder.start();
    }

    private static EthDev started(Eal eal, String name, PktmbufPool pool) {
        EthDev device = eal.ethDev(name);
        device.configure(EthConf.builder().build());
        device.setupRx(0, 512, pool);
        device.setupTx(0, 512);
        device.start();
        return device;
    }

    @Test
    void shouldControlADevice() {
        Forked.java(Controls.class).run().requireSuccess();
    }

    @SuppressWarnings("try") // closes by hand to see what a second close does
    static final class Controls {
        public static void main(String[] args) {
            try (Eal eal = start("net_null0,size=99", "net_ring0");
                    PktmbufPool pool = eal.pktmbufPool("rx").size(2047).create()) {
                EthDev device = eal.ethDev("net_null0");
                assertThat(device.info().driverName()).isEqualTo("net_null");
                assertThat(device.info().maxRxQueues()).isBetween(1, 1024);
                assertThat(device.started()).isFalse();
                assertThatThrownBy(() -> device.claimRx(0)).hasMessageContaining("not started");
                assertThatThrownBy(() -> device.configure(EthConf.builder().rxQueues(5000).build()))
                        .isInstanceOf(DpdkException.class)
                        .hasMessageContaining("rxQueues=5000");
                assertThatThrownBy(() ->
                                device.configure(
                                        EthConf.builder()
                                                .rxOffloads(EthOffload.RX_IPV4_CKSUM)
                                                .build()))
                        .isInstanceOf(DpdkException.class)
                        .hasMessageContaining("rte_eth_dev_configure(port=net_null0")
                        .hasMessageContaining("Invalid argument");
                assertThatThrownBy(() ->
                                device.configure(EthConf.builder().rxQueues(0).txQueues(0).build()))
                        .isInstanceOf(DpdkException.class);
                device.configure(EthConf.builder().rxQueues(2).txQueues(2).build());
                assertThatThrownBy(device::start)
                        .isInstanceOf(DpdkException.class)
                        .hasMessageContaining("receive queue 0 was not set up");
                assertThatThrownBy(() -> device.setupRx(2, 512, pool))
                        .isInstanceOf(DpdkException.class)
                        .hasMessageContaining("queue=2");
                assertThatThrownBy(() -> device.setupTx(-1, 512)).isInstanceOf(DpdkException.class);
                assertThatThrownBy(() -> device.setupRx(0, 70_000, pool))
                        .isInstanceOf(DpdkException.class)
                        .hasMessageContaining("descriptors=70000");
                PktmbufPool other = eal.pktmbufPool("other").size(63).create();
                assertThatThrownBy(() -> device.setupRx(5000, 512, other))
                        .isInstanceOf(DpdkException.class);
                other.close();
                for (int queue = 0; queue < 2; queue++) {
                    device.setupRx(queue, 512, pool);
                }
                assertThatThrownBy(() -> device.setupRx(2, 512, pool))
                        .as("must not make the device forget that it uses the pool")
                        .isInstanceOf(DpdkException.class);
                assertThatThrownBy(pool::close).isInstanceOf(IllegalStateException.class);
                device.setupTx(0, 512);
                assertThatThrownBy(device::start)
                        .hasMessageContaining("transmit queue 1 was not set up");
                device.setupTx(1, 512);
                assertThatThrownBy(() -> device.claimRx(0)).hasMessageContaining("not started");
                device.start();
                assertThat(device.started()).isTrue();
                try (RxQueue rx = device.claimRx(1);
                        TxQueue tx = device.claimTx(1);
                        MbufBurst burst = MbufBurst.allocate(32)) {
                    assertThat(rx.receive(burst)).isEqualTo(32);
                    assertThat(burst.get(0).length()).isEqualTo(99);
                    assertThat(burst.get(31).packetLength()).isEqualTo(99);
                    assertThat(rx.receive(burst)).as("into a full burst").isZero();
                    assertThat(tx.send(burst)).isEqualTo(32);
                    assertThat(burst.size()).isZero();
                    assertThat(tx.send(burst)).as("of an empty burst").isZero();
                }
                assertThat(device.stats().ipackets()).isEqualTo(32);
                assertThat(device.stats().opackets()).isEqualTo(32);
                assertThat(device.xstats())
                        .containsEntry("rx_good_packets", 32L)
                        .containsEntry("rx_q1_packets", 32L)
                        .containsEntry("rx_q0_packets", 0L);
                device.resetStats();
                assertThat(device.stats().ipackets()).isZero();
                assertThat(device.link().up()).isTrue();
                assertThat(device.link().speedMbps()).isEqualTo(10_000);
                device.macAddress(MacAddress.parse("02:00:00:00:00:07"));
                assertThat(device.macAddress()).hasToString("02:00:00:00:00:07");
                assertThatThrownBy(() -> device.macAddress(MacAddress.BROADCAST))
                        .isInstanceOf(DpdkException.class)
                        .hasMessageContaining("ff:ff:ff:ff:ff:ff");
                assertThat(device.mtu()).isEqualTo(1500);
                assertThatThrownBy(() -> device.link(false))
                        .isInstanceOf(DpdkException.class)
                        .hasMessageContaining("rte_eth_dev_set_link_down(port=net_null0)");
                assertThatThrownBy(() -> device.mtu(100_000))
                        .isInstanceOf(DpdkException.class)
                        .hasMessageContaining("mtu=100000");
                device.stop();
                device.stop();
                device.start();
                assertThatThrownBy(pool::close)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("net_null0");
                device.close();
                device.close();
                assertThatThrownBy(device::stats).isInstanceOf(IllegalStateException.class);
                assertThat(eal.ethDevs()).extracting(EthDev::name).containsExactly("net_ring0");
            }
        }
    }

    @Test
    void shouldGiveAQueueToOneUserOnly() {
        Forked.java(Claims.class).run().requireSuccess();
    }

    @SuppressWarnings("try") // closes by hand to see what a second close does
    static final class Claims {
        public static void main(String[] args) {
            try (Eal eal = start("net_null0");
                    PktmbufPool pool = eal.pktmbufPool("rx").size(2047).create();
                    EthDev device = started(eal, "net_null0", pool)) {
                RxQueue rx = device.claimRx(0);
                assertThatThrownBy(() -> device.claimRx(0))
                        .isInstanceOf(DpdkException.class)
                        .hasMessageContaining("port=net_null0, queue=0")
                        .hasMessageContaining("claimed already");
                assertThatThrownBy(device::stop).hasMessageContaining("stop its user first");
                assertThatThrownBy(device::close).hasMessageContaining("stop its user first");
                // What a claim polls must not be made anew, whatever the driver allows.
                assertThatThrownBy(() -> device.setupRx(0, 64, pool))
                        .hasMessageContaining("stop its user first");
                assertThatThrownBy(() -> device.setupTx(0, 64))
                        .hasMessageContaining("stop its user first");
                try (Worker second =
                        eal.worker(
                                eal.mainLcore(),
                                context -> {
                                    context.claimRx(device, 0);
                                    return () -> 0;
                                })) {
                    assertThatThrownBy(second::awaitStop)
                            .isInstanceOf(WorkerException.class)
                            .hasMessageContaining("claimed already");
                } catch (WorkerException e) {
                    // Closing says so once more.
                    assertThat(e).hasMessageContaining("claimed already");
                }
                rx.close();
                rx.close();
                RxQueue again = device.claimRx(0);
                rx.close();
                assertThatThrownBy(() -> device.claimRx(0))
                        .as("a late close must not free the next claim")
                        .hasMessageContaining("claimed already");
                again.close();
            }
        }
    }

    @Test
    void shouldRunWorkersOnEveryLcore() {
        Forked.Result result = Forked.java(Works.class).run().requireSuccess();
        assertThat(result.err())
                .as("also where nobody asks")
                .containsPattern("the worker on lcore \\d+ has ended .*on purpose");
    }

    @SuppressWarnings("try") // closes by hand to see what a second close does
    static final class Works {
        public static void main(String[] args) throws Exception {
            try (Eal eal = start("net_null0");
                    PktmbufPool pool = eal.pktmbufPool("rx").size(2047).create();
                    EthDev device = started(eal, "net_null0", pool)) {
                for (int lcore : eal.lcores()) {
                    forwards(eal, device, lcore);
                    forwards(eal, device, lcore);
                    reportsWhatItThrows(eal, lcore);
                    endsByItself(eal, lcore);
                    refusesToWaitForItself(eal, lcore);
                }
                assertThatThrownBy(() -> eal.worker(99, context -> () -> 0))
                        .isInstanceOf(DpdkException.class)
                        .hasMessageContaining("no such lcore");
                try (Worker worker = eal.worker(eal.mainLcore(), context -> () -> 0)) {
                    assertThat(worker.awaitStop(Duration.ofMillis(1))).isFalse();
                    assertThatThrownBy(() -> eal.worker(eal.mainLcore(), context -> () -> 0))
                            .isInstanceOf(DpdkException.class)
                            .hasMessageContaining("runs a worker");
                }
                assertThat(pool.inUse()).isZero();
                Worker left =
                        eal.worker(
                                eal.mainLcore(),
                                context -> {
                                    context.claimRx(device, 0);
                                    return () -> 0;
                                });
                eal.close();
                assertThat(left.running()).as("closing EAL ends its workers").isFalse();
            }
        }

        private static void forwards(Eal eal, EthDev device, int lcore) {
            AtomicInteger steps = new AtomicInteger();
            AtomicReference<String> thread = new AtomicReference<>();
            try (Worker worker =
                    eal.worker(
                            lcore,
                            context -> {
                                RxQueue rx = context.claimRx(device, 0);
                                TxQueue tx = context.claimTx(device, 0);
                                MbufBurst burst = context.burst(32);
                                MbufBurst kept = context.burst(32);
                                assertThat(context.lcore()).isEqualTo(lcore);
                                thread.set(Thread.currentThread().getName());
                                rx.receive(kept);
                                return () -> {
                                    int count = rx.receive(burst);
                                    tx.send(burst);
                                    burst.freeRemaining();
                                    if (steps.incrementAndGet() == 1000) {
                                        context.stop();
                                    }
                                    return count;
                                };
                            })) {
                worker.awaitStop();
                assertThat(worker.running()).isFalse();
            }
            assertThat(steps).hasValue(1000);
            assertThat(thread.get()).contains("lcore");
        }

        private static void reportsWhatItThrows(Eal eal, int lcore) {
            Worker worker =
                    eal.worker(
                            lcore,
                            context ->
                                    () -> {
                                        throw new AssertionError("on purpose");
                                    });
            assertThatThrownBy(worker::awaitStop)
                    .isInstanceOf(WorkerException.class)
                    .hasMessageContaining("lcore " + lcore)
                    .hasRootCauseMessage("on purpose");
            assertThatThrownBy(worker::close).isInstanceOf(WorkerException.class);
        }

        private static void refusesToWaitForItself(Eal eal, int lcore) {
            Worker worker =
                    eal.worker(
                            lcore,
                            context ->
                                    () -> {
                                        eal.close();
                                        return 0;
                                    });
            assertThatThrownBy(worker::awaitStop)
                    .hasRootCauseInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("can't wait for itself");
            assertThatThrownBy(worker::close).isInstanceOf(WorkerException.class);
        }

        private static void endsByItself(Eal eal, int lcore) {
            IdleStrategy idle = IdleStrategy.sleeping(3, 1_000);
            try (Worker worker =
                    eal.worker(
                            lcore,
                            idle,
                            context -> {
                                context.stop();
                                return () -> 0;
                            })) {
                assertThat(worker.awaitStop(Duration.ofSeconds(10))).isTrue();
            }
        }
    }

    @Test
    void shouldRefusePoolsThatCanNotBe() {
        Forked.java(Pools.class).run().requireSuccess();
    }

    @SuppressWarnings("try") // closes by hand to see what a second close does
    static final class Pools {
        public static void main(String[] args) {
            AtomicInteger rounds = new AtomicInteger();
            try (Eal eal = start("net_ring0");
                    PktmbufPool pool = eal.pktmbufPool("rx").size(63).create();
                    MbufBurst burst = MbufBurst.allocate(64)) {
                assertThatThrownBy(() -> eal.pktmbufPool("rx").create())
                        .isInstanceOf(DpdkException.class)
                        .hasMessageContaining("name=rx")
                        .hasMessageContaining("File exists");
                assertThatThrownBy(() -> eal.pktmbufPool("huge").size(1 << 28).create())
                        .isInstanceOf(DpdkException.class)
                        .hasMessageContaining("rte_pktmbuf_pool_create(name=huge, size=268435456")
                        .hasMessageContaining("the buffers take 606209 MiB, and ");
                assertThatThrownBy(() -> eal.pktmbufPool("none").size(0).create())
                        .isInstanceOf(DpdkException.class);
                assertThatThrownBy(() -> eal.pktmbufPool("room").dataRoomSize(70_000).create())
                        .isInstanceOf(DpdkException.class);
                assertThatThrownBy(() -> eal.pktmbufPool("x".repeat(99)).create())
                        .isInstanceOf(DpdkException.class);
                assertThat(pool.alloc(burst, 64)).as("more than it has").isZero();
                assertThat(pool.alloc(burst, 65)).as("more than the burst holds").isZero();
                assertThat(pool.alloc(burst, 60)).isEqualTo(60);
                assertThat(pool.alloc(burst, 4)).as("more than it has left").isZero();
                assertThat(pool.inUse()).isEqualTo(60);
                burst.freeRemaining();
                assertThat(pool.inUse()).isZero();
                assertThat(pool.available()).isEqualTo(63);

                try (PktmbufPool small = eal.pktmbufPool("small").size(256).create();
                        Worker worker =
                                eal.worker(
                                        eal.mainLcore(),
                                        context -> {
                                            MbufBurst mine = context.burst(32);
                                            return () -> {
                                                assertThat(small.alloc(mine, 32)).isEqualTo(32);
                                                mine.freeRemaining();
                                                if (rounds.incrementAndGet() == 1000) {
                                                    context.stop();
                                                }
                                                return 32;
                                            };
                                        })) {
                    worker.awaitStop();
                }

                // A device that needs more buffers than there are takes what it gets.
                EthDev device = started(eal, "net_ring0", pool);
                try (RxQueue rx = device.claimRx(0);
                        TxQueue tx = device.claimTx(0)) {
                    assertThat(pool.alloc(burst, 60)).isEqualTo(60);
                    assertThat(tx.send(burst)).isEqualTo(60);
                    assertThat(rx.receive(burst)).isEqualTo(60);
                    burst.freeRemaining();
                }
                device.close();
                pool.close();
                pool.close();
                assertThat(pool.alloc(burst, 1)).as("from a closed pool").isZero();
                assertThat(pool.available()).isZero();
            }
        }
    }

    @Test
    void shouldFindThatTwoThreadsUseAQueueInDebugMode() {
        Forked.java(SharesAQueue.class).option("-Ddpdk4j.debug=true").run().requireSuccess();
    }

    static final class SharesAQueue {
        public static void main(String[] args) throws InterruptedException {
            try (Eal eal = start("net_ring0");
                    PktmbufPool pool = eal.pktmbufPool("rx").size(63).create();
                    EthDev device = started(eal, "net_ring0", pool);
                    RxQueue rx = device.claimRx(0)) {
                AtomicReference<String> refusal = new AtomicReference<>();
                Runnable poll =
                        () -> {
                            try (MbufBurst burst = MbufBurst.allocate(8)) {
                                while (refusal.get() == null) {
                                    assertThat(rx.receive(burst)).isZero();
                                }
                            } catch (IllegalStateException e) {
                                refusal.set(e.getMessage());
                            }
                        };
                Thread other = new Thread(poll, "the other poller");
                other.start();
                poll.run();
                other.join();
                assertThat(refusal.get())
                        .startsWith("queue 0 of port 0: ")
                        .contains("the other poller", "main", "one thread at a time");
            }
        }
    }

    @Test
    void shouldReturnWhatTheDeviceDoesNotTake() {
        Forked.java(PartialSends.class).run().requireSuccess();
    }

    static final class PartialSends {
        public static void main(String[] args) {
            try (Eal eal = start("net_ring0");
                    PktmbufPool pool = eal.pktmbufPool("rx").size(4095).create();
                    EthDev device = started(eal, "net_ring0", pool);
                    RxQueue rx = device.claimRx(0);
                    TxQueue tx = device.claimTx(0);
                    MbufBurst burst = MbufBurst.allocate(2000)) {
                // net_ring's rings hold 1023 packets.
                MbufBurstTest.numbered(pool, burst, 2000);
                assertThat(tx.send(burst)).isEqualTo(1023);
                assertThat(burst.size()).isEqualTo(977);
                for (int i = 0; i < burst.size(); i++) {
                    assertThat(burst.get(i).getInt(0)).isEqualTo(1023 + i);
                }
                assertThatThrownBy(() -> burst.get(977))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThat(tx.send(burst)).isZero();
                assertThat(burst.get(976).getInt(0)).isEqualTo(1999);
                burst.free(1);
                burst.free(1);
                assertThatThrownBy(() -> burst.get(1)).isInstanceOf(IllegalStateException.class);
                try (MbufBurst other = MbufBurst.allocate(1)) {
                    assertThat(burst.moveTo(0, other)).isTrue();
                    assertThat(burst.moveTo(2, other)).as("to a full burst").isFalse();
                    assertThat(other.get(0).getInt(0)).isEqualTo(1023);
                    assertThatThrownBy(() -> burst.moveTo(0, other))
                            .isInstanceOf(IllegalStateException.class);
                }
                try (MbufBurst received = MbufBurst.allocate(32)) {
                    int next = 0;
                    while (rx.receive(received) > 0) {
                        for (int i = 0; i < received.size(); i++) {
                            assertThat(received.get(i).getInt(0)).isEqualTo(next++);
                        }
                        received.freeRemaining();
                    }
                    assertThat(next).isEqualTo(1023);
                    assertThat(tx.send(burst)).as("holes are not sent").isEqualTo(975);
                    assertThat(rx.receive(received)).isEqualTo(32);
                    assertThat(received.get(0).getInt(0)).isEqualTo(1025);
                    received.freeRemaining();
                    while (rx.receive(received) > 0) {
                        received.freeRemaining();
                    }
                }
                assertThat(pool.inUse()).isZero();
                fewerThanAreLeft(pool, rx, tx, burst);
                assertThat(pool.inUse()).isZero();
            }
        }

        /** What is left moves to the front, over places that it comes from. */
        private static void fewerThanAreLeft(
                PktmbufPool pool, RxQueue rx, TxQueue tx, MbufBurst burst) {
            try (MbufBurst received = MbufBurst.allocate(1023)) {
                assertThat(pool.alloc(burst, 923)).isEqualTo(923);
                assertThat(tx.send(burst)).isEqualTo(923);
                MbufBurstTest.numbered(pool, burst, 2000);
                assertThat(tx.send(burst)).isEqualTo(100);
                assertThat(burst.size()).isEqualTo(1900);
                for (int i = 0; i < burst.size(); i++) {
                    assertThat(burst.get(i).getInt(0)).isEqualTo(100 + i);
                }
                assertThat(pool.alloc(burst, 101)).as("more than there is room for").isZero();
                assertThat(pool.alloc(burst, 100)).isEqualTo(100);
                assertThat(burst.get(1899).getInt(0)).isEqualTo(1999);
                burst.freeRemaining();
                assertThat(rx.receive(received)).isEqualTo(1023);
            }
        }
    }

    @Test
    void shouldSendWhatACallbackLeaves() {
        Forked.java(DroppingCallback.class).run().requireSuccess();
    }

    static final class DroppingCallback {
        public static void main(String[] args) throws Throwable {
            try (Arena arena = Arena.ofConfined();
                    Eal eal = start("net_ring0");
                    PktmbufPool pool = eal.pktmbufPool("rx").size(4095).create();
                    EthDev device = started(eal, "net_ring0", pool);
                    RxQueue rx = device.claimRx(0);
                    TxQueue tx = device.claimTx(0);
                    MbufBurst burst = MbufBurst.allocate(2000)) {
                addCallback(arena, device);
                MbufBurstTest.numbered(pool, burst, 4);
                assertThat(tx.send(burst)).isEqualTo(3);
                assertThat(burst.size()).isZero();
                assertThat(rx.receive(burst)).isEqualTo(3);
                assertThat(burst.get(0).getInt(0)).isEqualTo(1);
                burst.freeRemaining();
                MbufBurstTest.numbered(pool, burst, 1);
                assertThat(tx.send(burst)).as("all are dropped").isZero();
                assertThat(burst.size()).isZero();
                // The ring holds 1023 packets.
                MbufBurstTest.numbered(pool, burst, 2000);
                assertThat(tx.send(burst)).isEqualTo(1023);
                assertThat(burst.size()).isEqualTo(976);
                assertThat(burst.get(0).getInt(0)).isEqualTo(1024);
                assertThat(tx.send(burst)).as("to a full ring").isZero();
                assertThat(burst.size()).isEqualTo(975);
                assertThat(burst.get(974).getInt(0)).isEqualTo(1999);
                assertThatThrownBy(() -> burst.get(975))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                burst.freeRemaining();
                assertThat(rx.receive(burst)).isEqualTo(1023);
                burst.freeRemaining();
                assertThat(pool.inUse()).isZero();
            }
        }

        @SuppressWarnings("restricted")
        private static void addCallback(Arena arena, EthDev device) throws Throwable {
            FunctionDescriptor callback =
                    FunctionDescriptor.of(
                            JAVA_SHORT, JAVA_SHORT, JAVA_SHORT, ADDRESS, JAVA_SHORT, ADDRESS);
            MethodHandle dropFirst =
                    MethodHandles.lookup()
                            .findStatic(
                                    DroppingCallback.class, "dropFirst", callback.toMethodType());
            MethodHandle add =
                    Linker.nativeLinker()
                            .downcallHandle(
                                    MemorySegment.ofAddress(
                                            Dpdk.address("rte_eth_add_tx_callback")),
                                    FunctionDescriptor.of(
                                            ADDRESS, JAVA_SHORT, JAVA_SHORT, ADDRESS, ADDRESS));
            MemorySegment added =
                    (MemorySegment)
                            add.invokeExact(
                                    (short) device.portId(),
                                    (short) 0,
                                    Linker.nativeLinker().upcallStub(dropFirst, callback, arena),
                                    MemorySegment.NULL);
            assertThat(added.address()).isNotZero();
        }

        /** {@code rte_tx_callback_fn}. */
        @SuppressWarnings("restricted")
        static short dropFirst(
                short unusedPort,
                short unusedQueue,
                MemorySegment packets,
                short count,
                MemorySegment unusedParameter) {
            MemorySegment array = packets.reinterpret((long) count * Long.BYTES);
            Rte.rte_pktmbuf_free_bulk(array, 1);
            MemorySegment.copy(array, Long.BYTES, array, 0, array.byteSize() - Long.BYTES);
            return (short) (count - 1);
        }
    }
}
