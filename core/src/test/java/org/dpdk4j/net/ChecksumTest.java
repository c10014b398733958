// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ChecksumTest {
    @Test
    void shouldSumTheExampleOfRfc1071() {
        assertThat(sum(Captured.bytes("0001f203f4f5f6f7"))).isEqualTo(0xddf2);
    }

    @Test
    void shouldTellTheTwoZerosApart() {
        assertThat(sum(new byte[0])).isZero();
        assertThat(sum(new byte[40])).isZero();
        assertThat(sum(Captured.bytes("ffff"))).isEqualTo(0xffff);
        assertThat(sum(Captured.bytes("00010000fffe"))).isEqualTo(0xffff);
        byte[] ones = new byte[65536];
        Arrays.fill(ones, (byte) 0xff);
        assertThat(sum(ones)).isEqualTo(0xffff);
    }

    @Test
    void shouldUpdateTheExampleOfRfc1624() {
        assertThat(Checksum.update16(0xdd2f, 0x5555, 0x3285)).isZero();
    }

    @Test
    void shouldRefuseRangesOutsideThePacket() {
        MemorySegment packet = Captured.packet("00".repeat(8));
        for (long[] range : new long[][] {{-1, 1}, {0, 9}, {8, 1}, {9, 0}, {0, -1}}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> Checksum.sum(packet, range[0], (int) range[1]));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Checksum.sum(MemorySegment.ofArray(new byte[8]), 0, 8));
    }

    @Property
    void shouldSumAsANaiveLoopDoes(
            @ForAll @Size(max = 200) byte[] bytes, @ForAll @IntRange(max = 9) int offset) {
        byte[] shifted = new byte[bytes.length + offset];
        System.arraycopy(bytes, 0, shifted, offset, bytes.length);

        assertThat(Checksum.sum(Captured.packet(shifted), offset, bytes.length))
                .isEqualTo(naive(bytes));
    }

    @Property
    void shouldAddPartsOfAnyLength(
            @ForAll @Size(max = 100) byte[] bytes, @ForAll int first, @ForAll int second) {
        int one = Math.floorMod(first, bytes.length + 1);
        int two = Math.floorMod(second, bytes.length + 1);
        int from = Math.min(one, two);
        int to = Math.max(one, two);
        int sum = sum(Arrays.copyOf(bytes, from));
        sum = Checksum.add(sum, sum(Arrays.copyOfRange(bytes, from, to)), from);
        sum = Checksum.add(sum, sum(Arrays.copyOfRange(bytes, to, bytes.length)), to);

        assertThat(sum).isEqualTo(naive(bytes));
    }

    @Property
    void shouldUpdate16AsComputingAnewDoes(
            @ForAll @Size(20) byte[] bytes,
            @ForAll @IntRange(max = 9) int word,
            @ForAll short after) {
        assertUpdated(bytes, word, after & 0xffff);
        assertUpdated(bytes, word, 0);
        assertUpdated(bytes, word, 0xffff);
        // The value that makes the sum 0xffff and the checksum zero, where the two zeros matter.
        byte[] without = with(bytes, word, 0);
        assertUpdated(bytes, word, Checksum.complement(naive(without)));
    }

    private static void assertUpdated(byte[] bytes, int word, int after) {
        byte[] changed = with(bytes, word, after);
        if (allZero(changed) && !allZero(bytes)) {
            return; // the one case that the sum alone can't tell, and no packet is so
        }
        int before = (bytes[2 * word] & 0xff) << 8 | (bytes[2 * word + 1] & 0xff);
        assertThat(Checksum.update16(Checksum.complement(naive(bytes)), before, after))
                .isEqualTo(Checksum.complement(naive(changed)));
    }

    @Property
    void shouldUpdate32AsComputingAnewDoes(
            @ForAll @Size(20) byte[] bytes,
            @ForAll @IntRange(max = 8) int word,
            @ForAll int after) {
        for (int value : new int[] {after, 0, -1, after & 0xffff, after << 16}) {
            byte[] changed = with(with(bytes, word, value >>> 16), word + 1, value & 0xffff);
            if (allZero(changed) && !allZero(bytes)) {
                continue;
            }
            int before = 0;
            for (int i = 0; i < 4; i++) {
                before = before << 8 | (bytes[2 * word + i] & 0xff);
            }
            assertThat(Checksum.update32(Checksum.complement(naive(bytes)), before, value))
                    .isEqualTo(Checksum.complement(naive(changed)));
        }
    }

    @Test
    void shouldUpdateAllZeroData() {
        assertThat(Checksum.update16(0xffff, 0, 0)).isEqualTo(0xffff);
        assertThat(Checksum.update32(0xffff, 0, 0)).isEqualTo(0xffff);
        assertThat(Checksum.update16(0xffff, 0, 5)).isEqualTo(0xfffa);
        assertThat(Checksum.update32(0xffff, 0, 0x5_0000)).isEqualTo(0xfffa);
        assertThat(Checksum.update16(0xffff, 0, 0xffff)).isZero();
    }

    /** In UDP, TCP and ICMPv6, whatever the old one is, over IPv4 and IPv6. */
    @Property
    void shouldNotDependOnTheChecksumBefore(@ForAll short before, @ForAll short data) {
        Ipv4 ip = new Ipv4();
        Ipv6 ip6 = new Ipv6();
        Udp udp = new Udp();
        Tcp tcp = new Tcp();
        Icmpv6 icmp = new Icmpv6();
        for (int old : new int[] {before, 0, 0xffff}) {
            assertThat(ip.wrap(Captured.packet(Captured.UDP_ODD), 14) && udp.wrap(ip)).isTrue();
            udp.sourcePort(data);
            assertRenewed(old, udp::checksum, () -> udp.updateChecksum(ip), udp::checksum);

            assertThat(ip.wrap(Captured.packet(Captured.SYN), 14) && tcp.wrap(ip)).isTrue();
            tcp.window(data);
            assertRenewed(old, tcp::checksum, () -> tcp.updateChecksum(ip), tcp::checksum);
            assertThat(tcp.checksumValid(ip)).isTrue();

            assertThat(ip6.wrap(Captured.packet(Captured.PING6), 14) && icmp.wrap(ip6)).isTrue();
            icmp.sequence(data);
            assertRenewed(old, icmp::checksum, () -> icmp.updateChecksum(ip6), icmp::checksum);
            assertThat(icmp.checksumValid(ip6)).isTrue();
        }
    }

    private static void assertRenewed(
            int old, IntConsumer set, Runnable update, IntSupplier checksum) {
        set.accept(0);
        update.run();
        int expected = checksum.getAsInt();
        set.accept(old);
        update.run();
        assertThat(checksum.getAsInt()).isEqualTo(expected);
    }

    @Test
    void shouldComputeThatOfAnEchoReplyOfZeros() {
        Icmp icmp = new Icmp();
        assertThat(icmp.wrap(Captured.packet("00".repeat(16)), 0)).isTrue();
        for (int old : new int[] {0, 0xffff, 0x1234}) {
            icmp.checksum(old);
            icmp.updateChecksum();
            assertThat(icmp.checksum()).isEqualTo(0xffff);
            assertThat(icmp.checksumValid()).isTrue();
        }
    }

    @Property
    void shouldSumThePseudoHeaderOfIpv4(@ForAll @Size(12) byte[] header) {
        header[8] = 0;
        ByteBuffer fields = ByteBuffer.wrap(header);
        assertThat(
                        Checksum.pseudoHeader(
                                fields.getInt(0),
                                fields.getInt(4),
                                fields.get(9) & 0xff,
                                fields.getShort(10) & 0xffff))
                .isEqualTo(naive(header));
    }

    @Property
    void shouldSumThePseudoHeaderOfIpv6(@ForAll @Size(40) byte[] header) {
        Arrays.fill(header, 36, 39, (byte) 0);
        header[32] &= 0x7f;
        ByteBuffer fields = ByteBuffer.wrap(header);
        assertThat(
                        Checksum.pseudoHeader(
                                fields.getLong(0),
                                fields.getLong(8),
                                fields.getLong(16),
                                fields.getLong(24),
                                fields.get(39) & 0xff,
                                fields.getInt(32)))
                .isEqualTo(naive(header));
    }

    private static int sum(byte[] bytes) {
        return Checksum.sum(Captured.packet(bytes), 0, bytes.length);
    }

    private static byte[] with(byte[] bytes, int word, int value) {
        byte[] changed = bytes.clone();
        changed[2 * word] = (byte) (value >>> 8);
        changed[2 * word + 1] = (byte) value;
        return changed;
    }

    private static boolean allZero(byte[] bytes) {
        return Arrays.equals(bytes, new byte[bytes.length]);
    }

    /** RFC 1071 section 4.1, word by word. */
    private static int naive(byte[] bytes) {
        int sum = 0;
        for (int i = 0; i < bytes.length; i += 2) {
            int low = i + 1 < bytes.length ? bytes[i + 1] & 0xff : 0;
            sum += (bytes[i] & 0xff) << 8 | low;
            if (sum > 0xffff) {
                sum -= 0xffff;
            }
        }
        return sum;
    }
}
