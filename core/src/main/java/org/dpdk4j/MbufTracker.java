// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongPredicate;
import org.dpdk4j.bindings.memory.NativeMemory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who owns which packet, for the debug switch {@code -Ddpdk4j.debug=true}: finds use after free,
 * double free, and leaks with the place of allocation. Without the switch nothing of it is called.
 */
final class MbufTracker {
    /** A constant, so that the compiler drops every check when it is off. */
    static final boolean ENABLED = Boolean.getBoolean("dpdk4j.debug");

    private static final Logger LOG = LoggerFactory.getLogger(MbufTracker.class);
    private static final ConcurrentHashMap<Long, Ownership> PACKETS = new ConcurrentHashMap<>();

    private MbufTracker() {}

    /**
     * What is known of one mbuf.
     *
     * @param generation counts how often Java got it
     * @param owned whether Java has it now
     * @param what what was done with it last
     * @param place where it was got, or given away
     */
    private record Ownership(long generation, boolean owned, String what, Throwable place) {}

    /** Java got packets. */
    static void acquired(long pointers, int count, String what) {
        Throwable place = new Throwable(what);
        for (int i = 0; i < count; i++) {
            PACKETS.compute(
                    pointer(pointers, i),
                    (mbuf, before) -> new Ownership(next(before), true, what, place));
        }
    }

    /** Java gives packets away; holes are skipped. */
    static void released(long pointers, int count, String what) {
        Throwable place = new Throwable(what);
        for (int i = 0; i < count; i++) {
            long pointer = pointer(pointers, i);
            if (pointer != 0) {
                released(pointer, what, place);
            }
        }
    }

    private static void released(long mbuf, String what, Throwable place) {
        Ownership before = PACKETS.get(mbuf);
        if (before != null && !before.owned) {
            throw new IllegalStateException(
                    "mbuf 0x" + Long.toHexString(mbuf) + " " + what + " a second time",
                    before.place);
        }
        PACKETS.put(mbuf, new Ownership(next(before), false, what, place));
    }

    static long generation(long mbuf) {
        Ownership now = PACKETS.get(mbuf);
        return now == null ? 0 : now.generation;
    }

    static void checkUse(long mbuf, long generation) {
        Ownership now = PACKETS.get(mbuf);
        if (now != null && generation != 0 && (!now.owned || now.generation != generation)) {
            throw new IllegalStateException(
                    "mbuf 0x"
                            + Long.toHexString(mbuf)
                            + " was "
                            + now.what
                            + " and must not be used through this flyweight any more",
                    now.place);
        }
    }

    /** Reports the packets inside of an address range that Java still owns, and forgets them. */
    static int reportLeaks(String pool, LongPredicate ofPool) {
        int leaks = 0;
        for (var entry : PACKETS.entrySet()) {
            if (ofPool.test(entry.getKey())) {
                Ownership now = entry.getValue();
                if (now.owned) {
                    leaks++;
                    LOG.warn("pool {}: an mbuf was {} and never freed", pool, now.what, now.place);
                }
                PACKETS.remove(entry.getKey());
            }
        }
        return leaks;
    }

    private static long next(@Nullable Ownership before) {
        return before == null ? 1 : before.generation + 1;
    }

    private static long pointer(long pointers, int index) {
        return NativeMemory.getLong(pointers, (long) index * Long.BYTES);
    }
}
