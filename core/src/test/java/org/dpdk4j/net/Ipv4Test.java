// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.MemorySegment;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class Ipv4Test {
    private final Ipv4 ip = new Ipv4();

    @Test
    void shouldReadAPacket() {
        assertThat(ip.wrap(Captured.packet(Captured.UNREACHABLE), 14)).isTrue();

        assertThat(ip.headerLength()).isEqualTo(20);
        assertThat(ip.dscp()).isEqualTo(48);
        assertThat(ip.ecn()).isZero();
        assertThat(ip.totalLength()).isEqualTo(59);
        assertThat(ip.identification()).isEqualTo(0x5108);
        assertThat(ip.dontFragment()).isFalse();
        assertThat(ip.moreFragments()).isFalse();
        assertThat(ip.fragment()).isFalse();
        assertThat(ip.fragmentOffset()).isZero();
        assertThat(ip.ttl()).isEqualTo(64);
        assertThat(ip.protocol()).isEqualTo(IpProtocol.ICMP);
        assertThat(ip.checksum()).isEqualTo(0xa4f6);
        assertThat(ip.checksumValid()).isTrue();
        assertThat(ip.source()).isEqualTo(0xc0000202);
        assertThat(ip.destination()).isEqualTo(0xc0000201);
        assertThat(ip.payloadLength()).isEqualTo(39);
    }

    @Test
    void shouldWriteEachFieldAlone() {
        MemorySegment packet = Captured.packet("00".repeat(24));
        assertThat(ip.create(packet, 4)).isTrue();
        assertThat(Captured.hex(packet)).isEqualTo("00000000" + "45000014" + "00".repeat(16));
        ip.dscp(0x7f);
        ip.ecn(5);
        assertThat(Captured.hex(packet)).startsWith("00000000" + "45fd0014");
        ip.ecn(0);
        ip.dscp(1);
        ip.identification(0x1_1234);
        ip.dontFragment(true);
        ip.fragmentOffset(65535);
        ip.moreFragments(true);
        assertThat(Captured.hex(packet)).startsWith("00000000" + "45040014" + "12347fff");
        assertThat(ip.fragmentOffset()).isEqualTo(65528);
        ip.moreFragments(false);
        assertThat(ip.fragment()).isTrue();
        ip.fragmentOffset(0);
        assertThat(ip.fragment()).isFalse();
        assertThat(ip.dontFragment()).isTrue();
        ip.dontFragment(false);
        ip.ttl(0x101);
        ip.protocol(0x111);
        ip.checksum(0x1_abcd);
        ip.source(0x01020304);
        ip.destination(0x05060708);
        assertThat(Captured.hex(packet))
                .isEqualTo("00000000" + "45040014" + "12340000" + "0111abcd" + "0102030405060708");
        ip.swapAddresses();
        assertThat(Captured.hex(packet)).endsWith("abcd" + "0506070801020304");
    }

    @Test
    void shouldRefuseLies() {
        assertThat(refused(0, 0x55)).as("version 5").isTrue();
        assertThat(refused(0, 0x65)).as("version 6").isTrue();
        assertThat(refused(0, 0x44)).as("header of 16 bytes").isTrue();
        assertThat(refused(0, 0x40)).as("header of 0 bytes").isTrue();
        assertThat(refused(0, 0x48)).as("header longer than total length").isTrue();
        assertThat(refused(0, 0x4f)).as("header longer than packet").isTrue();
        assertThat(refused(2, 0x01)).as("total length of 287").isTrue();
        assertThat(refused(3, 0x20)).as("one byte more than there is").isTrue();
        assertThat(refused(3, 0x13)).as("total length less than header").isTrue();
        assertThat(refused(3, 0x14)).as("no payload").isFalse();
        assertThat(refused(0, 0x46)).as("one option word").isFalse();
    }

    private boolean refused(int at, int value) {
        byte[] bytes = Captured.bytes(Captured.UDP_ODD);
        bytes[14 + at] = (byte) value;
        return !ip.wrap(Captured.packet(bytes), 14);
    }

    @Test
    void shouldRefuseEveryTruncation() {
        byte[] bytes = Captured.bytes(Captured.UDP_ODD);
        for (int n = 0; n < bytes.length; n++) {
            assertThat(ip.wrap(Captured.packet(java.util.Arrays.copyOf(bytes, n)), 14)).isFalse();
        }
    }

    @Test
    void shouldNotFindAnotherHeaderInALaterFragment() {
        assertThat(ip.wrap(Captured.packet(Captured.UDP_ODD), 14)).isTrue();
        ip.fragmentOffset(8);

        assertThat(new Udp().wrap(ip)).isFalse();
    }

    @Test
    void shouldDecrementTheTtlDownToOne() {
        assertThat(ip.wrap(Captured.packet(Captured.UDP_ODD), 14)).isTrue();
        for (int ttl = 63; ttl > 0; ttl--) {
            assertThat(ip.decrementTtl()).isTrue();
            assertThat(ip.ttl()).isEqualTo(ttl);
            assertThat(ip.checksumValid()).isTrue();
        }
        assertThat(ip.decrementTtl()).isFalse();
        assertThat(ip.ttl()).isOne();
        ip.ttl(0);
        assertThat(ip.decrementTtl()).isFalse();
    }

    @Test
    void shouldAdaptEveryChecksumAndNothingElse() {
        assertThat(ip.wrap(Captured.packet(Captured.UDP_ODD), 14)).isTrue();
        for (int checksum = 0; checksum <= 0xffff; checksum++) {
            ip.ttl(2);
            ip.checksum(checksum);
            assertThat(ip.decrementTtl()).isTrue();

            // RFC 1624, equation 3, for the word of time to live and protocol.
            int sum = (~checksum & 0xffff) + (~(2 << 8 | 17) & 0xffff) + (1 << 8 | 17);
            sum = (sum & 0xffff) + (sum >>> 16);
            sum = (sum & 0xffff) + (sum >>> 16);
            assertThat(ip.checksum()).isEqualTo(~sum & 0xffff);
            assertThat(ip.ttl()).isOne();
            assertThat(ip.protocol()).isEqualTo(IpProtocol.UDP);
        }
    }

    @Property
    void shouldAdaptTheChecksumAsComputingAnewDoes(
            @ForAll @IntRange(min = 2, max = 255) int ttl,
            @ForAll int identification,
            @ForAll int source) {
        assertThat(ip.wrap(Captured.packet(Captured.UDP_ODD), 14)).isTrue();
        ip.identification(identification);
        ip.source(source);
        ip.ttl(ttl);
        ip.updateChecksum();
        assertThat(ip.checksumValid()).isTrue();

        assertThat(ip.decrementTtl()).isTrue();

        int adapted = ip.checksum();
        ip.updateChecksum();
        assertThat(adapted).isEqualTo(ip.checksum());
    }

    @Property
    void shouldSumHeadersWithOptionsAsTheChecksumDoes(
            @ForAll @Size(60) byte[] bytes,
            @ForAll @IntRange(min = 5, max = 15) int words,
            @ForAll short before) {
        bytes[0] = (byte) (0x40 | words);
        bytes[2] = 0;
        bytes[3] = 60;
        MemorySegment packet = Captured.packet(bytes);
        assertThat(ip.wrap(packet, 0)).isTrue();
        assertThat(ip.headerLength()).isEqualTo(4 * words);
        ip.checksum(0);
        int expected = Checksum.complement(Checksum.sum(packet, 0, 4 * words));
        ip.checksum(before);

        ip.updateChecksum();

        assertThat(ip.checksum()).isEqualTo(expected);
        assertThat(ip.checksumValid()).isTrue();
        ip.checksum(expected ^ 1);
        assertThat(ip.checksumValid()).isFalse();
    }

    @Test
    void shouldWalkOptions() {
        // Timestamp, padding, router alert, end, and bytes that nobody may look at.
        String options = "44040500" + "01" + "94040000" + "00" + "0702";
        MemorySegment packet =
                Captured.packet("48000020 00000000 40110000 c0000201 c0000202" + options);
        assertThat(ip.wrap(packet, 0)).isTrue();
        HeaderOptions walk = ip.options();

        assertThat(walk.next()).isTrue();
        assertThat(walk.kind()).isEqualTo(0x44);
        assertThat(walk.offset()).isEqualTo(20);
        assertThat(walk.valueLength()).isEqualTo(2);
        assertThat(walk.unsignedByte(0)).isEqualTo(5);
        assertThat(walk.next()).isTrue();
        assertThat(walk.kind()).isEqualTo(0x94);
        assertThat(walk.offset()).isEqualTo(25);
        assertThat(walk.next()).isFalse();
        assertThat(walk.next()).isFalse();
        assertThat(walk.malformed()).isFalse();
    }

    @Test
    void shouldRefuseAHeaderLengthThatCannotBe() {
        assertThat(ip.wrap(Captured.packet(Captured.UDP_ODD), 14)).isTrue();
        for (int bad : new int[] {-4, 0, 16, 21, 32, 64}) {
            assertThatIllegalArgumentException().isThrownBy(() -> ip.headerLength(bad));
        }
        ip.headerLength(28);
        assertThat(ip.headerLength()).isEqualTo(28);
        assertThat(ip.payloadOffset()).isEqualTo(42);
    }

    @Test
    void shouldWrapIpInIp() {
        MemorySegment packet =
                Captured.packet(
                        "45000033 00000000 40040000 c0000201 c0000202"
                                + Captured.UDP_ODD.substring(Captured.UDP_ODD.indexOf("4500")));
        Ipv4 inner = new Ipv4();
        assertThat(ip.wrap(packet, 0) && inner.wrap(ip)).isTrue();
        assertThat(inner.offset()).isEqualTo(20);
        assertThat(ip.wrap(ip)).as("the same view, moved inwards").isTrue();
        assertThat(ip.offset()).isEqualTo(20);
        assertThat(new Udp().wrap(ip)).isTrue();
    }
}
