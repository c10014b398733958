// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import org.dpdk4j.bindings.memory.NativeMemory;

/**
 * Moves packets from an array to the bursts that their numbers name: {@link MbufBurst#distribute}.
 * Those that stay move to the front of the array.
 */
final class Distribution {
    /** With up to so many targets, one pass for each costs less than one for all. */
    private static final int FEW = 3;

    private Distribution() {}

    /**
     * Distributes an array without holes.
     *
     * @param mbufs the array
     * @param count how many packets it has
     * @param numbers for each packet, the number of a target
     * @param targets who takes them over
     * @return how many stay
     */
    static int ofAll(long mbufs, int count, int[] numbers, MbufBurst[] targets) {
        return targets.length <= FEW && canTakeAll(targets, count)
                ? toFew(mbufs, count, numbers, targets)
                : oneByOne(mbufs, count, numbers, targets);
    }

    /** Distributes an array that may have holes, which go. As {@link #ofAll} otherwise. */
    static int oneByOne(long mbufs, int count, int[] numbers, MbufBurst[] targets) {
        int left = 0;
        for (int i = 0; i < count; i++) {
            long mbuf = NativeMemory.getLong(mbufs, MbufBurst.offset(i));
            if (mbuf == 0) {
                continue;
            }
            int number = numbers[i];
            if (!names(number, targets) || !targets[number].append(mbuf)) {
                NativeMemory.putLong(mbufs, MbufBurst.offset(left), mbuf);
                left++;
            }
        }
        return left;
    }

    /**
     * One pass for each target. In one for all, each packet would wait until its target's size is
     * stored, which the packet before may have changed.
     */
    private static int toFew(long mbufs, int count, int[] numbers, MbufBurst[] targets) {
        int moved = 0;
        for (int i = 0; i < targets.length; i++) {
            moved += append(targets[i], i, mbufs, count, numbers);
        }
        return moved == count ? 0 : keepUnnamed(mbufs, count, numbers, targets);
    }

    /** Has a target take over those packets that have its number; there is room for all. */
    private static int append(MbufBurst target, int number, long mbufs, int count, int[] numbers) {
        long end = target.roomAddress();
        int chosen = 0;
        for (int i = 0; i < count; i++) {
            // Each is written to the next slot, which counts if the packet was chosen: a branch
            // could not be foretold. What is added is 1 if the two numbers are one, and else 0.
            long mbuf = NativeMemory.getLong(mbufs, MbufBurst.offset(i));
            NativeMemory.putLong(end, MbufBurst.offset(chosen), mbuf);
            chosen += (int) ((Integer.toUnsignedLong(numbers[i] ^ number) - 1) >>> 63);
        }
        target.appended(chosen);
        return chosen;
    }

    private static int keepUnnamed(long mbufs, int count, int[] numbers, MbufBurst[] targets) {
        int left = 0;
        for (int i = 0; i < count; i++) {
            if (!names(numbers[i], targets)) {
                long mbuf = NativeMemory.getLong(mbufs, MbufBurst.offset(i));
                NativeMemory.putLong(mbufs, MbufBurst.offset(left), mbuf);
                left++;
            }
        }
        return left;
    }

    /** A number below 0 is a large one without its sign. */
    private static boolean names(int number, MbufBurst[] targets) {
        return Integer.compareUnsigned(number, targets.length) < 0;
    }

    /** Whether no target is there twice, and each has room for so many packets. */
    private static boolean canTakeAll(MbufBurst[] targets, int count) {
        for (int i = 0; i < targets.length; i++) {
            MbufBurst target = targets[i];
            if (target.capacity() - target.size() < count) {
                return false;
            }
            for (int j = 0; j < i; j++) {
                if (targets[j] == target) {
                    return false;
                }
            }
        }
        return true;
    }
}
