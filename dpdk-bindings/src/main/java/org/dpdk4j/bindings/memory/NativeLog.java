// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.bindings.memory;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A C {@code FILE*} whose text comes out as an input stream: where DPDK's log, and what it prints
 * on its standard streams, can be read by Java.
 *
 * <p>It is a pipe whose writing end never blocks: a driver may log during a critical call, and if
 * it waited there for a Java reader while the JVM waits for a safepoint, neither would go on. When
 * nobody reads and the pipe is full (64 KiB), text is lost instead. For the same reason there is no
 * upcall.
 */
public final class NativeLog {
    private static final int O_NONBLOCK = 04000;
    private static final int O_CLOEXEC = 02000000;
    private static final int F_SETFL = 4;

    private static final MethodHandle PIPE2 =
            Libc.function("pipe2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle FCNTL =
            Libc.function(
                    "fcntl",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle FDOPEN =
            Libc.function("fdopen", FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS));
    private static final MethodHandle SETLINEBUF =
            Libc.function("setlinebuf", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle CLOSE =
            Libc.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle FFLUSH =
            Libc.function("fflush", FunctionDescriptor.of(JAVA_INT, ADDRESS));

    private static final MethodHandle FPUTS =
            Libc.function("fputs", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

    private final MemorySegment file;
    private final InputStream text;

    private NativeLog(MemorySegment file, InputStream text) {
        this.file = file;
        this.text = text;
    }

    /**
     * Opens one. It lasts as long as the process: C code may keep the {@code FILE*}.
     *
     * @return the log
     * @throws IOException if the system has no file descriptor left
     */
    public static NativeLog open() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(JAVA_INT, 2);
            if ((int) PIPE2.invokeExact(ends, O_CLOEXEC) != 0) {
                throw new IOException("pipe2 failed");
            }
            int reading = ends.getAtIndex(JAVA_INT, 0);
            int writing = ends.getAtIndex(JAVA_INT, 1);
            InputStream text = Files.newInputStream(Path.of("/proc/self/fd/" + reading));
            int closed = (int) CLOSE.invokeExact(reading);
            int set = (int) FCNTL.invokeExact(writing, F_SETFL, O_NONBLOCK);
            MemorySegment file =
                    (MemorySegment) FDOPEN.invokeExact(writing, arena.allocateFrom("w"));
            if (closed != 0 || set != 0 || file.address() == 0) {
                throw new IOException("fdopen failed");
            }
            SETLINEBUF.invokeExact(file);
            return new NativeLog(file, text);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The C side.
     *
     * @return a {@code FILE*}
     */
    public MemorySegment file() {
        return file;
    }

    /**
     * The Java side.
     *
     * @return what C wrote; reading blocks until there is some
     */
    public InputStream text() {
        return text;
    }

    /**
     * Writes to the C side, as C code would.
     *
     * @param line a line, without its end
     */
    public void write(String line) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocateFrom(line + "\n");
            int ignored = Libc.call(() -> (int) FPUTS.invokeExact(text, file));
        }
    }

    /**
     * Runs something while C's {@code stdout} and {@code stderr} lead here. Java's own {@link
     * System#out} is not affected, since it does not go through C's {@code FILE}.
     *
     * @param action what to run; other threads' C code is redirected meanwhile, too
     */
    public void whileOutputLeadsHere(Runnable action) {
        whileLeadsHere("stdout", () -> whileLeadsHere("stderr", action));
    }

    private void whileLeadsHere(String stream, Runnable action) {
        MemorySegment variable = variable(stream);
        MemorySegment before = variable.get(ADDRESS, 0);
        flush(before);
        variable.set(ADDRESS, 0, file);
        try {
            action.run();
        } finally {
            variable.set(ADDRESS, 0, before);
            flush(file);
        }
    }

    @SuppressWarnings("restricted")
    private static MemorySegment variable(String stream) {
        return Libc.symbol(stream).reinterpret(ADDRESS.byteSize());
    }

    private static void flush(MemorySegment stream) {
        int ignored = Libc.call(() -> (int) FFLUSH.invokeExact(stream));
    }
}
