// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The system calls of which Java's library has no like: signals, and sequenced packets. */
public final class Libc {
    /** Goes on. */
    public static final int SIGCONT = 18;

    /** Stops, until it may go on. */
    public static final int SIGSTOP = 19;

    static final int AF_UNIX = 1;
    static final int SOCK_SEQPACKET = 5;

    private static final MethodHandle KILL = handle("kill", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SOCKET =
            handle("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle CONNECT =
            handle("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle READ =
            handle("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle WRITE =
            handle("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle CLOSE = handle("close", JAVA_INT, JAVA_INT);

    private Libc() {}

    /**
     * Sends a signal.
     *
     * @param pid to whom
     * @param signal its number
     * @throws IOException if there is no such process, or it is not ours
     */
    public static void kill(long pid, int signal) throws IOException {
        call("kill", () -> (int) KILL.invokeExact((int) pid, signal));
    }

    static int socket(int family, int type) throws IOException {
        return (int) call("socket", () -> (int) SOCKET.invokeExact(family, type, 0));
    }

    static void connect(int socket, MemorySegment address) throws IOException {
        call("connect", () -> (int) CONNECT.invokeExact(socket, address, (int) address.byteSize()));
    }

    static int read(int file, MemorySegment buffer) throws IOException {
        return (int) call("read", () -> (long) READ.invokeExact(file, buffer, buffer.byteSize()));
    }

    static void write(int file, MemorySegment buffer, long lengthBytes) throws IOException {
        call("write", () -> (long) WRITE.invokeExact(file, buffer, lengthBytes));
    }

    static void close(int file) throws IOException {
        call("close", () -> (int) CLOSE.invokeExact(file));
    }

    private interface Call {
        long run() throws Throwable;
    }

    private static long call(String name, Call call) throws IOException {
        long result;
        try {
            result = call.run();
        } catch (Throwable e) {
            throw new IllegalStateException(name, e);
        }
        if (result < 0) {
            throw new IOException(name + " failed");
        }
        return result;
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(
            String name, MemoryLayout result, MemoryLayout... parameters) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, parameters));
    }
}
