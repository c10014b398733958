// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.bindings.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Loads and stores at absolute native addresses: this class and {@link Load}, which it loads by,
 * see all of memory at once.
 *
 * <p>Most accessors take a base and an offset, as what has to be done to an address is done once
 * then for all words behind it.
 *
 * <p>Nothing here is checked. Callers in core check a range once, against the packet or the array
 * that it belongs to, and then come here. Values are in the machine's byte order unless the name
 * ends in {@code BigEndian}. Addresses need no alignment, except for {@link #getAndAddInt}.
 */
public final class NativeMemory {
    /** All of memory; a constant, so that the compiler folds its bounds and its liveness check. */
    static final MemorySegment ALL = everything();

    /**
     * The bits that an address of user space can have set, on x86-64 with five levels of page
     * tables.
     */
    private static final long USER_SPACE = (1L << 56) - 1;

    /**
     * More than those, with room for a sum. They are cut out of each address, which changes none,
     * for one reason: the compiler then knows that the access lies within {@link #ALL}, and leaves
     * the check out. Where it knows already, as behind {@link #getAddress}, it leaves the cut out.
     */
    private static final long WITHIN = (1L << 62) - 1;

    // For stores. Used as they are, since MemorySegment's own accessors are one more call for the
    // compiler to put into the caller, and there is a limit to how many calls deep it does that.
    private static final VarHandle BYTE = JAVA_BYTE.varHandle();
    private static final VarHandle SHORT = JAVA_SHORT_UNALIGNED.varHandle();
    private static final VarHandle SHORT_BE =
            JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN).varHandle();
    private static final VarHandle INT = JAVA_INT_UNALIGNED.varHandle();
    private static final VarHandle INT_BE =
            JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN).varHandle();
    private static final VarHandle LONG = JAVA_LONG_UNALIGNED.varHandle();
    private static final VarHandle LONG_BE =
            JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN).varHandle();
    private static final VarHandle ARRAY_LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    /** From so many bytes on, a call of the JVM's copying stub costs less than loads and stores. */
    private static final int LONG_COPY = 128;

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
     * Reads a byte at a place behind an address.
     *
     * @param base an address
     * @param offset from there, in bytes
     * @return the value
     */
    public static byte getByte(long base, long offset) {
        try {
            return (byte) Load.late(Load.BYTE).invokeExact((base & WITHIN) + offset);
        } catch (Throwable e) {
            throw NativeCall.unexpected(e);
        }
    }

    /**
     * Reads two bytes in network order at a place behind an address.
     *
     * @param base an address
     * @param offset from there, in bytes
     * @return the value, 0 to 65535
     */
    public static int getUnsignedShortBigEndian(long base, long offset) {
        try {
            return (char) Load.late(Load.CHAR_BE).invokeExact((base & WITHIN) + offset);
        } catch (Throwable e) {
            throw NativeCall.unexpected(e);
        }
    }

    /**
     * Reads two bytes, as an unsigned number, at a place behind an address.
     *
     * @param base an address
     * @param offset from there, in bytes
     * @return the value, 0 to 65535
     */
    public static int getUnsignedShort(long base, long offset) {
        try {
            return (char) Load.late(Load.CHAR).invokeExact((base & WITHIN) + offset);
        } catch (Throwable e) {
            throw NativeCall.unexpected(e);
        }
    }

    /**
     * Reads four bytes at a place behind an address.
     *
     * @param base an address
     * @param offset from there, in bytes
     * @return the value
     */
    public static int getInt(long base, long offset) {
        try {
            return (int) Load.late(Load.INT).invokeExact((base & WITHIN) + offset);
        } catch (Throwable e) {
            throw NativeCall.unexpected(e);
        }
    }

    /**
     * Reads four bytes in network order at a place behind an address.
     *
     * @param base an address
     * @param offset from there, in bytes
     * @return the value
     */
    public static int getIntBigEndian(long base, long offset) {
        try {
            return (int) Load.late(Load.INT_BE).invokeExact((base & WITHIN) + offset);
        } catch (Throwable e) {
            throw NativeCall.unexpected(e);
        }
    }

    /**
     * Reads eight bytes at a place behind an address.
     *
     * @param base an address
     * @param offset from there, in bytes
     * @return the value
     */
    public static long getLong(long base, long offset) {
        try {
            return (long) Load.late(Load.LONG).invokeExact((base & WITHIN) + offset);
        } catch (Throwable e) {
            throw NativeCall.unexpected(e);
        }
    }

    /**
     * Reads eight bytes in network order at a place behind an address.
     *
     * @param base an address
     * @param offset from there, in bytes
     * @return the value
     */
    public static long getLongBigEndian(long base, long offset) {
        try {
            return (long) Load.late(Load.LONG_BE).invokeExact((base & WITHIN) + offset);
        } catch (Throwable e) {
            throw NativeCall.unexpected(e);
        }
    }

    /**
     * Reads a pointer into user space at a place behind an address.
     *
     * @param base an address
     * @param offset from there, in bytes
     * @return the address that it holds
     */
    public static long getAddress(long base, long offset) {
        try {
            return (long) Load.late(Load.LONG).invokeExact((base & WITHIN) + offset) & USER_SPACE;
        } catch (Throwable e) {
            throw NativeCall.unexpected(e);
        }
    }

    /**
     * Writes a byte at a place behind an address.
     *
     * @param base an address
     * @param offset from there, in bytes
     * @param value what
     */
    public static void putByte(long base, long offset, byte value) {
        BYTE.set(ALL, (base & WITHIN) + offset, value);
    }

    /**
     * Writes two bytes at a place behind an address.
     *
     * @param base an address
     * @param offset from there, in bytes
     * @param value what
     */
    public static void putShort(long base, long offset, short value) {
        SHORT.set(ALL, (base & WITHIN) + offset, value);
    }

    /**
     * Writes two bytes in network order at a place behind an address.
     *
     * @param base an address
     * @param offset from there, in bytes
     * @param value what
     */
    public static void putShortBigEndian(long base, long offset, short value) {
        SHORT_BE.set(ALL, (base & WITHIN) + offset, value);
    }

    /**
     * Writes four bytes at a place behind an address.
     *
     * @param base an address
     * @param offset from there, in bytes
     * @param value what
     */
    public static void putInt(long base, long offset, int value) {
        INT.set(ALL, (base & WITHIN) + offset, value);
    }

    /**
     * Writes four bytes in network order at a place behind an address.
     *
     * @param base an address
     * @param offset from there, in bytes
     * @param value what
     */
    public static void putIntBigEndian(long base, long offset, int value) {
        INT_BE.set(ALL, (base & WITHIN) + offset, value);
    }

    /**
     * Writes eight bytes at a place behind an address.
     *
     * @param base an address
     * @param offset from there, in bytes
     * @param value what
     */
    public static void putLong(long base, long offset, long value) {
        LONG.set(ALL, (base & WITHIN) + offset, value);
    }

    /**
     * Writes eight bytes in network order at a place behind an address.
     *
     * @param base an address
     * @param offset from there, in bytes
     * @param value what
     */
    public static void putLongBigEndian(long base, long offset, long value) {
        LONG_BE.set(ALL, (base & WITHIN) + offset, value);
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
        if (lengthBytes < Long.BYTES || lengthBytes >= LONG_COPY) {
            MemorySegment.copy(ALL, JAVA_BYTE, address, target, targetOffset, lengthBytes);
            return;
        }
        Objects.checkFromIndexSize(targetOffset, lengthBytes, target.length);
        int last = lengthBytes - Long.BYTES;
        for (int i = 0; i < last; i += Long.BYTES) {
            ARRAY_LONG.set(target, targetOffset + i, getLong(address, i));
        }
        // Up to the end; it may copy some of the bytes before once more.
        ARRAY_LONG.set(target, targetOffset + last, getLong(address, last));
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
        if (lengthBytes < Long.BYTES || lengthBytes >= LONG_COPY) {
            MemorySegment.copy(source, sourceOffset, ALL, JAVA_BYTE, address, lengthBytes);
            return;
        }
        Objects.checkFromIndexSize(sourceOffset, lengthBytes, source.length);
        int last = lengthBytes - Long.BYTES;
        for (int i = 0; i < last; i += Long.BYTES) {
            putLong(address, i, (long) ARRAY_LONG.get(source, sourceOffset + i));
        }
        // Up to the end; it may copy some of the bytes before once more.
        putLong(address, last, (long) ARRAY_LONG.get(source, sourceOffset + last));
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
