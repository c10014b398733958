// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The system calls of which Java's library has no like: signals, scheduling, sequenced packets. */
public final class Libc {
    /** Goes on. */
    public static final int SIGCONT = 18;

    /** Stops, until it may go on. */
    public static final int SIGSTOP = 19;

    static final int AF_UNIX = 1;
    static final int SOCK_SEQPACKET = 5;

    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final int SCHED_OTHER = 0;
    private static final int SCHED_FIFO = 1;

    /** Each a {@code struct sched_param}, which has nothing but a priority. */
    private static final MemorySegment NO_PRIORITY = Arena.global().allocateFrom(JAVA_INT, 0);

    private static final MemorySegment LEAST_PRIORITY = Arena.global().allocateFrom(JAVA_INT, 1);

    private static final MethodHandle KILL = handle("kill", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SCHED_SETSCHEDULER =
            handle("sched_setscheduler", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
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
        call("kill", state -> (int) KILL.invokeExact(state, (int) pid, signal));
    }

    /**
     * Lets a thread have its CPU whenever it wants it, before all that have no such right, or be
     * one of the many again.
     *
     * @param thread its number in Linux, 0 for the caller's own
     * @param realTime whether it shall be so
     * @throws IOException if there is no such thread, or the right to it (CAP_SYS_NICE)
     */
    public static void schedule(long thread, boolean realTime) throws IOException {
        int policy = realTime ? SCHED_FIFO : SCHED_OTHER;
        MemorySegment priority = realTime ? LEAST_PRIORITY : NO_PRIORITY;
        call(
                "sched_setscheduler",
                state ->
                        (int)
                                SCHED_SETSCHEDULER.invokeExact(
                                        state, (int) thread, policy, priority));
    }

    static int socket(int family, int type) throws IOException {
        return (int) call("socket", state -> (int) SOCKET.invokeExact(state, family, type, 0));
    }

    static void connect(int socket, MemorySegment address) throws IOException {
        call(
                "connect",
                state ->
                        (int)
                                CONNECT.invokeExact(
                                        state, socket, address, (int) address.byteSize()));
    }

    static int read(int file, MemorySegment buffer) throws IOException {
        return (int)
                call(
                        "read",
                        state -> (long) READ.invokeExact(state, file, buffer, buffer.byteSize()));
    }

    static void write(int file, MemorySegment buffer, long lengthBytes) throws IOException {
        call("write", state -> (long) WRITE.invokeExact(state, file, buffer, lengthBytes));
    }

    static void close(int file) throws IOException {
        call("close", state -> (int) CLOSE.invokeExact(state, file));
    }

    private interface Call {
        long run(MemorySegment state) throws Throwable;
    }

    private static long call(String name, Call call) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long result;
            try {
                result = call.run(state);
            } catch (Throwable e) {
                throw new IllegalStateException(name, e);
            }
            if (result < 0) {
                throw new IOException(name + " failed (errno " + (int) ERRNO.get(state, 0L) + ")");
            }
            return result;
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(
            String name, MemoryLayout result, MemoryLayout... parameters) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, parameters),
                Linker.Option.captureCallState("errno"));
    }
}
