// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.NetlinkPort;

/** Takes netlink's datagrams and answers with those of the kernel. */
final class NetlinkModel {
    static final int RTM_NEWLINK = 16;
    static final int RTM_GETLINK = 18;
    static final int RTM_SETLINK = 19;
    static final int RTM_GETADDR = 22;
    static final int RTM_GETROUTE = 26;
    static final int GENL_ID_CTRL = 16;
    static final int DEVLINK = 21;

    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int NLM_F_REQUEST = 1;
    private static final int NLM_F_MULTI = 2;
    private static final int NLM_F_ACK = 4;
    private static final int NLM_F_DUMP_INTR = 0x10;
    private static final int NLM_F_CAPPED = 0x100;
    private static final int NLM_F_ACK_TLVS = 0x200;
    private static final int NLM_F_DUMP = 0x300;
    private static final int NLMSGERR_ATTR_MSG = 1;
    private static final int DATAGRAM_BYTES = 16384;

    private final RtnetlinkModel route;
    private final DevlinkModel devlink;
    private int interruptedDumps;

    /** A request, and where its answers go. */
    static final class Request {
        final int type;
        final int flags;
        final int sequence;
        final int port;

        /** What follows the header. */
        final ByteBuffer payload;

        final byte[] whole;
        final List<byte[]> answers = new ArrayList<>();

        Request(ByteBuffer message, int port) {
            ByteBuffer header = NetlinkBuffer.order(message.duplicate());
            int length = header.getInt();
            this.type = header.getShort() & 0xffff;
            this.flags = header.getShort() & 0xffff;
            this.sequence = header.getInt();
            this.port = port;
            this.payload = NetlinkBuffer.order(message.slice(message.position() + 16, length - 16));
            this.whole = new byte[length];
            message.get(message.position(), whole);
        }

        boolean dump() {
            return (flags & NLM_F_DUMP) == NLM_F_DUMP;
        }

        NetlinkBuffer answer(int messageType) {
            return new NetlinkBuffer()
                    .message(messageType, dump() ? NLM_F_MULTI : 0, sequence, port);
        }
    }

    NetlinkModel(KernelModel kernel) {
        this.route = new RtnetlinkModel(kernel);
        this.devlink = new DevlinkModel(kernel);
    }

    /** The next dumps say that the state changed meanwhile. */
    void interruptDumps(int count) {
        interruptedDumps = count;
    }

    /** Whether a datagram changes anything. */
    static boolean changes(int protocol, byte[] datagram) {
        Request request = first(datagram);
        if (request == null) {
            return false;
        }
        if (protocol == NetlinkPort.NETLINK_ROUTE) {
            return (request.type & 3) != 2;
        }
        return request.type == DEVLINK && DevlinkModel.changes(request);
    }

    /** For people and for the patterns of faults. */
    static String text(int protocol, byte[] datagram) {
        Request request = first(datagram);
        if (request == null) {
            return "netlink of no message";
        }
        return protocol == NetlinkPort.NETLINK_ROUTE
                ? RtnetlinkModel.text(request)
                : DevlinkModel.text(request);
    }

    private static Request first(byte[] datagram) {
        return datagram.length < NetlinkBuffer.HEADER_BYTES
                ? null
                : new Request(ByteBuffer.wrap(datagram), 0);
    }

    /**
     * Does what a datagram asks.
     *
     * @param before an errno instead of doing it, or 0
     * @param after an errno after having done it, or 0
     * @return the datagrams to be received
     */
    List<byte[]> handle(int protocol, int port, byte[] datagram, int before, int after) {
        List<byte[]> datagrams = new ArrayList<>();
        ByteBuffer messages = NetlinkBuffer.order(ByteBuffer.wrap(datagram));
        while (messages.remaining() >= NetlinkBuffer.HEADER_BYTES) {
            int length = messages.getInt(messages.position());
            if (length < NetlinkBuffer.HEADER_BYTES || length > messages.remaining()) {
                break;
            }
            Request request = new Request(messages, port);
            if ((request.flags & NLM_F_REQUEST) != 0 && request.type >= 16) {
                datagrams.addAll(handle(protocol, request, before, after));
            }
            messages.position(Math.min(messages.limit(), messages.position() + (length + 3 & ~3)));
        }
        return datagrams;
    }

    private List<byte[]> handle(int protocol, Request request, int before, int after) {
        try {
            if (before != 0) {
                throw new Refusal(before);
            }
            if (protocol == NetlinkPort.NETLINK_ROUTE) {
                route.handle(request);
            } else {
                devlink.handle(request);
            }
            if (after != 0) {
                throw new Refusal(after);
            }
        } catch (Refusal e) {
            return List.of(error(request, e));
        }
        if (request.dump()) {
            request.answers.add(
                    new NetlinkBuffer()
                            .message(NLMSG_DONE, NLM_F_MULTI, request.sequence, request.port)
                            .u32(0)
                            .bytes());
            if (interruptedDumps > 0) {
                interruptedDumps--;
                for (byte[] answer : request.answers) {
                    answer[6] |= NLM_F_DUMP_INTR;
                }
            }
        } else if ((request.flags & NLM_F_ACK) != 0) {
            request.answers.add(error(request, new Refusal(0)));
        }
        return pack(request.answers);
    }

    private static byte[] error(Request request, Refusal refusal) {
        boolean text = !refusal.text.isEmpty();
        boolean whole = refusal.errno != 0;
        int flags = (whole ? 0 : NLM_F_CAPPED) | (text ? NLM_F_ACK_TLVS : 0);
        NetlinkBuffer answer =
                new NetlinkBuffer()
                        .message(NLMSG_ERROR, flags, request.sequence, request.port)
                        .u32(-refusal.errno);
        byte[] cause = request.whole;
        answer.raw(whole ? cause : java.util.Arrays.copyOf(cause, NetlinkBuffer.HEADER_BYTES));
        answer.pad();
        if (text) {
            answer.text(NLMSGERR_ATTR_MSG, refusal.text);
        }
        return answer.bytes();
    }

    /** Several messages share a datagram as far as they fit. */
    private static List<byte[]> pack(List<byte[]> messages) {
        List<byte[]> datagrams = new ArrayList<>();
        ByteArrayOutputStream datagram = new ByteArrayOutputStream();
        for (byte[] message : messages) {
            if (datagram.size() > 0 && datagram.size() + message.length > DATAGRAM_BYTES) {
                datagrams.add(datagram.toByteArray());
                datagram.reset();
            }
            datagram.writeBytes(message);
        }
        if (datagram.size() > 0) {
            datagrams.add(datagram.toByteArray());
        }
        return datagrams;
    }

    static void onlyRoot(KernelModel kernel) throws Refusal {
        if (kernel.machine.uid() != 0) {
            throw new Refusal(Errno.EPERM);
        }
    }
}
