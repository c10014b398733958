// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.dpdk4j.net.Ethernet;
import org.dpdk4j.testing.Forked;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets that go from burst to burst; what devices do with bursts is in {@link EthDevTest}. */
@RequiresDpdk
class MbufBurstTest {
    @Test
    void shouldMovePackets() {
        Forked.java(Moves.class).run().requireSuccess();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldHaveHeadersWithoutFlyweights(boolean debug) {
        Forked.java(Headers.class).option("-Ddpdk4j.debug=" + debug).run().requireSuccess();
    }

    static final class Headers {
        private static final int LENGTH = 44;

        public static void main(String[] args) {
            try (Eal eal = Eal.builder().detect().start();
                    PktmbufPool pool = eal.pktmbufPool("rx").size(255).create();
                    MbufBurst burst = MbufBurst.allocate(4);
                    MbufBurst other = MbufBurst.allocate(4)) {
                assertThat(pool.alloc(burst, 4, LENGTH)).isEqualTo(4);
                for (int i = 0; i < 4; i++) {
                    burst.get(i).setLong(0, i);
                }
                assertThat(burst.get(1).prepend(8)).as("moves its start").isTrue();
                assertThat(burst.chain(2, 3)).isTrue();
                for (int i = 0; i < 3; i++) {
                    assertThat(burst.address(i)).isEqualTo(burst.get(i).address());
                    seesTheSame(burst, i);
                }
                Ethernet ethernet = new Ethernet();
                assertThat(ethernet.wrap(burst, 2, 0)).isTrue();
                assertThat(ethernet.payloadLength()).as("both segments").isEqualTo(2 * LENGTH - 14);
                assertThat(ethernet.wrap(burst, 0, LENGTH - 13)).as("too short by one").isFalse();
                assertThat(ethernet.wrapped()).isFalse();
                assertThat(ethernet.wrap(burst, 0, -1)).isFalse();
                burst.free(0);
                assertThat(burst.moveTo(1, other)).isTrue();
                refuses(ethernet, burst);
            }
        }

        /** As by the flyweight, wherever the header begins. */
        private static void seesTheSame(MbufBurst burst, int index) {
            Ethernet one = new Ethernet();
            Ethernet other = new Ethernet();
            for (int offset = 0; offset <= burst.get(index).length(); offset++) {
                boolean fits = other.wrap(burst.get(index), offset);
                assertThat(one.wrap(burst, index, offset)).isEqualTo(fits);
                assertThat(one.offset()).isEqualTo(other.offset());
                assertThat(one.payloadLength()).isEqualTo(other.payloadLength());
                assertThat(one.destinationBits()).isEqualTo(other.destinationBits());
            }
        }

        /** What was freed, moved or chained, and what never was. */
        private static void refuses(Ethernet ethernet, MbufBurst burst) {
            for (int hole : new int[] {0, 1, 3}) {
                assertThatThrownBy(() -> ethernet.wrap(burst, hole, 0))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("packet " + hole + " was freed or moved");
            }
            for (int outside : new int[] {-1, 4}) {
                assertThatThrownBy(() -> ethernet.wrap(burst, outside, 0))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
        }
    }

    static final class Moves {
        public static void main(String[] args) {
            try (Eal eal = Eal.builder().detect().start();
                    PktmbufPool pool = eal.pktmbufPool("rx").size(255).create()) {
                movesIntoHoles(pool);
                distributes(pool);
                for (int seed = 0; seed < 2000; seed++) {
                    distributesAsLists(pool, new Random(seed));
                }
                assertThat(pool.inUse()).isZero();
            }
        }

        /** Holes stay until there is no other room. */
        private static void movesIntoHoles(PktmbufPool pool) {
            try (MbufBurst burst = MbufBurst.allocate(7);
                    MbufBurst other = MbufBurst.allocate(4)) {
                numbered(pool, burst, 7);
                for (int i = 0; i < 2; i++) {
                    assertThat(burst.moveTo(i, other)).isTrue();
                    assertThat(other.get(i).getInt(0)).isEqualTo(i);
                }
                assertThatThrownBy(() -> other.get(2))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                other.free(0);
                assertThat(burst.moveTo(2, other)).isTrue();
                assertThat(burst.copyTo(3, pool, other)).isTrue();
                assertThat(other.size()).isEqualTo(4);
                assertThatThrownBy(() -> other.get(0)).isInstanceOf(IllegalStateException.class);
                assertThat(other.get(1).getInt(0)).isEqualTo(1);
                assertThat(burst.moveTo(4, other)).as("to a hole's room").isTrue();
                assertThat(burst.moveTo(5, other)).as("to a full burst").isFalse();
                assertThat(burst.copyTo(5, pool, other)).as("to a full burst").isFalse();
                assertThat(contents(other)).containsExactly(1, 2, 3, 4);
            }
        }

        /** By numbers that name a target, none, a full one; from holes and into them. */
        private static void distributes(PktmbufPool pool) {
            try (MbufBurst burst = MbufBurst.allocate(10);
                    MbufBurst first = MbufBurst.allocate(8);
                    MbufBurst second = MbufBurst.allocate(2)) {
                MbufBurst[] targets = {first, second};
                numbered(pool, burst, 8);
                burst.free(2);
                int[] numbers = {1, 0, 0, Lpm.MISS, 1, 1, 0, 2, 77};
                assertThat(burst.distribute(numbers, targets)).isEqualTo(4);
                assertThat(contents(first)).containsExactly(1, 6);
                assertThat(contents(second)).containsExactly(0, 4);
                assertThat(contents(burst)).as("no target, a full one").containsExactly(3, 5, 7);
                second.free(0);
                assertThat(burst.distribute(new int[] {0, 1, Integer.MIN_VALUE}, targets))
                        .isEqualTo(2);
                assertThat(contents(first)).containsExactly(1, 6, 3);
                assertThat(contents(second)).as("into a hole's room").containsExactly(4, 5);
                assertThat(contents(burst)).containsExactly(7);
                for (MbufBurst[] refused : new MbufBurst[][] {{first, burst}, {burst}}) {
                    assertThatThrownBy(() -> burst.distribute(new int[1], refused))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("to itself");
                }
                assertThatThrownBy(() -> burst.distribute(new int[0], targets))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThat(contents(burst)).as("nothing was moved").containsExactly(7);
                assertThat(burst.distribute(new int[1], new MbufBurst[0])).isZero();
                assertThat(burst.distribute(new int[1], targets)).isEqualTo(1);
                assertThat(burst.size()).isZero();
                assertThat(burst.distribute(new int[0], targets)).isZero();
                assertThat(contents(first)).containsExactly(1, 6, 3, 7);
            }
        }

        /** Few targets and many, roomy and full, one of them twice; what lists would do. */
        private static void distributesAsLists(PktmbufPool pool, Random random) {
            int count = random.nextInt(12);
            MbufBurst[] targets = new MbufBurst[random.nextInt(6)];
            List<List<Integer>> expected = new ArrayList<>();
            try (MbufBurst burst = MbufBurst.allocate(12)) {
                for (int i = 0; i < targets.length; i++) {
                    boolean again = i != 0 && random.nextInt(8) == 0;
                    targets[i] = again ? targets[0] : held(pool, random);
                    expected.add(again ? expected.get(0) : numbers(targets[i]));
                }
                numbered(pool, burst, count);
                List<Integer> staying = new ArrayList<>();
                int[] numbers = random.ints(count, -1, targets.length + 1).toArray();
                int moved = 0;
                for (int i = 0; i < count; i++) {
                    int number = numbers[i];
                    if (random.nextInt(40) == 0) {
                        burst.free(i);
                    } else if (number >= 0
                            && number < targets.length
                            && expected.get(number).size() < targets[number].capacity()) {
                        expected.get(number).add(i);
                        moved++;
                    } else {
                        staying.add(i);
                    }
                }
                assertThat(burst.distribute(numbers, targets)).isEqualTo(moved);
                assertThat(numbers(burst)).isEqualTo(staying);
                for (int i = 0; i < targets.length; i++) {
                    assertThat(numbers(targets[i])).isEqualTo(expected.get(i));
                }
            } finally {
                for (MbufBurst target : targets) {
                    target.close();
                }
            }
        }

        /** A burst of any capacity that holds some packets. */
        private static MbufBurst held(PktmbufPool pool, Random random) {
            MbufBurst burst = MbufBurst.allocate(1 + random.nextInt(30));
            numbered(pool, burst, random.nextInt(Math.min(4, burst.capacity() + 1)));
            return burst;
        }

        private static List<Integer> numbers(MbufBurst burst) {
            return contents(burst).boxed().collect(Collectors.toCollection(ArrayList::new));
        }

        private static IntStream contents(MbufBurst burst) {
            return IntStream.range(0, burst.size()).map(i -> burst.get(i).getInt(0));
        }
    }

    /** Fills an empty burst with packets that hold their numbers. */
    static void numbered(PktmbufPool pool, MbufBurst burst, int count) {
        assertThat(pool.alloc(burst, count)).isEqualTo(count);
        for (int i = 0; i < count; i++) {
            burst.get(i).append(4);
            burst.get(i).setInt(0, i);
        }
    }
}
