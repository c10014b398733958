// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dpdk4j.bindings.Dpdk;
import org.dpdk4j.testing.Forked;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.Test;

/** Routes: kept by DPDK, found by Java. */
@RequiresDpdk
class LpmTest {
    private static final int NETWORK = 0x0a000000;

    /** With memory for some tables, and not for a large one, whatever hugepages there are. */
    private static Eal start() {
        return Eal.builder().detect().noHuge().memoryMebibytes(512).noPci().start();
    }

    @Test
    void shouldFindTheLongestRoute() {
        Forked.java(Finds.class).run().requireSuccess();
    }

    static final class Finds {
        public static void main(String[] args) {
            try (Eal eal = start();
                    Lpm lpm = eal.lpm("routes").create()) {
                assertThat(lpm.name()).isEqualTo("routes");
                assertThat(lpm.maxRules()).isEqualTo(1024);
                assertThat(lpm.tbl8Groups()).isEqualTo(256);
                assertThat(lpm.lookup(NETWORK)).isEqualTo(Lpm.MISS);

                lpm.add(0, 1, 1);
                lpm.add(0x80000000, 1, 2);
                lpm.add(NETWORK + 0x123456, 8, 8);
                lpm.add(0x0a010000, 16, 16);
                lpm.add(0x0a010200, 24, 24);
                lpm.add(0x0a010203, 32, 0xffffff);
                lpm.add(0x0a010280, 25, 0);
                lpm.add(0xffffffff, 32, 32);

                int[] addresses = {
                    0,
                    0x7fffffff,
                    0x80000000,
                    0xfffffffe,
                    0xffffffff,
                    NETWORK,
                    0x0affffff,
                    0x0b000000,
                    0x0a01ffff,
                    0x0a020000,
                    0x0a010200,
                    0x0a010203,
                    0x0a010204,
                    0x0a01027f,
                    0x0a010280,
                    0x0a0102ff,
                    0x0a010300
                };
                int[] expected = {1, 1, 2, 2, 32, 8, 8, 1, 16, 8, 24, 0xffffff, 24, 24, 0, 0, 16};
                int[] found = new int[addresses.length];
                lpm.lookup(addresses, found, addresses.length);
                assertThat(found).isEqualTo(expected);
                for (int i = 0; i < addresses.length; i++) {
                    assertThat(lpm.lookup(addresses[i])).isEqualTo(expected[i]);
                }

                assertThat(lpm.rule(0x0a0000ff, 8)).hasValue(8);
                assertThat(lpm.rule(NETWORK, 9)).isEmpty();
                lpm.add(NETWORK, 8, 9);
                assertThat(lpm.lookup(NETWORK)).as("another next hop").isEqualTo(9);
                assertThat(lpm.delete(0x0a010203, 32)).isTrue();
                assertThat(lpm.lookup(0x0a010203)).isEqualTo(24);
                assertThat(lpm.delete(0x0a010203, 32)).as("once more").isFalse();
                assertThat(lpm.delete(0x0a010203, 31)).isFalse();

                lpm.lookup(addresses, addresses, 2);
                assertThat(addresses).startsWith(1, 1, 0x80000000);
                lpm.deleteAll();
                assertThat(lpm.lookup(NETWORK)).isEqualTo(Lpm.MISS);
                assertThat(lpm.lookup(0xffffffff)).isEqualTo(Lpm.MISS);
            }
        }
    }

    @Test
    void shouldRefuseWithOneSentence() {
        Forked.java(Refuses.class).run().requireSuccess();
    }

    @SuppressWarnings("try") // closes by hand to see what a second close does
    static final class Refuses {
        public static void main(String[] args) {
            Eal eal = start();
            Lpm lpm = eal.lpm("routes").maxRules(3).tbl8Groups(1).create();
            refused(
                    () -> eal.lpm("routes").create(),
                    "rte_lpm_create(name=routes, maxRules=1024, tbl8Groups=256, numaNode=-1): "
                            + "another table has this name (errno 17)");
            refused(() -> eal.lpm("x".repeat(32)).create(), "at most 31 bytes");
            refused(() -> eal.lpm("none").maxRules(0).create(), "maxRules=0");
            refused(() -> eal.lpm("many").maxRules((1 << 28) + 1).create(), "268435456");
            refused(() -> eal.lpm("none").tbl8Groups(0).create(), "tbl8Groups=0");
            // 1 << 22 groups are 0 bytes in DPDK's arithmetic.
            refused(() -> eal.lpm("many").tbl8Groups((1 << 22) + 1).create(), "2097152");
            refused(() -> eal.lpm("large").tbl8Groups(1 << 21).create(), "Cannot allocate memory");
            refused(() -> eal.lpm("far").numaNode(-2).create(), "numaNode=-2): Invalid argument");

            refused(
                    () -> lpm.add(NETWORK, 0, 1),
                    "route=10.0.0.0/0): a route's prefix has 1 to 32");
            refused(() -> lpm.add(NETWORK, 33, 1), "10.0.0.0/33");
            refused(() -> lpm.delete(NETWORK, 256 + 8), "10.0.0.0/264");
            refused(() -> lpm.rule(NETWORK, -1), "10.0.0.0/-1");
            refused(() -> lpm.add(0xc0000201, 8, 1 << 24), "192.0.2.1/8): a next hop has 24 bits");
            refused(() -> lpm.add(NETWORK, 8, -1), "24 bits");

            lpm.add(NETWORK, 8, 1);
            lpm.add(NETWORK, 32, 2);
            refused(
                    () -> lpm.add(NETWORK + 256, 32, 3),
                    "rte_lpm_add(table=routes, route=10.0.1.0/32): tbl8Groups=1 are all taken");
            assertThat(lpm.lookup(NETWORK + 256)).as("what was refused").isEqualTo(1);
            lpm.add(NETWORK + 1, 32, 3);
            refused(() -> lpm.add(NETWORK, 16, 4), "no room for more than maxRules=3 (errno 28)");
            refused(() -> lpm.add(NETWORK + 2, 32, 4), "no room for more than maxRules=3");
            lpm.add(NETWORK, 8, 5);
            lpm.delete(NETWORK + 1, 32);
            lpm.delete(NETWORK, 32);
            lpm.add(NETWORK + 256, 32, 3);
            assertThat(lpm.lookup(NETWORK + 256)).as("with the freed group").isEqualTo(3);
            int[] two = new int[2];
            assertThatThrownBy(() -> lpm.lookup(two, new int[1], 2))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> lpm.lookup(two, two, -1))
                    .isInstanceOf(IndexOutOfBoundsException.class);

            Lpm other = eal.lpm("other").create();
            LpmBuilder late = eal.lpm("late");
            lpm.close();
            lpm.close();
            closed(() -> lpm.lookup(NETWORK));
            closed(() -> lpm.lookup(two, two, 2));
            closed(() -> lpm.add(NETWORK, 8, 1));
            closed(() -> lpm.delete(NETWORK, 8));
            closed(() -> lpm.rule(NETWORK, 8));
            closed(lpm::deleteAll);
            eal.lpm("routes").create().close();
            eal.close();
            assertThatThrownBy(() -> other.lookup(NETWORK))
                    .as("EAL closed it")
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(late::create).isInstanceOf(IllegalStateException.class);
            other.close();
        }

        private static void refused(ThrowingCallable call, String words) {
            assertThatThrownBy(call).isInstanceOf(DpdkException.class).hasMessageContaining(words);
        }

        private static void closed(ThrowingCallable call) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("table routes is closed");
        }
    }

    @Test
    void shouldLookUpWhileRoutesChange() {
        Forked.java(Changes.class).run().requireSuccess();
    }

    /** Readers in a network whose routes go through a cycle, until each has seen all of it. */
    static final class Changes {
        private static final int READERS = 2;
        private static final int ALL = 0b111;
        private static final long LIMIT_NANOS = 60_000_000_000L;

        private static final AtomicIntegerArray SEEN = new AtomicIntegerArray(READERS);

        private static volatile boolean over;

        public static void main(String[] args) {
            try (Eal eal = start();
                    Lpm lpm = eal.lpm("routes").create()) {
                lpm.add(NETWORK, 8, 8);
                // Keeps the group: it is not freed and taken again under the readers.
                lpm.add(NETWORK + 255, 32, 255);
                List<CompletableFuture<Void>> readers = new ArrayList<>();
                for (int i = 0; i < READERS; i++) {
                    int reader = i;
                    readers.add(
                            CompletableFuture.runAsync(
                                    () -> read(lpm, reader),
                                    command -> new Thread(command).start()));
                }
                long end = System.nanoTime() + LIMIT_NANOS;
                while (!allSeen() && System.nanoTime() < end) {
                    lpm.add(NETWORK, 24, 24);
                    lpm.add(NETWORK + 1, 32, 32);
                    lpm.delete(NETWORK + 1, 32);
                    lpm.delete(NETWORK, 24);
                }
                over = true;
                readers.forEach(CompletableFuture::join);
                assertThat(allSeen()).as("each reader saw each route, not %s", SEEN).isTrue();
            }
        }

        private static boolean allSeen() {
            return IntStream.range(0, READERS).allMatch(reader -> SEEN.get(reader) == ALL);
        }

        private static void read(Lpm lpm, int reader) {
            int[] addresses = {NETWORK, NETWORK + 1, NETWORK + 0x10000, NETWORK + 255};
            int[] found = new int[addresses.length];
            while (!over) {
                lpm.lookup(addresses, found, found.length);
                assertThat(found[0] == 8 || found[0] == 24).isTrue();
                assertThat(found[1] == 8 || found[1] == 24 || found[1] == 32).isTrue();
                assertThat(found[2]).isEqualTo(8);
                assertThat(found[3]).isEqualTo(255);
                int state = found[1] == 8 ? 1 : found[1] == 24 ? 2 : 4;
                SEEN.set(reader, SEEN.get(reader) | state);
            }
        }
    }

    @Test
    void shouldSeeAChangeInALoopThatWaitsForIt() {
        Forked.java(Waits.class).run().requireSuccess();
    }

    static final class Waits {
        public static void main(String[] args) throws Exception {
            try (Eal eal = start();
                    Lpm lpm = eal.lpm("routes").create()) {
                Thread one = new Thread(() -> awaitByOne(lpm));
                Thread several = new Thread(() -> awaitBySeveral(lpm));
                one.start();
                several.start();
                Thread.sleep(500);
                assertThat(one.isAlive()).isTrue();
                assertThat(several.isAlive()).isTrue();
                lpm.add(NETWORK, 8, 1);
                one.join(10_000);
                several.join(10_000);
                assertThat(one.isAlive()).as("still waits for the route").isFalse();
                assertThat(several.isAlive()).as("still waits for the route").isFalse();
            }
        }

        private static void awaitByOne(Lpm lpm) {
            while (lpm.lookup(NETWORK) == Lpm.MISS) {
                VarHandle.acquireFence();
            }
        }

        private static void awaitBySeveral(Lpm lpm) {
            int[] addresses = {NETWORK};
            int[] found = new int[1];
            do {
                // Reads the table, each time anew.
                lpm.lookup(addresses, found, 1);
            } while (found[0] == Lpm.MISS);
        }
    }

    @Test
    void shouldAllocateNothingForLookups() {
        Forked.java(Allocates.class).run().requireSuccess();
    }

    static final class Allocates {
        private static final int LOOKUPS = 1_000_000;
        private static final long LIMIT_BYTES = 10_000;

        public static void main(String[] args) {
            try (Eal eal = start();
                    Lpm lpm = eal.lpm("routes").create()) {
                lpm.add(NETWORK, 8, 1);
                lpm.add(NETWORK, 32, 2);
                assertThat(run(lpm)).isEqualTo(2L * LOOKUPS);
                ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
                long before = threads.getCurrentThreadAllocatedBytes();
                long sum = run(lpm);
                assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                        .isLessThan(LIMIT_BYTES);
                assertThat(sum).isEqualTo(2L * LOOKUPS);
            }
        }

        private static long run(Lpm lpm) {
            int[] addresses = {NETWORK, NETWORK + 1, 0};
            int[] found = new int[3];
            long sum = 0;
            for (int i = 0; i < LOOKUPS; i++) {
                lpm.lookup(addresses, found, 3);
                sum += found[0] + found[1] + found[2];
            }
            return sum;
        }
    }

    @Test
    void shouldDoWithoutTheLibraryUntilItIsNeeded() throws IOException {
        // Not JUnit's folder, which warns of each link that leads out of it.
        Path directory = Files.createTempDirectory("dpdk4j-lpm");
        try {
            linkLibrariesWithoutLpm(directory);
            Forked.java(Lacks.class)
                    .option("-Ddpdk4j.library.path=" + directory)
                    .run()
                    .requireSuccess();
        } finally {
            for (String link : directory.toFile().list()) {
                Files.delete(directory.resolve(link));
            }
            Files.delete(directory);
        }
    }

    static final class Lacks {
        public static void main(String[] args) {
            try (Eal eal = start()) {
                assertThatThrownBy(() -> eal.lpm("routes"))
                        .isInstanceOf(DpdkException.class)
                        .hasMessageContaining("rte_lpm_create")
                        .hasMessageContaining("librte_lpm.so." + Dpdk.abi().number());
                assertThat(eal.pktmbufPool("pool").size(63).create().available()).isEqualTo(63);
            }
        }
    }

    private static void linkLibrariesWithoutLpm(Path directory) throws IOException {
        assertThat(Dpdk.isAvailable()).isTrue();
        Path installed;
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            String map = maps.filter(line -> line.contains("librte_eal.so")).findFirst().get();
            installed = Path.of(map.substring(map.indexOf('/'))).getParent();
        }
        try (DirectoryStream<Path> libraries =
                Files.newDirectoryStream(installed, "librte_*.so." + Dpdk.abi().number())) {
            for (Path library : libraries) {
                if (!library.toString().contains("librte_lpm")) {
                    Files.createSymbolicLink(directory.resolve(library.getFileName()), library);
                }
            }
        }
        Files.createSymbolicLink(directory.resolve("dpdk"), installed.resolve("dpdk"));
    }
}
