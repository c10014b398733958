// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.bindings.memory;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** A file descriptor that is readable once it was signalled: {@code eventfd(2)}. */
public final class EventFd implements AutoCloseable {
    private static final int EFD_NONBLOCK = 04000;
    private static final int EFD_CLOEXEC = 02000000;
    private static final short POLLIN = 1;
    private static final int FOREVER = -1;

    private static final MemoryLayout POLLFD =
            MemoryLayout.structLayout(
                    JAVA_INT.withName("fd"),
                    JAVA_SHORT.withName("events"),
                    JAVA_SHORT.withName("revents"));

    private static final MethodHandle EVENTFD =
            Libc.function("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle READ = Libc.function("read", transfer());
    private static final MethodHandle WRITE = Libc.function("write", transfer());
    private static final MethodHandle POLL =
            Libc.function("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle CLOSE =
            Libc.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final int number;

    private EventFd(int number) {
        this.number = number;
    }

    /**
     * Opens one that is not signalled.
     *
     * @return it, to be closed by the caller
     * @throws IOException if the system has no file descriptor left
     */
    public static EventFd open() throws IOException {
        int number = Libc.call(() -> (int) EVENTFD.invokeExact(0, EFD_CLOEXEC | EFD_NONBLOCK));
        if (number < 0) {
            throw new IOException("eventfd failed");
        }
        return new EventFd(number);
    }

    /**
     * Its file descriptor.
     *
     * @return the number
     */
    public int number() {
        return number;
    }

    /** Makes it readable. */
    public void signal() {
        transfer(WRITE);
    }

    /** Makes it unreadable until the next signal. */
    public void drain() {
        transfer(READ);
    }

    /**
     * Waits until a file descriptor is readable. May return early, when a signal arrives.
     *
     * @param fileDescriptor any; one that isn't open counts as readable
     */
    public static void awaitReadable(int fileDescriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment entry = arena.allocate(POLLFD);
            entry.set(JAVA_INT, 0, fileDescriptor);
            entry.set(JAVA_SHORT, Integer.BYTES, POLLIN);
            int ignored = Libc.call(() -> (int) POLL.invokeExact(entry, 1L, FOREVER));
        }
    }

    @Override
    public void close() {
        int ignored = Libc.call(() -> (int) CLOSE.invokeExact(number));
    }

    private void transfer(MethodHandle direction) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocateFrom(ValueLayout.JAVA_LONG, 1);
            // It fails only where there is nothing to read, or 2^64 - 2 signals to be read.
            long ignored = (long) direction.invokeExact(number, count, (long) Long.BYTES);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static FunctionDescriptor transfer() {
        return FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    }
}
