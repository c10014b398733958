// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Objects;
import org.dpdk4j.Mbuf;
import org.dpdk4j.bindings.memory.NativeMemory;

/**
 * The Internet checksum: RFC 1071, and RFC 1624 for changing one without the data.
 *
 * <p>A <em>sum</em> here is the ones' complement sum of 16-bit words in network order, 0 to 65535;
 * it is 0 only if all of the data is. Sums of parts add up to the sum of the whole; the {@link
 * #complement} of the whole is the checksum. Data that contains its own checksum is right if its
 * sum is 0xffff.
 *
 * <p>All methods may be called from any thread and none allocates.
 */
public final class Checksum {
    private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final long LOW_HALF = 0xffff_ffffL;

    private Checksum() {}

    /**
     * Sums bytes in the first segment of a packet.
     *
     * @param m the packet
     * @param offset the first byte
     * @param lengthBytes how many bytes; if odd, a zero byte is thought behind them
     * @return the sum, as if the first byte were at an even place
     * @throws IndexOutOfBoundsException if the range isn't inside {@code m.length()}
     */
    public static int sum(Mbuf m, int offset, int lengthBytes) {
        Objects.checkFromIndexSize(offset, lengthBytes, m.length());
        return sum(m.dataAddress() + offset, lengthBytes);
    }

    /**
     * Sums bytes in native memory, for tools and tests.
     *
     * @param packet native memory, under the conditions of {@link HeaderView#wrap(MemorySegment,
     *     long)}
     * @param offset the first byte
     * @param lengthBytes how many bytes; if odd, a zero byte is thought behind them
     * @return the sum, as if the first byte were at an even place
     * @throws IndexOutOfBoundsException if the range isn't inside the segment
     * @throws IllegalArgumentException if the segment is on the heap, is read-only, is longer than
     *     an int counts, or belongs to another thread
     * @throws IllegalStateException if the segment's arena is closed
     */
    public static int sum(MemorySegment packet, long offset, int lengthBytes) {
        HeaderView.requirePacket(packet);
        Objects.checkFromIndexSize(offset, lengthBytes, packet.byteSize());
        return sum(packet.address() + offset, lengthBytes);
    }

    /**
     * Adds two sums whose second data begins at an even place.
     *
     * @param sum a sum
     * @param next another
     * @return the sum of both
     */
    public static int add(int sum, int next) {
        return fold(sum + next);
    }

    /**
     * Appends the sum of the next piece of data, such as a further segment of a packet.
     *
     * @param sum the sum of all data before
     * @param next the sum of the next piece
     * @param position how many bytes came before the piece; if that is odd, its bytes have changed
     *     places within the 16-bit words
     * @return the sum of both
     */
    public static int add(int sum, int next, long position) {
        return add(sum, (position & 1) == 0 ? next : swap(next));
    }

    /**
     * Makes a checksum of a sum.
     *
     * <p>In UDP a checksum of 0 means that there is none: send 0xffff in its place.
     *
     * @param sum the sum of all data, with zeros where the checksum shall be
     * @return the checksum, 0 to 65535
     */
    public static int complement(int sum) {
        return ~sum & 0xffff;
    }

    /**
     * Sums the pseudo header that TCP and UDP over IPv4 put before the data, RFC 9293 section 3.1.
     *
     * @param source the address that the packet comes from
     * @param destination the address that it goes to
     * @param protocol what the packet carries, see {@link IpProtocol}
     * @param lengthBytes the length of the message with its own header
     * @return the sum
     */
    public static int pseudoHeader(int source, int destination, int protocol, int lengthBytes) {
        return fold(
                (source & LOW_HALF)
                        + (destination & LOW_HALF)
                        + (protocol & 0xff)
                        + (lengthBytes & LOW_HALF));
    }

    /**
     * Sums the pseudo header that TCP, UDP and ICMPv6 over IPv6 put before the data, RFC 8200
     * section 8.1.
     *
     * @param sourceHigh the first eight bytes of the address that the packet comes from
     * @param sourceLow the last eight
     * @param destinationHigh the first eight bytes of the address that the packet goes to: the last
     *     one, if a routing header names more
     * @param destinationLow the last eight
     * @param protocol what the packet carries behind its extension headers, see {@link IpProtocol}
     * @param lengthBytes the length of the message with its own header
     * @return the sum
     */
    public static int pseudoHeader(
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow,
            int protocol,
            int lengthBytes) {
        return fold(
                halves(sourceHigh)
                        + halves(sourceLow)
                        + halves(destinationHigh)
                        + halves(destinationLow)
                        + (protocol & 0xff)
                        + (lengthBytes & LOW_HALF));
    }

    /**
     * Adapts a checksum to a change of 16 bits of the data, RFC 1624 equation 3.
     *
     * <p>The result is what computing anew would give, 0x0000 and 0xffff told apart, if the
     * checksum was computed by the same rule and not all of the new data is zero (no IP, TCP or UDP
     * packet is). UDP over IPv4: leave a checksum of 0 as it is, and put 0xffff in place of a
     * result of 0.
     *
     * @param checksum the checksum of the data before
     * @param before the 16 bits before; they began at an even place
     * @param after the 16 bits now
     * @return the checksum of the data now
     */
    public static int update16(int checksum, int before, int after) {
        if (before == after) {
            return checksum; // the equation would make 0x0000 of the 0xffff of all-zero data
        }
        return complement(fold(complement(checksum) + complement(before) + (after & 0xffff)));
    }

    /**
     * Adapts a checksum to a change of 32 bits of the data, such as an IPv4 address.
     *
     * @param checksum the checksum of the data before
     * @param before the 32 bits before; they began at an even place
     * @param after the 32 bits now
     * @return the checksum of the data now, as {@link #update16} has it
     */
    public static int update32(int checksum, int before, int after) {
        if (before == after) {
            return checksum;
        }
        return complement(fold(complement(checksum) + (~before & LOW_HALF) + (after & LOW_HALF)));
    }

    private static int sum(long address, int lengthBytes) {
        int sum = fold(words(address, lengthBytes));
        return LITTLE_ENDIAN ? swap(sum) : sum;
    }

    /**
     * What a sum is made of: words in the machine's byte order, added up without regard for
     * carries. Several of them can be added before {@link #valid} or {@link #complementOf} fold
     * them, once; taken in the wrong byte order, a sum is the right one with its bytes exchanged
     * (RFC 1071, 2B). The caller has checked the range.
     *
     * <p>In two accesses, since the compiler puts only so many of them into one method: whole
     * words, and from the last eight bytes those that were not in one.
     */
    static long words(long address, int lengthBytes) {
        int last = lengthBytes - Long.BYTES;
        if (last < 0) {
            return fewWords(address, lengthBytes);
        }
        // Halves of words can't overflow their 64 bits, so no carry has to be caught.
        long low = 0;
        long high = 0;
        int i = 0;
        for (; i < last; i += Long.BYTES) {
            long word = NativeMemory.getLong(address, i);
            low += word & LOW_HALF;
            high += word >>> 32;
        }
        long word = NativeMemory.getLong(address, last);
        int counted = (i - last) * Byte.SIZE;
        long rest = LITTLE_ENDIAN ? word >>> counted : word << counted;
        return low + high + halves(rest);
    }

    /** Of fewer than eight bytes. */
    private static long fewWords(long address, int lengthBytes) {
        long word = 0;
        for (int i = 0; i < lengthBytes; i++) {
            long unsigned = NativeMemory.getByte(address, i) & 0xff;
            int place = LITTLE_ENDIAN ? i : Long.BYTES - 1 - i;
            word |= unsigned << (place * Byte.SIZE);
        }
        return halves(word);
    }

    /**
     * {@link #words} of a pseudo header behind its addresses. They are taken as one number, whose
     * halves add up to the same: of two the compiler would make a sum with a constant, and take the
     * fold of the checksum apart for that.
     */
    static long pseudoHeaderEnd(int protocol, int lengthBytes) {
        int both = (protocol << 16) + lengthBytes;
        return (LITTLE_ENDIAN ? Integer.reverseBytes(both) : both) & LOW_HALF;
    }

    /** Whether these are data with the right checksum in them. */
    static boolean valid(long words) {
        return fold(words) == 0xffff;
    }

    /** The checksum of data, to be stored in the machine's byte order. */
    static int complementOf(long words) {
        return complement(fold(words));
    }

    /**
     * What a checksum has to be, in the machine's byte order, from words that are more than zeros
     * and have the present one among them. So that need not be overwritten first: the processor
     * would make the wide loads of the sum wait for that store.
     */
    static int renewed(int before, long words) {
        return complementOf(words + complement(before));
    }

    /** The words of eight bytes that were read in the machine's byte order. */
    private static long halves(long word) {
        return (word & LOW_HALF) + (word >>> 32);
    }

    /**
     * Adds the carries back in until 16 bits hold the sum. A word plus itself with exchanged halves
     * has in its upper half the sum of both, the carry out of it included.
     */
    private static int fold(long sum) {
        return fold((int) ((sum + Long.rotateLeft(sum, 32)) >>> 32));
    }

    private static int fold(int sum) {
        return (sum + Integer.rotateLeft(sum, 16)) >>> 16;
    }

    private static int swap(int sum) {
        return (sum & 0xff) << 8 | (sum >>> 8 & 0xff);
    }
}
