// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.KernelException;
import org.jspecify.annotations.Nullable;

/** Attributes that follow each other, in their order; a type may occur several times. */
public final class Attributes implements Iterable<Attribute> {
    private static final int TYPE_MASK = 0x3fff;

    private final List<Attribute> all;

    private Attributes(List<Attribute> all) {
        this.all = all;
    }

    /**
     * Reads attributes.
     *
     * @param bytes that hold them; not copied
     * @param offset of the first one's header
     * @param length of all of them
     * @return the attributes
     * @throws KernelException EBADMSG if an attribute is shorter than its header or leaves the
     *     range; fewer than four bytes at the end are padding
     */
    public static Attributes parse(byte[] bytes, int offset, int length) throws KernelException {
        List<Attribute> all = new ArrayList<>();
        int end = offset + length;
        int at = offset;
        while (end - at >= AttributeWriter.HEADER_BYTES) {
            Attribute next = one(bytes, at, end);
            all.add(next);
            at = following(next);
        }
        return new Attributes(List.copyOf(all));
    }

    /** The attribute whose header is at an offset. */
    static Attribute one(byte[] bytes, int at, int end) throws KernelException {
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        int length = header.getShort(at) & 0xffff;
        int type = header.getShort(at + Short.BYTES) & TYPE_MASK;
        if (length < AttributeWriter.HEADER_BYTES || length > end - at) {
            throw new KernelException(
                    "read netlink attribute " + type + " of " + length + " bytes in " + (end - at),
                    Errno.EBADMSG);
        }
        return new Attribute(
                type,
                bytes,
                at + AttributeWriter.HEADER_BYTES,
                length - AttributeWriter.HEADER_BYTES);
    }

    /** Where the next attribute's header is; beyond the end after the last one. */
    static int following(Attribute attribute) {
        return attribute.offset() + (attribute.length() + 3 & ~3);
    }

    static Attributes of(List<Attribute> all) {
        return new Attributes(List.copyOf(all));
    }

    /**
     * The first attribute of a type.
     *
     * @param type without flags
     * @return it, or null
     */
    public @Nullable Attribute get(int type) {
        for (Attribute attribute : all) {
            if (attribute.type() == type) {
                return attribute;
            }
        }
        return null;
    }

    /**
     * Whether there is one of a type.
     *
     * @param type without flags
     * @return true if so
     */
    public boolean has(int type) {
        return get(type) != null;
    }

    /**
     * The first attribute of a type as a number of 32 bits.
     *
     * @param type without flags
     * @param otherwise what to take if there is none
     * @return the number
     * @throws KernelException EBADMSG if it is shorter
     */
    public int u32(int type, int otherwise) throws KernelException {
        Attribute attribute = get(type);
        return attribute == null ? otherwise : attribute.u32();
    }

    /**
     * The first attribute of a type as a text.
     *
     * @param type without flags
     * @param otherwise what to take if there is none
     * @return the text
     */
    public String text(int type, String otherwise) {
        Attribute attribute = get(type);
        return attribute == null ? otherwise : attribute.text();
    }

    /**
     * What is inside the first attribute of a type.
     *
     * @param type without flags
     * @return attributes, none if there is no such attribute
     * @throws KernelException EBADMSG if they don't fit into each other
     */
    public Attributes nested(int type) throws KernelException {
        Attribute attribute = get(type);
        return attribute == null ? new Attributes(List.of()) : attribute.nested();
    }

    @Override
    public Iterator<Attribute> iterator() {
        return all.iterator();
    }
}
