// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A DPDK process's telemetry socket (version 2): questions to a process from outside, answered by a
 * thread of DPDK. The same for a process in C and one in Java.
 */
final class Telemetry implements Closeable {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int FAMILY_BYTES = 2;
    private static final int SOCKADDR_BYTES = 110;
    private static final Pattern SENT = Pattern.compile("\"opackets\":\\s*(\\d+)");
    private static final Pattern RECEIVED = Pattern.compile("\"ipackets\":\\s*(\\d+)");
    private static final Pattern LINK_UP = Pattern.compile("\"status\":\\s*\"UP\"");

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES);
    private final int socket;

    private Telemetry(int socket) {
        this.socket = socket;
    }

    /** Connects to the process that has a file prefix. */
    static Telemetry connect(String filePrefix) throws IOException {
        int socket = Libc.socket(Libc.AF_UNIX, Libc.SOCK_SEQPACKET);
        Telemetry telemetry = new Telemetry(socket);
        MemorySegment address = telemetry.arena.allocate(SOCKADDR_BYTES);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) Libc.AF_UNIX);
        String path = runtimeDirectory(filePrefix).resolve("dpdk_telemetry.v2").toString();
        address.setString(FAMILY_BYTES, path);
        try {
            Libc.connect(socket, address);
            telemetry.read();
        } catch (IOException e) {
            telemetry.close();
            throw new IOException("no telemetry at " + path, e);
        }
        return telemetry;
    }

    /** Where EAL keeps the files of a process. */
    static Path runtimeDirectory(String filePrefix) {
        String base = System.getenv("XDG_RUNTIME_DIR");
        boolean root = System.getProperty("user.name").equals("root");
        return Path.of(root ? "/var/run" : base == null ? "/tmp" : base, "dpdk", filePrefix);
    }

    /** Packets that a port has sent. */
    long sentPackets(int port) throws IOException {
        return counter(port, SENT);
    }

    /** Packets that a port has received. */
    long receivedPackets(int port) throws IOException {
        return counter(port, RECEIVED);
    }

    boolean linkUp(int port) throws IOException {
        return LINK_UP.matcher(ask("/ethdev/link_status," + port)).find();
    }

    @Override
    public void close() throws IOException {
        Libc.close(socket);
        arena.close();
    }

    private long counter(int port, Pattern pattern) throws IOException {
        String answer = ask("/ethdev/stats," + port);
        Matcher counter = pattern.matcher(answer);
        if (!counter.find()) {
            throw new IOException("telemetry has no statistics of port " + port + ": " + answer);
        }
        return Long.parseLong(counter.group(1));
    }

    private String ask(String question) throws IOException {
        byte[] bytes = question.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
        Libc.write(socket, buffer, bytes.length);
        return read();
    }

    private String read() throws IOException {
        int length = Libc.read(socket, buffer);
        byte[] bytes = buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
