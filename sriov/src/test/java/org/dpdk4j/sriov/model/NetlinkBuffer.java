// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dpdk4j.sriov.kernel.LinuxText;

/**
 * Messages of netlink as the kernel makes them. Written apart from the product's codec, so that a
 * misunderstanding is not shared.
 */
final class NetlinkBuffer {
    static final int HEADER_BYTES = 16;

    private ByteBuffer buffer = order(ByteBuffer.allocate(4096));

    static ByteBuffer order(ByteBuffer buffer) {
        return buffer.order(ByteOrder.nativeOrder());
    }

    NetlinkBuffer message(int type, int flags, int sequence, int port) {
        room(HEADER_BYTES);
        buffer.putInt(0).putShort((short) type).putShort((short) flags);
        buffer.putInt(sequence).putInt(port);
        return this;
    }

    NetlinkBuffer u8(int value) {
        room(1);
        buffer.put((byte) value);
        return this;
    }

    NetlinkBuffer u16(int value) {
        room(2);
        buffer.putShort((short) value);
        return this;
    }

    NetlinkBuffer u32(int value) {
        room(4);
        buffer.putInt(value);
        return this;
    }

    NetlinkBuffer raw(byte[] bytes) {
        room(bytes.length);
        buffer.put(bytes);
        return this;
    }

    NetlinkBuffer attribute(int type, byte[] value) {
        u16(4 + value.length).u16(type).raw(value);
        return pad();
    }

    NetlinkBuffer text(int type, String value) {
        byte[] bytes = LinuxText.encode(value);
        return attribute(type, Arrays.copyOf(bytes, bytes.length + 1));
    }

    NetlinkBuffer attribute32(int type, int value) {
        return attribute(type, ints(value));
    }

    NetlinkBuffer attribute16(int type, int value) {
        return attribute(type, Arrays.copyOf(ints(value), 2));
    }

    NetlinkBuffer attribute8(int type, int value) {
        return attribute(type, new byte[] {(byte) value});
    }

    /** A {@code u64}, which the kernel aligns by a padding attribute. */
    NetlinkBuffer attribute64(int type, long value, int padding) {
        if ((buffer.position() & 7) == 0) {
            attribute(padding, new byte[0]);
        }
        return attribute(type, order(ByteBuffer.allocate(8)).putLong(value).array());
    }

    static byte[] ints(int... values) {
        ByteBuffer bytes = order(ByteBuffer.allocate(4 * values.length));
        for (int value : values) {
            bytes.putInt(value);
        }
        return bytes.array();
    }

    /** Begins a nested attribute; its answer is what {@link #end} wants. */
    int begin(int type) {
        int at = buffer.position();
        u16(0).u16(type);
        return at;
    }

    /** As {@code nla_nest_end}: what is longer than 16 bits can say, wraps. */
    void end(int at) {
        buffer.putShort(at, (short) (buffer.position() - at));
    }

    void cut(int at) {
        buffer.position(at);
    }

    int length() {
        return buffer.position();
    }

    NetlinkBuffer pad() {
        while ((buffer.position() & 3) != 0) {
            u8(0);
        }
        return this;
    }

    /** The message, its length filled in. */
    byte[] bytes() {
        buffer.putInt(0, buffer.position());
        pad();
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    /** What was written, where it is no message. */
    byte[] cutBytes() {
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private void room(int bytes) {
        if (buffer.remaining() < bytes) {
            ByteBuffer larger = order(ByteBuffer.allocate(buffer.capacity() * 2 + bytes));
            larger.put(buffer.flip());
            buffer = larger;
        }
    }

    /** Attributes by type; of several of one type the last, as {@code nla_parse} does it. */
    static Map<Integer, ByteBuffer> parse(ByteBuffer from) {
        Map<Integer, ByteBuffer> attributes = new HashMap<>();
        for (Attribute each : list(from)) {
            attributes.put(each.type, each.value);
        }
        return attributes;
    }

    static List<Attribute> list(ByteBuffer from) {
        List<Attribute> attributes = new ArrayList<>();
        ByteBuffer all = order(from.duplicate());
        while (all.remaining() >= 4) {
            int start = all.position();
            int length = all.getShort() & 0xffff;
            int type = all.getShort() & 0x3fff;
            if (length < 4 || length > all.limit() - start) {
                break;
            }
            ByteBuffer value = order(all.slice(start + 4, length - 4));
            attributes.add(new Attribute(type, value));
            all.position(Math.min(all.limit(), start + (length + 3 & ~3)));
        }
        return attributes;
    }

    static String text(ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.get(value.position(), bytes);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return LinuxText.decode(Arrays.copyOf(bytes, length));
    }

    record Attribute(int type, ByteBuffer value) {}
}
