// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.dpdk4j.Mbuf;

/**
 * Writes a file that Wireshark and tcpdump read: one section in the pcapng format, with times in
 * nanoseconds. Follows draft-ietf-opsawg-pcapng; numbers are little-endian.
 *
 * <p>Each block is a type, a length, a body padded to four bytes, and the length again. Packets
 * gather in a buffer; {@link #flush} or a full buffer writes them. For one thread.
 */
final class PcapngWriter implements AutoCloseable {
    /** As in tcpdump; a packet that is longer can't be stored whole. */
    static final int MAX_SNAP_LENGTH = 262_144;

    private static final int SECTION_HEADER = 0x0a0d_0d0a;
    private static final int BYTE_ORDER_MAGIC = 0x1a2b_3c4d;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int INTERFACE_STATISTICS = 5;
    private static final int ENHANCED_PACKET = 6;
    private static final short LINKTYPE_ETHERNET = 1;

    private static final short END_OF_OPTIONS = 0;
    private static final short USER_APPLICATION = 4;
    private static final short IF_NAME = 2;
    private static final short IF_MAC_ADDRESS = 6;
    private static final short IF_TIME_RESOLUTION = 9;
    private static final byte NANOSECONDS = 9;
    private static final short STATISTICS_RECEIVED = 4;
    private static final short STATISTICS_DROPPED = 5;

    private static final int LONGEST_BLOCK = MAX_SNAP_LENGTH + 64;
    private static final int BUFFER_LENGTH = 4 * LONGEST_BLOCK;

    private final Path path;
    private final FileChannel file;
    private final ByteBuffer buffer =
            ByteBuffer.allocate(BUFFER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private final int snapLength;
    private int interfaces;

    private PcapngWriter(Path path, FileChannel file, int snapLength) {
        this.path = path;
        this.file = file;
        this.snapLength = snapLength;
    }

    /**
     * Begins a file.
     *
     * @param path what is there is overwritten
     * @param snapLength how many bytes of each packet to keep
     * @throws UncheckedIOException if it can't be written, as from all other methods
     */
    static PcapngWriter create(Path path, int snapLength) {
        try {
            FileChannel file =
                    FileChannel.open(
                            path,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING);
            PcapngWriter writer = new PcapngWriter(path, file, snapLength);
            writer.section();
            return writer;
        } catch (IOException e) {
            throw failure(path, e);
        }
    }

    /** Describes an interface, and returns its number, from 0. */
    int addInterface(String name, long macBits) {
        int start = begin(INTERFACE_DESCRIPTION);
        buffer.putShort(LINKTYPE_ETHERNET).putShort((short) 0).putInt(snapLength);
        option(IF_NAME, name.getBytes(StandardCharsets.UTF_8));
        byte[] mac = ByteBuffer.allocate(Long.BYTES).putLong(macBits << 16).array();
        option(IF_MAC_ADDRESS, mac, 6);
        option(IF_TIME_RESOLUTION, new byte[] {NANOSECONDS});
        endOfOptions();
        end(start);
        return interfaces++;
    }

    /**
     * Writes a packet, over all of its segments.
     *
     * @return false, and nothing is written, if it is too long
     */
    boolean packet(int interfaceNumber, Mbuf m, long epochNanos) {
        int length = m.packetLength();
        if (length > MAX_SNAP_LENGTH) {
            return false;
        }
        int kept = Math.min(length, snapLength);
        int start = begin(ENHANCED_PACKET);
        buffer.putInt(interfaceNumber);
        time(epochNanos);
        buffer.putInt(kept).putInt(length);
        m.copyPacket(buffer.array(), buffer.position());
        buffer.position(buffer.position() + kept);
        end(start);
        return true;
    }

    /** Says how many packets an interface got and lost. */
    void statistics(int interfaceNumber, long epochNanos, long received, long dropped) {
        int start = begin(INTERFACE_STATISTICS);
        buffer.putInt(interfaceNumber);
        time(epochNanos);
        option(STATISTICS_RECEIVED, received);
        option(STATISTICS_DROPPED, dropped);
        endOfOptions();
        end(start);
    }

    /** Writes what has gathered. */
    void flush() {
        buffer.flip();
        try {
            while (buffer.hasRemaining()) {
                file.write(buffer);
            }
        } catch (IOException e) {
            throw failure(path, e);
        } finally {
            buffer.clear();
        }
    }

    @Override
    public void close() {
        try (FileChannel closing = file) {
            if (closing.isOpen()) {
                flush();
            }
        } catch (IOException e) {
            throw failure(path, e);
        }
    }

    private void section() {
        int start = begin(SECTION_HEADER);
        buffer.putInt(BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0).putLong(-1);
        option(USER_APPLICATION, "dpdk4j capture".getBytes(StandardCharsets.UTF_8));
        endOfOptions();
        end(start);
    }

    /** Starts a block, with its length yet to be known, and returns where. */
    private int begin(int type) {
        if (buffer.remaining() < LONGEST_BLOCK) {
            flush();
        }
        int start = buffer.position();
        buffer.putInt(type).putInt(0);
        return start;
    }

    private void end(int start) {
        pad();
        int length = buffer.position() - start + Integer.BYTES;
        buffer.putInt(length).putInt(start + Integer.BYTES, length);
    }

    private void time(long epochNanos) {
        buffer.putInt((int) (epochNanos >>> 32)).putInt((int) epochNanos);
    }

    private void option(short code, byte[] value) {
        option(code, value, value.length);
    }

    private void option(short code, byte[] value, int length) {
        buffer.putShort(code).putShort((short) length).put(value, 0, length);
        pad();
    }

    private void option(short code, long value) {
        buffer.putShort(code).putShort((short) Long.BYTES).putLong(value);
    }

    private void endOfOptions() {
        buffer.putShort(END_OF_OPTIONS).putShort((short) 0);
    }

    private void pad() {
        while (buffer.position() % Integer.BYTES != 0) {
            buffer.put((byte) 0);
        }
    }

    private static UncheckedIOException failure(Path path, IOException e) {
        return new UncheckedIOException("can't write " + path + ": " + e, e);
    }
}
