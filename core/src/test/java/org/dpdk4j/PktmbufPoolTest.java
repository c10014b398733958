// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.dpdk4j.bindings.memory.NativeMemory;
import org.dpdk4j.testing.Forked;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets which buffers. */
@RequiresDpdk
class PktmbufPoolTest {
    private static final int SIZE = 1023;
    private static final int CACHE = 64;

    @Test
    void shouldServeAWorkerFromItsLcoresCache() {
        Forked.java(OnWorker.class).run().requireSuccess();
    }

    @Test
    void shouldKeepNoMoreInACacheThanItsLimit() {
        Forked.java(Limits.class).run().requireSuccess();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldGiveBackWhatIsNoPlainPacket(boolean debug) {
        Forked.java(OddPackets.class).option("-Ddpdk4j.debug=" + debug).run().requireSuccess();
    }

    @Test
    void shouldAllocatePacketsOfALength() {
        Forked.java(Lengths.class).run().requireSuccess();
    }

    @Test
    void shouldLoseNoBufferWhateverIsTakenAndFreed() {
        Forked.java(AtRandom.class).run().requireSuccess();
    }

    static final class OnWorker {
        public static void main(String[] args) {
            try (Eal eal = startOnLaterLcore();
                    PktmbufPool pool = pool(eal, "cached", CACHE);
                    PktmbufPool bare = pool(eal, "bare", 0)) {
                try (Worker worker = eal.worker(eal.mainLcore(), OnWorker.once(pool, bare))) {
                    worker.awaitStop();
                }
                assertThat(pool.inUse()).isZero();
                assertThat(bare.inUse()).isZero();
            }
        }

        private static WorkerBody once(PktmbufPool pool, PktmbufPool bare) {
            return context -> {
                MbufBurst burst = context.burst(32);
                // Whatever lies in the cache, each mbuf is one of its own, and what was freed last
                // is taken first.
                assertThat(pool.alloc(burst, 32)).isEqualTo(32);
                List<Long> first = addresses(burst);
                assertThat(first).doesNotHaveDuplicates();
                burst.freeRemaining();
                assertThat(pool.alloc(burst, 32)).isEqualTo(32);
                assertThat(addresses(burst)).containsExactlyInAnyOrderElementsOf(first);
                // DPDK means the same cache, where it frees and where it allocates.
                for (int i = 0; i < burst.size(); i++) {
                    burst.free(i);
                }
                assertThat(pool.alloc(burst, 32, 60)).isEqualTo(32);
                assertThat(addresses(burst)).containsExactlyInAnyOrderElementsOf(first);
                MbufBurst copies = context.burst(1);
                long original = burst.address(0);
                assertThat(burst.moveTo(0, copies)).isTrue();
                burst.freeRemaining();
                assertThat(copies.copyTo(0, pool, burst)).isTrue();
                assertThat(first).contains(burst.address(0)).contains(original);
                copies.freeRemaining();
                // Somebody else's thread has no part in the cache.
                burst.freeRemaining();
                try (MbufBurst elsewhere = MbufBurst.allocate(32)) {
                    assertThat(pool.alloc(elsewhere, 32)).isEqualTo(32);
                    assertThat(addresses(elsewhere)).doesNotContainAnyElementsOf(first);
                }
                assertThat(bare.alloc(burst, 32)).as("without a cache").isEqualTo(32);
                burst.freeRemaining();
                context.stop();
                return () -> 0;
            };
        }
    }

    /** Also where a pool with larger ones was before. */
    static final class Limits {
        private static final int BURST = 200;

        public static void main(String[] args) {
            try (Eal eal = startOnLaterLcore()) {
                for (int cache : new int[] {256, CACHE, 0}) {
                    PktmbufPool pool = pool(eal, "pool", cache);
                    onWorker(
                            eal,
                            context ->
                                    takeAndFree(pool, context.burst(BURST), context.burst(BURST)));
                    int limit = cache + cache / 2;
                    try (MbufBurst burst = MbufBurst.allocate(SIZE)) {
                        assertThat(pool.alloc(burst, SIZE - limit)).isEqualTo(SIZE - limit);
                        assertThat(pool.alloc(burst, limit)).as("some are in the cache").isZero();
                    }
                    pool.close();
                }
            }
        }

        /** Frees so many and so many, so that the limit is met and passed. */
        private static void takeAndFree(PktmbufPool pool, MbufBurst some, MbufBurst more) {
            for (int count = BURST; count > 0; count--) {
                assertThat(pool.alloc(some, BURST)).isEqualTo(BURST);
                assertThat(pool.alloc(more, count)).isEqualTo(count);
                some.freeRemaining();
                more.freeRemaining();
                assertThat(pool.inUse()).isZero();
            }
        }
    }

    /** Freed on a worker, where plain packets go to the lcore's cache at once. */
    static final class OddPackets {
        public static void main(String[] args) {
            try (Eal eal = startOnLaterLcore();
                    PktmbufPool pool = pool(eal, "cached", CACHE);
                    PktmbufPool other = pool(eal, "other", CACHE)) {
                PktmbufPool closed = pool(eal, "short", CACHE);
                onWorker(
                        eal,
                        context -> {
                            freesSharedData(pool, context.burst(32), context.burst(32));
                            freesChains(pool, context.burst(32));
                            freesHolesAndStrangers(pool, other, context.burst(32));
                            freesPacketsOfAClosedPool(pool, closed, context.burst(32));
                        });
                assertThat(pool.inUse()).isZero();
                assertThat(other.inUse()).isZero();
            }
        }

        /** Data of a packet goes back with the last that shares it. */
        private static void freesSharedData(PktmbufPool pool, MbufBurst burst, MbufBurst clones) {
            assertThat(pool.alloc(burst, 8, 60)).isEqualTo(8);
            assertThat(burst.cloneTo(3, pool, clones)).isTrue();
            assertThat(burst.cloneTo(5, pool, clones)).isTrue();
            clones.get(0).offloadFlags(MbufFlags.TX_IPV4 | MbufFlags.TX_IP_CKSUM);
            clones.get(1).offloadFlags(0);
            burst.freeRemaining();
            assertThat(pool.inUse()).as("two clones and their data").isEqualTo(4);
            assertThat(pool.alloc(clones, 1)).isEqualTo(1);
            clones.freeRemaining();
            assertThat(pool.inUse()).isZero();
            assertPlain(pool, burst);
        }

        private static void freesChains(PktmbufPool pool, MbufBurst burst) {
            assertThat(pool.alloc(burst, 8, 60)).isEqualTo(8);
            assertThat(burst.chain(2, 6)).isTrue();
            assertThat(burst.chain(2, 4)).isTrue();
            burst.freeRemaining();
            assertThat(pool.inUse()).isZero();
            assertPlain(pool, burst);
        }

        private static void freesHolesAndStrangers(
                PktmbufPool pool, PktmbufPool other, MbufBurst burst) {
            for (int hole : new int[] {0, 3, 7}) {
                assertThat(pool.alloc(burst, 4)).isEqualTo(4);
                assertThat(other.alloc(burst, 4)).isEqualTo(4);
                burst.free(hole);
                burst.freeRemaining();
                assertThat(pool.inUse()).isZero();
                assertThat(other.inUse()).isZero();
            }
            assertThat(pool.alloc(burst, 32)).isEqualTo(32);
            assertThat(addresses(burst)).doesNotHaveDuplicates();
            burst.freeRemaining();
        }

        /** Its memory stays, and what comes back to it is seen in no other pool. */
        private static void freesPacketsOfAClosedPool(
                PktmbufPool pool, PktmbufPool closed, MbufBurst burst) {
            assertThat(closed.alloc(burst, 4)).isEqualTo(4);
            List<Long> theirs = addresses(burst);
            closed.close();
            assertThat(LcoreCaches.give(burst.lcore(), burst.packedAddress(), 4)).isZero();
            burst.freeRemaining();
            assertThat(pool.alloc(burst, 32)).isEqualTo(32);
            assertThat(addresses(burst)).doesNotContainAnyElementsOf(theirs);
            burst.freeRemaining();
        }

        /** Nothing is left of what the buffers were. */
        private static void assertPlain(PktmbufPool pool, MbufBurst burst) {
            assertThat(pool.alloc(burst, 32)).isEqualTo(32);
            assertThat(addresses(burst)).doesNotHaveDuplicates();
            for (int i = 0; i < burst.size(); i++) {
                assertThat(burst.get(i).segments()).isEqualTo(1);
                assertThat(burst.get(i).packetLength()).isZero();
                assertThat(burst.get(i).append(100)).isZero();
            }
            burst.freeRemaining();
            assertThat(pool.inUse()).isZero();
        }
    }

    static final class Lengths {
        private static final int ROOM = 2048;
        private static final int HEADROOM = 128;

        /** {@code MBUF_PORT_INVALID}. */
        private static final int NO_PORT = 0xffff;

        public static void main(String[] args) {
            try (Eal eal = startOnLaterLcore();
                    PktmbufPool pool = pool(eal, "cached", CACHE)) {
                // On a worker, which gets what it has just freed.
                onWorker(eal, context -> allocates(pool, context.burst(32)));
                assertThat(pool.inUse()).isZero();
            }
        }

        private static void allocates(PktmbufPool pool, MbufBurst burst) {
            for (int length : new int[] {0, 60, 1514, ROOM}) {
                assertThat(pool.alloc(burst, 4, length)).isEqualTo(4);
                for (int i = 0; i < burst.size(); i++) {
                    Mbuf packet = burst.get(i);
                    assertThat(packet.length()).isEqualTo(length);
                    assertThat(packet.packetLength()).isEqualTo(length);
                    assertThat(packet.tailroom()).isEqualTo(ROOM - length);
                    assertReset(packet);
                    use(packet);
                }
                burst.freeRemaining();
            }
            for (int length : new int[] {-1, ROOM + 1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                assertThatThrownBy(() -> pool.alloc(burst, 1, length))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("lengthBytes=%d, not 0 to 2048 in pool cached", length);
            }
            assertThat(burst.size()).isZero();
        }

        private static void use(Mbuf packet) {
            packet.offloadFlags(MbufFlags.TX_VLAN | MbufFlags.TX_IP_CKSUM);
            packet.txOffload(14, 20, 8, 0);
            packet.vlanTci(7);
            NativeMemory.putShort(packet.address(), MbufLayout.VLAN_TCI_OUTER, (short) 9);
            NativeMemory.putInt(packet.address(), MbufLayout.PACKET_TYPE, 0x11);
            NativeMemory.putShort(packet.address(), MbufLayout.PORT, (short) 3);
            packet.prepend(4);
        }

        private static void assertReset(Mbuf packet) {
            assertThat(packet.offloadFlags()).isZero();
            assertThat(packet.vlanTci()).isZero();
            assertThat(packet.packetType()).isZero();
            assertThat(packet.port()).isEqualTo(NO_PORT);
            assertThat(packet.headroom()).isEqualTo(HEADROOM);
            assertThat(NativeMemory.getUnsignedShort(packet.address(), MbufLayout.VLAN_TCI_OUTER))
                    .isZero();
            assertThat(NativeMemory.getLong(packet.address(), MbufLayout.TX_OFFLOAD)).isZero();
        }
    }

    static final class AtRandom {
        private static final int ROUNDS = 20_000;

        public static void main(String[] args) {
            try (Eal eal = startOnLaterLcore();
                    PktmbufPool pool = pool(eal, "cached", CACHE)) {
                onWorker(eal, context -> takeAndFree(pool, context.burst(2 * SIZE)));
                assertThat(pool.inUse()).isZero();
            }
        }

        private static void takeAndFree(PktmbufPool pool, MbufBurst burst) {
            Random random = new Random(1);
            int refused = 0;
            for (int round = 0; round < ROUNDS; round++) {
                int before = burst.size();
                int wanted = 1 + random.nextInt(200);
                int got = pool.alloc(burst, wanted);
                assertThat(got).isEqualTo(before + wanted <= SIZE ? wanted : 0);
                refused += got == 0 ? 1 : 0;
                assertThat(pool.inUse()).isEqualTo(before + got);
                assertThat(addresses(burst)).doesNotHaveDuplicates();
                if (random.nextInt(64) == 0) {
                    burst.freeRemaining();
                } else {
                    for (int i = random.nextInt(8); i < burst.size(); i += 1 + random.nextInt(24)) {
                        burst.free(i);
                    }
                    burst.room();
                }
            }
            assertThat(refused).as("a pool that is nearly empty was met").isPositive();
        }
    }

    private static void onWorker(Eal eal, Consumer<WorkerContext> work) {
        WorkerBody once =
                context -> {
                    work.accept(context);
                    context.stop();
                    return () -> 0;
                };
        try (Worker worker = eal.worker(eal.mainLcore(), once)) {
            worker.awaitStop();
        }
    }

    /** The lcore's number counts where its cache is looked for. */
    private static Eal startOnLaterLcore() {
        return Eal.builder().detect().lcores("5@0").start();
    }

    private static PktmbufPool pool(Eal eal, String name, int cache) {
        return eal.pktmbufPool(name).size(SIZE).cacheSize(cache).create();
    }

    private static List<Long> addresses(MbufBurst burst) {
        List<Long> addresses = new ArrayList<>();
        for (int i = 0; i < burst.size(); i++) {
            addresses.add(burst.address(i));
        }
        return addresses;
    }
}
