// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import org.dpdk4j.Mbuf;

/**
 * The frame that a measurement sends and expects back, all fields in network order.
 *
 * <pre>
 *   0            12          14     16         24            32      40                     64
 *   | MAC twice  | ethertype | side | sequence | timestamp   | check | three words of pattern |
 * </pre>
 *
 * <p>A forwarder may rewrite the MAC addresses. The check depends on side, sequence and timestamp,
 * so that a frame which comes back with old or mixed contents is seen.
 */
final class ProbeFrame {
    static final int LENGTH = 64;

    /** For local experiments, by IEEE 802. */
    private static final int ETHERTYPE = 0x88b5;

    /** A locally administered address. */
    private static final long MAC = 0x02_64_70_34_6a_00L;

    private static final int KIND = 12;
    private static final int SEQUENCE = 16;
    private static final int TIMESTAMP = 24;
    private static final int CHECK = 32;
    private static final int PATTERN = 40;
    private static final long PATTERN_1 = 0x0123_4567_89ab_cdefL;
    private static final long PATTERN_2 = 0xaa55_aa55_55aa_55aaL;
    private static final long PATTERN_3 = 0xffff_0000_00ff_ff00L;

    private ProbeFrame() {}

    /** Makes an empty packet into a frame, to be stamped. */
    static void write(Mbuf packet, int side) {
        packet.append(LENGTH);
        packet.setLong(0, MAC << 16 | MAC >>> 32);
        packet.setInt(8, (int) MAC);
        packet.setInt(KIND, kind(side));
        packet.setLong(PATTERN, PATTERN_1);
        packet.setLong(PATTERN + 8, PATTERN_2);
        packet.setLong(PATTERN + 16, PATTERN_3);
    }

    static void stamp(Mbuf packet, int side, long sequence, long nanos) {
        packet.setLong(SEQUENCE, sequence);
        packet.setLong(TIMESTAMP, nanos);
        packet.setLong(CHECK, check(side, sequence, nanos));
    }

    static boolean intact(Mbuf packet, int side) {
        return packet.packetLength() == LENGTH
                && packet.length() == LENGTH
                && packet.getInt(KIND) == kind(side)
                && packet.getLong(CHECK) == check(side, sequence(packet), timestamp(packet))
                && packet.getLong(PATTERN) == PATTERN_1
                && packet.getLong(PATTERN + 8) == PATTERN_2
                && packet.getLong(PATTERN + 16) == PATTERN_3;
    }

    static long sequence(Mbuf packet) {
        return packet.getLong(SEQUENCE);
    }

    static long timestamp(Mbuf packet) {
        return packet.getLong(TIMESTAMP);
    }

    private static int kind(int side) {
        return ETHERTYPE << 16 | side;
    }

    private static long check(int side, long sequence, long nanos) {
        long mixed = (sequence + side) * 0x9e37_79b9_7f4a_7c15L ^ nanos;
        return mixed ^ mixed >>> 32;
    }
}
