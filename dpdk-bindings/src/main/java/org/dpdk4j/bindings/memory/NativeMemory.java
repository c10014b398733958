// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.bindings.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Loads and stores at absolute native addresses: the one class that sees all of memory at once.
 *
 * <p>Nothing here is checked. Callers in core check a range once, against the packet or the array
 * that it belongs to, and then come here. Values are in the machine's byte order unless the name
 * ends in {@code BigEndian}. Addresses need no alignment, except for {@link #getAndAddInt} and
 * {@link #getIntOpaque}.
 */
public final class NativeMemory {
    /** All of memory; a constant, so that the compiler folds its bounds and its liveness check. */
    private static final MemorySegment ALL = everything();

    private static final ValueLayout.OfShort SHORT_BE =
            JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT_BE =
            JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG_BE =
            JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final VarHandle ATOMIC_INT = ValueLayout.JAVA_INT.varHandle();

    private NativeMemory() {}

    @SuppressWarnings("restricted")
    private static MemorySegment everything() {
        return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    }

    /**
     * A window onto native memory whose lifetime nobody watches.
     *
     * @param address where it starts
     * @param byteSize its length in bytes
     * @return the segment, in the global scope
     */
    public static MemorySegment segment(long address, long byteSize) {
        return ALL.asSlice(address, byteSize);
    }

    /**
     * Reads a C string.
     *
     * @param address where it starts
     * @return the text up to the terminating NUL, read as UTF-8
     */
    public static String getString(long address) {
        return ALL.getString(address);
    }

    /**
     * Reads a byte.
     *
     * @param address where
     * @return the value
     */
    public static byte getByte(long address) {
        return ALL.get(JAVA_BYTE, address);
    }

    /**
     * Reads two bytes.
     *
     * @param address where
     * @return the value
     */
    public static short getShort(long address) {
        return ALL.get(JAVA_SHORT_UNALIGNED, address);
    }

    /**
     * Reads two bytes in network order.
     *
     * @param address where
     * @return the value
     */
    public static short getShortBigEndian(long address) {
        return ALL.get(SHORT_BE, address);
    }

    /**
     * Reads four bytes.
     *
     * @param address where
     * @return the value
     */
    public static int getInt(long address) {
        return ALL.get(JAVA_INT_UNALIGNED, address);
    }

    /**
     * Reads four aligned bytes that another thread may be writing: anew each time, never half of
     * them, and not before what their address was computed from.
     *
     * @param address where; a multiple of four
     * @return the value
     */
    public static int getIntOpaque(long address) {
        return (int) ATOMIC_INT.getOpaque(ALL, address);
    }

    /**
     * Reads four bytes in network order.
     *
     * @param address where
     * @return the value
     */
    public static int getIntBigEndian(long address) {
        return ALL.get(INT_BE, address);
    }

    /**
     * Reads eight bytes.
     *
     * @param address where
     * @return the value
     */
    public static long getLong(long address) {
        return ALL.get(JAVA_LONG_UNALIGNED, address);
    }

    /**
     * Reads eight bytes in network order.
     *
     * @param address where
     * @return the value
     */
    public static long getLongBigEndian(long address) {
        return ALL.get(LONG_BE, address);
    }

    /**
     * Writes a byte.
     *
     * @param address where
     * @param value what
     */
    public static void putByte(long address, byte value) {
        ALL.set(JAVA_BYTE, address, value);
    }

    /**
     * Writes two bytes.
     *
     * @param address where
     * @param value what
     */
    public static void putShort(long address, short value) {
        ALL.set(JAVA_SHORT_UNALIGNED, address, value);
    }

    /**
     * Writes two bytes in network order.
     *
     * @param address where
     * @param value what
     */
    public static void putShortBigEndian(long address, short value) {
        ALL.set(SHORT_BE, address, value);
    }

    /**
     * Writes four bytes.
     *
     * @param address where
     * @param value what
     */
    public static void putInt(long address, int value) {
        ALL.set(JAVA_INT_UNALIGNED, address, value);
    }

    /**
     * Writes four bytes in network order.
     *
     * @param address where
     * @param value what
     */
    public static void putIntBigEndian(long address, int value) {
        ALL.set(INT_BE, address, value);
    }

    /**
     * Writes eight bytes.
     *
     * @param address where
     * @param value what
     */
    public static void putLong(long address, long value) {
        ALL.set(JAVA_LONG_UNALIGNED, address, value);
    }

    /**
     * Writes eight bytes in network order.
     *
     * @param address where
     * @param value what
     */
    public static void putLongBigEndian(long address, long value) {
        ALL.set(LONG_BE, address, value);
    }

    /**
     * Adds to four aligned bytes atomically, as {@code __atomic_fetch_add} does.
     *
     * @param address where; a multiple of four
     * @param delta what to add
     * @return the value before
     */
    public static int getAndAddInt(long address, int delta) {
        return (int) ATOMIC_INT.getAndAdd(ALL, address, delta);
    }

    /**
     * Copies between native memory and an array.
     *
     * @param address where in native memory to read
     * @param target the array to write
     * @param targetOffset first index in the array
     * @param lengthBytes how many bytes
     */
    public static void copyOut(long address, byte[] target, int targetOffset, int lengthBytes) {
        MemorySegment.copy(ALL, JAVA_BYTE, address, target, targetOffset, lengthBytes);
    }

    /**
     * Copies from an array to native memory.
     *
     * @param source the array to read
     * @param sourceOffset first index in the array
     * @param address where in native memory to write
     * @param lengthBytes how many bytes
     */
    public static void copyIn(byte[] source, int sourceOffset, long address, int lengthBytes) {
        MemorySegment.copy(source, sourceOffset, ALL, JAVA_BYTE, address, lengthBytes);
    }

    /**
     * Copies native memory to native memory; the ranges may overlap.
     *
     * @param source where to read
     * @param target where to write
     * @param lengthBytes how many bytes
     */
    public static void copy(long source, long target, long lengthBytes) {
        MemorySegment.copy(ALL, source, ALL, target, lengthBytes);
    }
}
