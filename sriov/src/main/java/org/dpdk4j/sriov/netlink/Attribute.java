// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.KernelException;

/** One attribute as it was read: a view of the message, which is never changed. */
public final class Attribute {
    private final int type;
    private final byte[] message;
    private final int offset;
    private final int length;

    Attribute(int type, byte[] message, int offset, int length) {
        this.type = type;
        this.message = message;
        this.offset = offset;
        this.length = length;
    }

    /**
     * What it is.
     *
     * @return the type without the flags {@code NLA_F_NESTED} and {@code NLA_F_NET_BYTEORDER}
     */
    public int type() {
        return type;
    }

    /**
     * How long its value is.
     *
     * @return bytes
     */
    public int length() {
        return length;
    }

    int offset() {
        return offset;
    }

    /**
     * The value as one byte.
     *
     * @return 0 to 255
     * @throws KernelException EBADMSG if it is empty
     */
    public int u8() throws KernelException {
        return structure(Byte.BYTES).get() & 0xff;
    }

    /**
     * The value as two bytes.
     *
     * @return 0 to 65535
     * @throws KernelException EBADMSG if it is shorter
     */
    public int u16() throws KernelException {
        return structure(Short.BYTES).getShort() & 0xffff;
    }

    /**
     * The value as four bytes.
     *
     * @return all 32 bits
     * @throws KernelException EBADMSG if it is shorter
     */
    public int u32() throws KernelException {
        return structure(Integer.BYTES).getInt();
    }

    /**
     * The value as eight bytes.
     *
     * @return all 64 bits
     * @throws KernelException EBADMSG if it is shorter
     */
    public long u64() throws KernelException {
        return structure(Long.BYTES).getLong();
    }

    /**
     * The value as a text, which ends at the first zero or with the attribute.
     *
     * @return the text; bytes that are no UTF-8 become U+FFFD
     */
    public String text() {
        int end = offset;
        while (end < offset + length && message[end] != 0) {
            end++;
        }
        return new String(message, offset, end - offset, StandardCharsets.UTF_8);
    }

    /**
     * The value.
     *
     * @return a copy
     */
    public byte[] bytes() {
        byte[] copy = new byte[length];
        System.arraycopy(message, offset, copy, 0, length);
        return copy;
    }

    /**
     * The value as a structure of C. A newer kernel may add members at the end: longer is fine.
     *
     * @param bytes that it must have at least
     * @return it, to be read only, in the machine's order
     * @throws KernelException EBADMSG if it is shorter
     */
    public ByteBuffer structure(int bytes) throws KernelException {
        if (length < bytes) {
            throw new KernelException(
                    "read netlink attribute " + type + " of " + length + " bytes as " + bytes,
                    Errno.EBADMSG);
        }
        return ByteBuffer.wrap(message, offset, length)
                .slice()
                .asReadOnlyBuffer()
                .order(ByteOrder.nativeOrder());
    }

    /**
     * The value as attributes.
     *
     * @return what is inside
     * @throws KernelException EBADMSG if they don't fit into each other
     */
    public Attributes nested() throws KernelException {
        return Attributes.parse(message, offset, length);
    }
}
