// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.KernelException;

/**
 * A message of netlink, to or from the kernel.
 *
 * <pre>
 *  0        4      6       8          12     16
 * +--------+------+-------+----------+------+-----------
 * | length | type | flags | sequence | port | payload …
 * +--------+------+-------+----------+------+-----------
 * </pre>
 */
public final class NetlinkMessage {
    /** Bytes before the payload. */
    public static final int HEADER_BYTES = 16;

    /** {@code NLMSG_NOOP}: to be ignored. */
    public static final int NOOP = 1;

    /** {@code NLMSG_ERROR}: an error, or with number 0 an acknowledgement. */
    public static final int ERROR = 2;

    /** {@code NLMSG_DONE}: the end of a dump, with an error number. */
    public static final int DONE = 3;

    /** {@code NLM_F_REQUEST}: set in all that is sent to the kernel. */
    public static final int F_REQUEST = 1;

    /** {@code NLM_F_MULTI}: part of an answer that ends with {@link #DONE}. */
    public static final int F_MULTI = 2;

    /** {@code NLM_F_ACK}: answer with {@link #ERROR} in any case. */
    public static final int F_ACK = 4;

    /** {@code NLM_F_DUMP_INTR}: what is dumped changed meanwhile. */
    public static final int F_DUMP_INTR = 0x10;

    /** {@code NLM_F_DUMP}, in a request: all there are. */
    public static final int F_DUMP = 0x300;

    /** {@code NLM_F_REPLACE}, in a request that makes something. */
    public static final int F_REPLACE = 0x100;

    /** {@code NLM_F_EXCL}, in a request that makes something. */
    public static final int F_EXCL = 0x200;

    /** {@code NLM_F_CREATE}, in a request that makes something. */
    public static final int F_CREATE = 0x400;

    /** {@code NLM_F_CAPPED}, in {@link #ERROR}: only the request's header is repeated. */
    public static final int F_CAPPED = 0x100;

    /** {@code NLM_F_ACK_TLVS}, in {@link #ERROR} and {@link #DONE}: attributes that explain. */
    public static final int F_ACK_TLVS = 0x200;

    private final int type;
    private final int flags;
    private final int sequence;
    private final int port;
    private final byte[] payload;

    /**
     * A message.
     *
     * @param type of the message
     * @param flags of the {@code F_} constants
     * @param sequence which an answer repeats
     * @param port of the socket; 0 for the kernel
     * @param payload what follows the header; not copied
     */
    public NetlinkMessage(int type, int flags, int sequence, int port, byte[] payload) {
        this.type = type;
        this.flags = flags;
        this.sequence = sequence;
        this.port = port;
        this.payload = payload;
    }

    /**
     * The messages of a datagram.
     *
     * @param datagram whole messages
     * @return them
     * @throws KernelException EBADMSG if a message is shorter than its header or leaves the
     *     datagram
     */
    public static List<NetlinkMessage> parse(byte[] datagram) throws KernelException {
        List<NetlinkMessage> messages = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
        while (in.remaining() >= HEADER_BYTES) {
            int start = in.position();
            int length = in.getInt(start);
            if (length < HEADER_BYTES || length > in.remaining()) {
                throw new KernelException(
                        "read a netlink message of " + length + " bytes in " + in.remaining(),
                        Errno.EBADMSG);
            }
            byte[] payload = new byte[length - HEADER_BYTES];
            in.get(start + HEADER_BYTES, payload);
            messages.add(
                    new NetlinkMessage(
                            in.getShort(start + 4) & 0xffff,
                            in.getShort(start + 6) & 0xffff,
                            in.getInt(start + 8),
                            in.getInt(start + 12),
                            payload));
            in.position(Math.min(in.limit(), start + (length + 3 & ~3)));
        }
        return messages;
    }

    /**
     * What kind of message it is.
     *
     * @return {@code nlmsg_type}
     */
    public int type() {
        return type;
    }

    /**
     * The flags.
     *
     * @return {@code nlmsg_flags}
     */
    public int flags() {
        return flags;
    }

    /**
     * Whether all these flags are set.
     *
     * @param flags of the {@code F_} constants
     * @return true if so
     */
    public boolean has(int flags) {
        return (this.flags & flags) == flags;
    }

    /**
     * What connects an answer with its request.
     *
     * @return {@code nlmsg_seq}
     */
    public int sequence() {
        return sequence;
    }

    /**
     * The socket.
     *
     * @return {@code nlmsg_pid}
     */
    public int port() {
        return port;
    }

    /**
     * How much follows the header.
     *
     * @return bytes
     */
    public int payloadBytes() {
        return payload.length;
    }

    /**
     * The payload's beginning as a structure of C, such as {@code struct ifinfomsg}.
     *
     * @param bytes that it must have at least
     * @return the payload, to be read only, in the machine's order
     * @throws KernelException EBADMSG if it is shorter
     */
    public ByteBuffer structure(int bytes) throws KernelException {
        if (payload.length < bytes) {
            throw new KernelException(
                    "read a netlink message of type "
                            + type
                            + " with "
                            + payload.length
                            + " bytes as "
                            + bytes,
                    Errno.EBADMSG);
        }
        return ByteBuffer.wrap(payload).asReadOnlyBuffer().order(ByteOrder.nativeOrder());
    }

    /**
     * The attributes after a structure.
     *
     * @param structureBytes how long that is
     * @return the attributes
     * @throws KernelException EBADMSG if the message is shorter, or they don't fit into it
     */
    public Attributes attributes(int structureBytes) throws KernelException {
        structure(structureBytes);
        int start = Math.min(payload.length, structureBytes + 3 & ~3);
        return Attributes.parse(payload, start, payload.length - start);
    }

    byte[] payload() {
        return payload;
    }

    /**
     * The message as it is sent, padded to four bytes.
     *
     * @return a datagram, or a part of one
     */
    public byte[] toBytes() {
        int length = HEADER_BYTES + payload.length;
        return AttributeWriter.buffer(length + 3 & ~3)
                .putInt(length)
                .putShort((short) type)
                .putShort((short) flags)
                .putInt(sequence)
                .putInt(port)
                .put(payload)
                .array();
    }
}
