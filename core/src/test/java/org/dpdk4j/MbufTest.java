// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.dpdk4j.net.EtherType;
import org.dpdk4j.net.Ethernet;
import org.dpdk4j.net.Ipv4;
import org.dpdk4j.testing.Forked;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What packets allow, and what they refuse. */
@RequiresDpdk
class MbufTest {
    @Test
    void shouldKeepAccessInsideThePacket() {
        Forked.java(Accesses.class).run().requireSuccess();
    }

    static final class Accesses {
        public static void main(String[] args) {
            try (Eal eal = Eal.builder().detect().start();
                    PktmbufPool pool = eal.pktmbufPool("p").size(63).create();
                    MbufBurst burst = MbufBurst.allocate(2)) {
                pool.alloc(burst, 2);
                assertThatThrownBy(() -> burst.get(2))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> burst.get(-1))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                Mbuf m = burst.get(0);
                fresh(m);
                bounds(m);
                lengths(burst.get(1));
                fields(m);
            }
        }

        private static void fresh(Mbuf m) {
            assertThat(m.length()).isZero();
            assertThat(m.packetLength()).isZero();
            assertThat(m.segments()).isEqualTo(1);
            assertThat(m.refCount()).isEqualTo(1);
            assertThat(m.headroom()).isEqualTo(128);
            assertThat(m.tailroom()).isEqualTo(2048);
            assertThat(m.port()).isEqualTo(65535);
            assertThat(m.nextSegment(m)).isFalse();
            assertThat(m.linearize()).isTrue();
        }

        private static void bounds(Mbuf m) {
            assertThat(m.append(8)).isZero();
            m.setLong(0, 0x0102030405060708L);
            assertThat(m.getLong(0)).isEqualTo(0x0102030405060708L);
            assertThat(m.getByte(0)).as("network order").isEqualTo((byte) 1);
            assertThat(m.getShort(6)).isEqualTo((short) 0x0708);
            assertThat(m.getInt(4)).isEqualTo(0x05060708);
            m.setByte(7, (byte) 9);
            m.setShort(0, (short) 0x0a0b);
            m.setInt(2, 0x0c0d0e0f);
            byte[] bytes = new byte[10];
            m.getBytes(0, bytes, 1, 8);
            assertThat(bytes).containsExactly(0, 10, 11, 12, 13, 14, 15, 7, 9, 0);
            for (int offset : new int[] {-1, 8, 1 << 30, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                outOfBounds(() -> m.getByte(offset));
                outOfBounds(() -> m.setByte(offset, (byte) 0));
            }
            outOfBounds(() -> m.getShort(7));
            outOfBounds(() -> m.getInt(5));
            outOfBounds(() -> m.getLong(1));
            outOfBounds(() -> m.setShort(7, (short) 0));
            outOfBounds(() -> m.setInt(5, 0));
            outOfBounds(() -> m.setLong(1, 0));
            outOfBounds(() -> m.getBytes(4, bytes, 0, 5));
            outOfBounds(() -> m.getBytes(0, bytes, 3, 8));
            outOfBounds(() -> m.setBytes(0, bytes, 0, 9));
            outOfBounds(() -> m.getBytes(0, bytes, 0, -1));
            outOfBounds(() -> m.getBytes(0, bytes, 0, Integer.MAX_VALUE));
            outOfBounds(() -> m.getBytes(Integer.MAX_VALUE, bytes, 0, Integer.MAX_VALUE));
            outOfBounds(() -> m.copyPacket(new byte[7], 0));
            assertThat(m.copyPacket(bytes, 2)).isEqualTo(8);
        }

        /** Of every length that is copied in another way, and next to what must stay. */
        private static void copies(Mbuf m, byte[] pattern) {
            for (int length = 0; length < 200; length++) {
                byte[] read = new byte[203];
                byte[] expected = new byte[203];
                m.getBytes(5, read, 2, length);
                System.arraycopy(pattern, 5, expected, 2, length);
                assertThat(read).isEqualTo(expected);
                byte[] written = pattern.clone();
                m.setBytes(300, pattern, 7, length);
                System.arraycopy(pattern, 7, written, 300, length);
                byte[] whole = new byte[pattern.length];
                m.getBytes(0, whole, 0, whole.length);
                assertThat(whole).isEqualTo(written);
                m.setBytes(0, pattern, 0, pattern.length);
                byte[] small = new byte[length];
                int more = length + 1;
                outOfBounds(() -> m.getBytes(0, small, 0, more));
                assertThat(small).as("nothing is half done").isEqualTo(new byte[length]);
                outOfBounds(() -> m.setBytes(0, small, 0, more));
            }
        }

        private static void outOfBounds(
                org.assertj.core.api.ThrowableAssert.ThrowingCallable access) {
            assertThatThrownBy(access).isInstanceOf(IndexOutOfBoundsException.class);
        }

        private static void lengths(Mbuf m) {
            assertThat(m.append(2049)).isEqualTo(-1);
            assertThat(m.append(-1)).isEqualTo(-1);
            assertThat(m.append(2048)).isZero();
            assertThat(m.tailroom()).isZero();
            byte[] pattern = new byte[2048];
            for (int i = 0; i < pattern.length; i++) {
                pattern[i] = (byte) i;
            }
            m.setBytes(0, pattern, 0, 2048);
            copies(m, pattern);
            assertThat(m.prepend(129)).isFalse();
            assertThat(m.prepend(128)).isTrue();
            assertThat(m.packetLength()).isEqualTo(2176);
            assertThat(m.getByte(128 + 5)).isEqualTo((byte) 5);
            assertThat(m.adj(2177)).isFalse();
            assertThat(m.adj(130)).isTrue();
            assertThat(m.getByte(0)).isEqualTo((byte) 2);
            assertThat(m.trim(2047)).isFalse();
            assertThat(m.trim(2046)).isTrue();
            assertThat(m.length()).isZero();
            assertThat(m.packetLength()).isZero();
            assertThat(m.append(10)).isZero();
            assertThat(m.append(10)).isEqualTo(10);
            assertThat(m.adj(-1)).isFalse();
            assertThat(m.trim(-1)).isFalse();
            assertThat(m.prepend(-1)).isFalse();
        }

        private static void fields(Mbuf m) {
            m.vlanTci(0xfedc);
            assertThat(m.vlanTci()).isEqualTo(0xfedc);
            m.offloadFlags(1L << 54);
            assertThat(m.offloadFlags()).isEqualTo(1L << 54);
            m.offloadFlags(0);
            m.txOffload(14, 20, 8, 0);
            assertThat(m.toString()).contains("length=8");
        }
    }

    @Test
    void shouldHandlePacketsOfSeveralSegments() {
        Forked.java(Segments.class).option("-Ddpdk4j.debug=true").run().requireSuccess();
        Forked.java(Segments.class).run().requireSuccess();
    }

    static final class Segments {
        public static void main(String[] args) {
            try (Eal eal = Eal.builder().detect().start();
                    PktmbufPool pool = eal.pktmbufPool("p").size(63).create();
                    MbufBurst burst = MbufBurst.allocate(8);
                    MbufBurst others = MbufBurst.allocate(2)) {
                pool.alloc(burst, 3);
                byte[] all = new byte[2200];
                for (int i = 0; i < all.length; i++) {
                    all[i] = (byte) (i * 7);
                }
                int[] lengths = {60, 1900, 240};
                int from = 0;
                for (int i = 0; i < 3; i++) {
                    assertThat(burst.get(i).append(lengths[i])).isZero();
                    burst.get(i).setBytes(0, all, from, lengths[i]);
                    from += lengths[i];
                }
                assertThat(burst.chain(1, 2)).isTrue();
                assertThat(burst.chain(0, 1)).isTrue();
                assertThatThrownBy(() -> burst.chain(0, 2))
                        .isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> burst.chain(0, 0))
                        .isInstanceOf(IllegalArgumentException.class);
                Mbuf m = burst.get(0);
                assertThat(m.segments()).isEqualTo(3);
                assertThat(m.packetLength()).isEqualTo(2200);
                assertThat(m.length()).isEqualTo(60);
                assertThatThrownBy(() -> m.getByte(60))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                byte[] read = new byte[2200];
                assertThat(m.copyPacket(read, 0)).isEqualTo(2200);
                assertThat(read).isEqualTo(all);

                assertThat(burst.copyTo(0, pool, others)).isTrue();
                assertThat(burst.cloneTo(0, pool, others)).isTrue();
                assertThat(burst.copyTo(0, pool, others)).as("to a full burst").isFalse();
                assertThat(others.get(0).copyPacket(read, 0)).isEqualTo(2200);
                assertThat(read).isEqualTo(all);
                assertThat(others.get(1).segments()).isEqualTo(3);
                assertThat(others.get(1).dataAddress()).isEqualTo(m.dataAddress());
                assertThat(m.refCount()).as("shared with the clone").isEqualTo(2);
                others.freeRemaining();
                assertThat(m.refCount()).isEqualTo(1);

                walks(m);
                looksThroughViews(m);
                assertThat(m.append(10)).as("in the last segment").isEqualTo(240);
                assertThat(m.trim(251)).isFalse();
                assertThat(m.trim(10)).isTrue();
                assertThat(m.linearize()).as("too long for one buffer").isFalse();
                assertThat(m.trim(240)).isTrue();
                assertThat(m.linearize()).isTrue();
                assertThat(m.segments()).isEqualTo(1);
                assertThat(m.length()).isEqualTo(1960);
                assertThat(m.getByte(1959)).isEqualTo(all[1959]);
                burst.freeRemaining();
                assertThat(pool.inUse()).isZero();
            }
        }

        private static void walks(Mbuf m) {
            Mbuf segment = Mbuf.flyweight();
            assertThat(segment.length()).isZero();
            assertThat(m.nextSegment(segment)).isTrue();
            assertThat(segment.length()).isEqualTo(1900);
            assertThatThrownBy(() -> m.nextSegment(m)).hasMessageContaining("Mbuf.flyweight()");
            for (Executable change :
                    List.<Executable>of(
                            () -> segment.append(1),
                            () -> segment.prepend(1),
                            () -> segment.adj(1),
                            () -> segment.trim(1),
                            segment::linearize)) {
                assertThatThrownBy(change::execute).hasMessageContaining("change its packet");
            }
            assertThat(segment.nextSegment(segment)).isTrue();
            assertThat(segment.length()).isEqualTo(240);
            assertThat(segment.nextSegment(segment)).isFalse();
        }

        /** A frame whose IPv4 header says that its payload goes on in the next segment. */
        private static void looksThroughViews(Mbuf m) {
            Ethernet ethernet = new Ethernet();
            Ipv4 ip = new Ipv4();
            assertThat(ethernet.create(m, 0)).isTrue();
            ethernet.etherType(EtherType.IPV4);
            assertThat(ip.create(m, Ethernet.HEADER_LENGTH)).isTrue();
            assertThat(ethernet.wrap(m, 0)).isTrue();
            assertThat(ip.wrap(ethernet)).isTrue();
            assertThat(ip.totalLength()).isEqualTo(2200 - Ethernet.HEADER_LENGTH);
            assertThat(ip.available()).isEqualTo(60 - Ethernet.HEADER_LENGTH);
            assertThat(ip.payloadLength()).isEqualTo(2200 - 14 - 20);
            assertThat(ethernet.payloadLength()).isEqualTo(2200 - 14);
            assertThat(ip.wrap(m, 41)).as("cut off by the end of the segment").isFalse();
            assertThat(ip.wrap(m, -1)).isFalse();
            assertThat(ip.payloadLength()).as("over no header").isZero();

            assertThat(ip.wrap(ethernet)).isTrue();
            ip.totalLength(2200 - Ethernet.HEADER_LENGTH + 1);
            assertThat(ip.wrap(ethernet)).as("one byte more than there is").isFalse();
            m.setShort(Ethernet.HEADER_LENGTH + 2, (short) (2200 - Ethernet.HEADER_LENGTH));
            assertThat(ip.wrap(ethernet)).isTrue();
            reachesOneSegment(m);
        }

        /** A view over a later segment, and over a packet whose end moves under it. */
        private static void reachesOneSegment(Mbuf m) {
            Mbuf segment = Mbuf.flyweight();
            Ethernet ethernet = new Ethernet();
            assertThat(m.nextSegment(segment)).isTrue();
            assertThat(ethernet.wrap(segment, 100)).isTrue();
            assertThat(ethernet.payloadLength()).isEqualTo(1900 - 100 - 14);
            assertThat(ethernet.wrap(m, 0)).isTrue();
            assertThat(m.append(10)).isEqualTo(240);
            assertThat(ethernet.payloadLength()).as("asked for").isEqualTo(2210 - 14);
            assertThat(m.trim(10)).isTrue();
            assertThat(ethernet.payloadLength()).isEqualTo(2200 - 14);
        }
    }

    @Test
    void shouldFindUseAfterSendInDebugMode() {
        Forked.Result result =
                Forked.java(UsesAfterSend.class)
                        .option("-Ddpdk4j.debug=true")
                        .run()
                        .requireSuccess();
        assertThat(result.err())
                .contains("pool p: an mbuf was allocated and never freed")
                .as("the place of allocation")
                .contains("leakOnPurpose");
    }

    @Test
    void shouldNotCrashOnUseAfterSendWithoutDebugMode() {
        Forked.java(UsesAfterSend.class).run().requireSuccess();
    }

    static final class UsesAfterSend {
        public static void main(String[] args) {
            boolean debug = Boolean.getBoolean("dpdk4j.debug");
            try (Eal eal = Eal.builder().detect().vdev("net_ring0").start();
                    PktmbufPool pool = eal.pktmbufPool("p").size(63).create();
                    EthDev device = eal.ethDev("net_ring0")) {
                device.configure(EthConf.builder().build());
                device.setupRx(0, 32, pool);
                device.setupTx(0, 32);
                device.start();
                try (TxQueue tx = device.claimTx(0);
                        RxQueue rx = device.claimRx(0);
                        MbufBurst burst = MbufBurst.allocate(4)) {
                    pool.alloc(burst, 2);
                    Mbuf sent = burst.get(0);
                    sent.append(10);
                    tx.send(burst);
                    use(sent, debug, "was sent");
                    rx.receive(burst);
                    use(sent, debug, "must not be used through this flyweight");
                    Mbuf freed = burst.get(1);
                    assertThat(freed.length()).isZero();
                    burst.free(1);
                    use(freed, debug, "was freed");
                    assertThat(burst.get(0).length()).isEqualTo(10);
                    burst.freeRemaining();
                }
                leakOnPurpose(pool);
            }
        }

        private static void use(Mbuf m, boolean debug, String reason) {
            if (debug) {
                assertThatThrownBy(m::length)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining(reason)
                        .cause()
                        .hasStackTraceContaining("UsesAfterSend");
            } else {
                m.length();
            }
        }

        @SuppressWarnings("resource") // that is the leak
        private static void leakOnPurpose(PktmbufPool pool) {
            MbufBurst lost = MbufBurst.allocate(1);
            pool.alloc(lost, 1);
        }
    }

    @Test
    void shouldSurviveClosingInTheWrongOrder() {
        Forked.java(ClosesInTheWrongOrder.class).run().requireSuccess();
    }

    @SuppressWarnings("try") // closes by hand, in an order that no try would have
    static final class ClosesInTheWrongOrder {
        public static void main(String[] args) {
            Eal eal = Eal.builder().detect().vdev("net_ring0").start();
            PktmbufPool first = eal.pktmbufPool("first").size(63).create();
            PktmbufPool second = eal.pktmbufPool("second").size(63).create();
            PktmbufPoolBuilder late = eal.pktmbufPool("late");
            MbufBurst freed = MbufBurst.allocate(4);
            MbufBurst kept = MbufBurst.allocate(4);
            first.alloc(freed, 1);
            Mbuf of = freed.get(0);
            of.append(9);
            freed.freeRemaining();
            first.close();
            assertThat(of.length()).as("its memory has gone").isZero();
            second.alloc(kept, 2);
            Mbuf m = kept.get(0);
            m.append(5);
            second.close();
            assertThat(m.length()).as("its memory stays").isEqualTo(5);
            assertThat(kept.copyTo(0, second, freed)).as("from a closed pool").isFalse();
            assertThat(kept.cloneTo(0, first, freed)).as("from a freed pool").isFalse();
            kept.chain(0, 1);
            Mbuf segment = Mbuf.flyweight();
            assertThat(m.nextSegment(segment)).isTrue();

            EthDev device = eal.ethDev("net_ring0");
            PktmbufPool third = eal.pktmbufPool("third").size(63).create();
            device.configure(EthConf.builder().build());
            device.setupRx(0, 32, third);
            device.setupTx(0, 32);
            device.start();
            RxQueue rx = device.claimRx(0);
            assertThatThrownBy(eal::close)
                    .isInstanceOf(DpdkException.class)
                    .hasMessageContaining("port=net_ring0")
                    .hasMessageContaining("claimed");
            assertThat(rx.receive(freed)).as("nothing was closed").isZero();
            rx.close();
            assertThatThrownBy(() -> rx.receive(freed)).isInstanceOf(IllegalStateException.class);
            eal.close();
            assertThat(m.length()).isZero();
            assertThat(segment.length()).isZero();
            assertThatThrownBy(late::create).isInstanceOf(IllegalStateException.class);
            assertThat(kept.size()).isZero();
            kept.close();
            freed.close();
            third.close();
            device.close();
        }
    }
}
