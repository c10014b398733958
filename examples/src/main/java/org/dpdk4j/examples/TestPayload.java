// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import org.dpdk4j.Mbuf;

/**
 * What pktgen sends and count checks: a UDP payload that says when and as which one of its flow it
 * was sent, and whose every byte follows from that.
 *
 * <pre>
 *   0                 8            12           16
 *   +-----------------+------------+------------+------------------ - -
 *   | sent: nanoTime  | sequence   | check      | pattern
 *   +-----------------+------------+------------+------------------ - -
 * </pre>
 *
 * <p>Numbers are in network byte order. The check covers time, sequence and flow; the pattern
 * follows from sequence and flow. {@code nanoTime} is Linux's monotonic clock, the same for all
 * processes of a machine.
 */
final class TestPayload {
    /** The shortest payload. */
    static final int HEADER_LENGTH = 16;

    /** UDP port that they are sent to. */
    static final int DESTINATION_PORT = 7777;

    /** UDP port that flow 0 is sent from; flow n is sent from n ports above. */
    static final int FIRST_SOURCE_PORT = 49_152;

    /** There are no more flows than that. */
    static final int MAX_FLOWS = 1024;

    private static final int SEQUENCE = 8;
    private static final int CHECK = 12;
    private static final long GOLDEN_RATIO = 0x9e37_79b9_7f4a_7c15L;

    private TestPayload() {}

    /** Writes a payload of {@code length} bytes, at least {@link #HEADER_LENGTH}. */
    static void write(Mbuf m, int offset, int length, int flow, int sequence, long sentNanos) {
        m.setLong(offset, sentNanos);
        m.setInt(offset + SEQUENCE, sequence);
        m.setInt(offset + CHECK, check(flow, sequence, sentNanos));
        long seed = seed(flow, sequence);
        int end = offset + length;
        int at = offset + HEADER_LENGTH;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            m.setLong(at, mix(seed + at));
        }
        for (; at < end; at++) {
            m.setByte(at, (byte) mix(seed + at));
        }
    }

    /** Whether every byte is what the flow's sender wrote. */
    static boolean valid(Mbuf m, int offset, int length, int flow) {
        if (length < HEADER_LENGTH
                || m.getInt(offset + CHECK)
                        != check(flow, sequence(m, offset), sentNanos(m, offset))) {
            return false;
        }
        long seed = seed(flow, sequence(m, offset));
        int end = offset + length;
        int at = offset + HEADER_LENGTH;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            if (m.getLong(at) != mix(seed + at)) {
                return false;
            }
        }
        for (; at < end; at++) {
            if (m.getByte(at) != (byte) mix(seed + at)) {
                return false;
            }
        }
        return true;
    }

    static long sentNanos(Mbuf m, int offset) {
        return m.getLong(offset);
    }

    /** The low 32 bits of the packet's number in its flow, from 0. */
    static int sequence(Mbuf m, int offset) {
        return m.getInt(offset + SEQUENCE);
    }

    private static int check(int flow, int sequence, long sentNanos) {
        return (int) (mix(seed(flow, sequence) ^ sentNanos) >>> 32);
    }

    private static long seed(int flow, int sequence) {
        return mix(((long) flow << 32) | Integer.toUnsignedLong(sequence));
    }

    /** One round of a good mixer: each bit of the result depends on all bits of the input. */
    private static long mix(long bits) {
        long x = (bits ^ (bits >>> 32)) * GOLDEN_RATIO;
        return x ^ (x >>> 29);
    }
}
