// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Writes what follows a message's header: fixed structures and attributes, in the machine's order.
 *
 * <pre>
 *  0        2        4
 * +--------+--------+-----------------+---------------+
 * | length |  type  | value           | 0 to 3 zeros  |
 * +--------+--------+-----------------+---------------+
 *   length counts these four bytes and the value, not the zeros
 * </pre>
 */
public final class AttributeWriter {
    /** Bytes before an attribute's value. */
    static final int HEADER_BYTES = 4;

    private static final int MAX_LENGTH = 0xffff;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(64);

    /** Nothing written yet. */
    public AttributeWriter() {}

    /**
     * Adds bytes as they are, padded to four: a fixed structure such as {@code struct ifinfomsg}.
     *
     * @param bytes of a structure
     * @return this
     */
    public AttributeWriter structure(byte[] bytes) {
        out.writeBytes(bytes);
        return pad();
    }

    /**
     * Adds an attribute of one byte.
     *
     * @param type of the attribute
     * @param value its low eight bits count
     * @return this
     */
    public AttributeWriter u8(int type, int value) {
        return bytes(type, new byte[] {(byte) value});
    }

    /**
     * Adds an attribute of two bytes.
     *
     * @param type of the attribute
     * @param value its low 16 bits count
     * @return this
     */
    public AttributeWriter u16(int type, int value) {
        return bytes(type, buffer(Short.BYTES).putShort((short) value).array());
    }

    /**
     * Adds an attribute of four bytes.
     *
     * @param type of the attribute
     * @param value signed or not
     * @return this
     */
    public AttributeWriter u32(int type, int value) {
        return bytes(type, buffer(Integer.BYTES).putInt(value).array());
    }

    /**
     * Adds an attribute of eight bytes.
     *
     * @param type of the attribute
     * @param value signed or not
     * @return this
     */
    public AttributeWriter u64(int type, long value) {
        return bytes(type, buffer(Long.BYTES).putLong(value).array());
    }

    /**
     * Adds a text, with a zero at its end.
     *
     * @param type of the attribute
     * @param value the text
     * @return this
     */
    public AttributeWriter text(int type, String value) {
        return bytes(type, (value + '\0').getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Adds an attribute.
     *
     * @param type of the attribute
     * @param value its bytes, at most 65,531
     * @return this
     */
    public AttributeWriter bytes(int type, byte[] value) {
        int length = HEADER_BYTES + value.length;
        if (length > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "an attribute of netlink holds 65531 bytes at most, not " + value.length);
        }
        out.writeBytes(
                buffer(HEADER_BYTES).putShort((short) length).putShort((short) type).array());
        out.writeBytes(value);
        return pad();
    }

    /**
     * Adds an attribute made of attributes, without {@code NLA_F_NESTED}: rtnetlink has none there.
     *
     * @param type of the attribute; whoever wants the flag adds it to the type
     * @param content writes what is inside
     * @return this
     */
    public AttributeWriter nest(int type, Consumer<AttributeWriter> content) {
        AttributeWriter inner = new AttributeWriter();
        content.accept(inner);
        return bytes(type, inner.toBytes());
    }

    /**
     * What was written so far.
     *
     * @return a copy
     */
    public byte[] toBytes() {
        return out.toByteArray();
    }

    /**
     * Room for a structure.
     *
     * @param bytes its length
     * @return a buffer in the machine's order
     */
    public static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }

    private AttributeWriter pad() {
        while (out.size() % 4 != 0) {
            out.write(0);
        }
        return this;
    }
}
