// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dpdk4j.testing.Forked;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.Test;

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
    void shouldLoseNoBufferWhateverIsTakenAndFreed() {
        Forked.java(AtRandom.class).run().requireSuccess();
    }

    static final class OnWorker {
        public static void main(String[] args) {
            try (Eal eal = Eal.builder().detect().start();
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

    static final class AtRandom {
        private static final int ROUNDS = 20_000;

        public static void main(String[] args) {
            try (Eal eal = Eal.builder().detect().start();
                    PktmbufPool pool = pool(eal, "cached", CACHE)) {
                try (Worker worker =
                        eal.worker(
                                eal.mainLcore(),
                                context -> {
                                    takeAndFree(pool, context.burst(2 * SIZE));
                                    context.stop();
                                    return () -> 0;
                                })) {
                    worker.awaitStop();
                }
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

    private static PktmbufPool pool(Eal eal, String name, int cache) {
        return eal.pktmbufPool(name).size(SIZE).cacheSize(cache).create();
    }

    private static List<Long> addresses(MbufBurst burst) {
        List<Long> addresses = new ArrayList<>();
        for (int i = 0; i < burst.size(); i++) {
            addresses.add(burst.get(i).address());
        }
        return addresses;
    }
}
