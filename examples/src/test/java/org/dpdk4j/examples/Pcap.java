// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Files in libpcap's classic format, as lists of frames. */
final class Pcap {
    private static final int MAGIC_MICROS = 0xa1b2_c3d4;
    private static final int MAGIC_NANOS = 0xa1b2_3c4d;
    private static final int FILE_HEADER = 24;
    private static final int RECORD_HEADER = 16;

    private Pcap() {}

    static void write(Path file, List<byte[]> frames) throws IOException {
        int length = FILE_HEADER;
        for (byte[] frame : frames) {
            length += RECORD_HEADER + frame.length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(MAGIC_MICROS).putShort((short) 2).putShort((short) 4);
        bytes.putInt(0).putInt(0).putInt(65535).putInt(1);
        for (byte[] frame : frames) {
            bytes.putInt(1).putInt(0).putInt(frame.length).putInt(frame.length).put(frame);
        }
        Files.write(file, bytes.array());
    }

    static List<byte[]> read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int magic = bytes.getInt(0);
        if (magic != MAGIC_MICROS && magic != MAGIC_NANOS) {
            throw new IOException(file + " is no capture");
        }
        bytes.position(FILE_HEADER);
        List<byte[]> frames = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int captured = bytes.getInt(bytes.position() + 8);
            byte[] frame = new byte[captured];
            bytes.position(bytes.position() + RECORD_HEADER);
            bytes.get(frame);
            frames.add(frame);
        }
        return frames;
    }

    /** Frames of random bytes: the shortest first, all sorts of lengths, jumbo ones in a row. */
    static List<byte[]> frames(int shortest, int longest) {
        Random random = new Random(shortest);
        List<byte[]> frames = new ArrayList<>();
        for (int length = shortest; length < 64; length++) {
            frames.add(frame(random, length));
        }
        for (int length = 64; length <= longest; length += 7) {
            frames.add(frame(random, length));
        }
        for (int i = 0; i < 100; i++) {
            frames.add(frame(random, longest));
        }
        for (int i = 0; i < 1000; i++) {
            frames.add(frame(random, random.nextInt(shortest, longest + 1)));
        }
        return frames;
    }

    private static byte[] frame(Random random, int length) {
        byte[] frame = new byte[length];
        random.nextBytes(frame);
        return frame;
    }
}
