// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import org.dpdk4j.bindings.memory.NativeMemory;

/**
 * A walk over the options of an IPv4 (RFC 791) or TCP header (RFC 9293), which share one form.
 *
 * <pre>
 *  0      1        2
 * +------+--------+----------------+
 * | kind | length | value          |   length counts all three; kinds 0 and 1 are one byte only
 * +------+--------+----------------+
 * </pre>
 *
 * <pre>{@code
 * HeaderOptions options = tcp.options();
 * while (options.next()) {
 *     switch (options.kind()) …
 * }
 * }</pre>
 *
 * <p>The walk stays inside the header whatever the options claim. It is good for as long as the
 * view that it came from isn't wrapped again.
 */
public final class HeaderOptions {
    private static final int END = 0;
    private static final int NO_OPERATION = 1;

    private final HeaderView header;
    private final int first;
    private long address;
    private int base;
    private int end;
    private int start;
    private int after;
    private boolean malformed;

    HeaderOptions(HeaderView header, int first) {
        this.header = header;
        this.first = first;
    }

    /**
     * Starts again; the place and the bounds are kept, so that a new wrap can't move them apart.
     */
    void rewind() {
        address = header.address();
        base = header.offset();
        end = Math.min(header.headerLength(), header.available());
        start = first;
        after = first;
        malformed = false;
    }

    /**
     * Goes to the next option; padding is passed over.
     *
     * @return whether there is one; {@code false} at the end and at the first malformed option
     */
    public boolean next() {
        while (after < end) {
            start = after;
            int kind = byteAt(start);
            if (kind == END) {
                break;
            }
            if (kind != NO_OPERATION) {
                return take();
            }
            after++;
        }
        finish();
        return false;
    }

    /** {@return whether the walk ended at an option whose length can't be} */
    public boolean malformed() {
        return malformed;
    }

    /** {@return the kind of this option, 2 to 255} */
    public int kind() {
        requireOption();
        return byteAt(start);
    }

    /** {@return the length of this option's value in bytes, kind and length not counted} */
    public int valueLength() {
        return Math.max(0, after - start - 2);
    }

    /** {@return where this option begins, in bytes from the first of the packet} */
    public int offset() {
        return base + start;
    }

    /**
     * Reads one byte of this option's value.
     *
     * @param at index in the value
     * @return the byte, 0 to 255
     * @throws IndexOutOfBoundsException if the value doesn't have it
     */
    public int unsignedByte(int at) {
        return NativeMemory.getByte(value(at, Byte.BYTES), 0) & 0xff;
    }

    /**
     * Reads two bytes of this option's value.
     *
     * @param at index of the first in the value
     * @return the number, 0 to 65535
     * @throws IndexOutOfBoundsException if the value doesn't have them
     */
    public int unsignedShort(int at) {
        return NativeMemory.getUnsignedShortBigEndian(value(at, Short.BYTES), 0);
    }

    /**
     * Reads four bytes of this option's value.
     *
     * @param at index of the first in the value
     * @return the number
     * @throws IndexOutOfBoundsException if the value doesn't have them
     */
    public int int32(int at) {
        return NativeMemory.getIntBigEndian(value(at, Integer.BYTES), 0);
    }

    private boolean take() {
        int length = start + 1 < end ? byteAt(start + 1) : 0;
        if (length < 2 || length > end - start) {
            malformed = true;
            finish();
            return false;
        }
        after = start + length;
        return true;
    }

    private void finish() {
        start = end;
        after = end;
    }

    private void requireOption() {
        if (start == after) {
            throw new IllegalStateException(
                    "the walk is at no option: next was not called or refused");
        }
    }

    private int byteAt(int at) {
        return NativeMemory.getByte(address, at) & 0xff;
    }

    private long value(int at, int lengthBytes) {
        int length = valueLength();
        if (at < 0 || at > length - lengthBytes) {
            throw new IndexOutOfBoundsException(
                    "option value: at=" + at + " bytes=" + lengthBytes + " length=" + length);
        }
        return address + start + 2 + at;
    }
}
