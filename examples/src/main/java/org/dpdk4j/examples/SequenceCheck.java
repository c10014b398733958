// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

/**
 * Tells from the sequence numbers of a flow, which start at 0, what was lost, came late, or came
 * twice.
 *
 * <p>It remembers which of the last {@link #WINDOW} numbers have come. What is later than that
 * counts as late, and stays lost.
 */
final class SequenceCheck {
    /** A power of two. */
    static final int WINDOW = 8192;

    private final long[] seen = new long[WINDOW / Long.SIZE];
    private long next;
    private long received;
    private long lost;
    private long late;
    private long duplicates;

    /** Takes note of a packet, by the low 32 bits of its number. */
    void accept(int low32) {
        received++;
        long sequence = next + (low32 - (int) next);
        if (sequence >= next) {
            skipTo(sequence);
            mark(sequence);
            next = sequence + 1;
        } else if (sequence < 0 || next - sequence > WINDOW) {
            late++;
        } else if (marked(sequence)) {
            duplicates++;
        } else {
            mark(sequence);
            late++;
            lost--;
        }
    }

    /** All that came. */
    long received() {
        return received;
    }

    /** Numbers that are missing between the first and the highest that came. */
    long lost() {
        return lost;
    }

    /** Those that came after a higher number. */
    long late() {
        return late;
    }

    /** Those that had come before. */
    long duplicates() {
        return duplicates;
    }

    private void skipTo(long sequence) {
        lost += sequence - next;
        for (long s = Math.max(next, sequence - WINDOW); s < sequence; s++) {
            seen[word(s)] &= ~bit(s);
        }
    }

    private void mark(long sequence) {
        seen[word(sequence)] |= bit(sequence);
    }

    private boolean marked(long sequence) {
        return (seen[word(sequence)] & bit(sequence)) != 0;
    }

    private static int word(long sequence) {
        return (int) (sequence & (WINDOW - 1)) / Long.SIZE;
    }

    private static long bit(long sequence) {
        return 1L << sequence;
    }
}
