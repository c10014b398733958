// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.dpdk4j.sriov.kernel.LinuxText;

/** Frames between clients and the model: a length, then a list of byte strings. */
final class Wire implements AutoCloseable {
    /** What a client asks. */
    enum Operation {
        HELLO,
        CONTROL,
        READ,
        WRITE,
        LIST,
        READ_LINK,
        STATUS,
        OWN,
        MAKE_DIRECTORY,
        REMOVE_DIRECTORY,
        MOUNT,
        UNMOUNT,
        LOAD_MODULE,
        OPEN_NETLINK,
        SEND,
        RECEIVE,
        CLOSE_NETLINK,
        MEMLOCK,
        UID
    }

    private static final int FIRST_BYTES = 65536;

    private final SocketChannel channel;
    private ByteBuffer in = ByteBuffer.allocate(FIRST_BYTES);

    Wire(SocketChannel channel) {
        this.channel = channel;
        in.limit(0);
    }

    /** Sends one frame by one write. */
    void send(List<byte[]> parts) throws IOException {
        int length = 4;
        for (byte[] part : parts) {
            length += 4 + part.length;
        }
        ByteBuffer out = ByteBuffer.allocate(4 + length);
        out.putInt(length).putInt(parts.size());
        for (byte[] part : parts) {
            out.putInt(part.length).put(part);
        }
        out.flip();
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }

    /** Waits for a frame; EOFException if the other side has gone. */
    List<byte[]> receive() throws IOException {
        fill(4);
        int length = in.getInt();
        fill(length);
        int count = in.getInt();
        List<byte[]> parts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] part = new byte[in.getInt()];
            in.get(part);
            parts.add(part);
        }
        return parts;
    }

    private void fill(int bytes) throws IOException {
        if (in.remaining() >= bytes) {
            return;
        }
        if (in.capacity() < bytes) {
            in = ByteBuffer.allocate(bytes * 2).put(in).flip();
        }
        in.compact();
        while (in.position() < bytes) {
            if (channel.read(in) < 0) {
                throw new EOFException();
            }
        }
        in.flip();
    }

    static byte[] bytes(String text) {
        return LinuxText.encode(text);
    }

    static String text(byte[] bytes) {
        return LinuxText.decode(bytes);
    }

    static byte[] number(long number) {
        return ByteBuffer.allocate(8).putLong(number).array();
    }

    static long number(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong();
    }

    static byte[] join(List<String> names) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String name : names) {
            all.writeBytes(bytes(name));
            all.write(0);
        }
        return all.toByteArray();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
