// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import java.util.ArrayList;
import java.util.List;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.kernel.NetlinkPort;

/** Requests to the kernel and its answers, one after the other, over a socket of its own. */
final class Conversation implements AutoCloseable {
    /** Makes something of a message of an answer. */
    interface Reader<T> {
        /** Returns any number of things, none for a message that is of no interest. */
        List<T> read(NetlinkMessage message) throws KernelException;
    }

    private static final int OVERRUN = 4;
    private static final int ERROR_NUMBER_BYTES = 4;
    private static final int ATTR_MSG = 1;

    /** Of a dump that changes meanwhile; each try takes milliseconds. */
    private static final int DUMP_TRIES = 30;

    /** A port waits for five seconds; a switch that changes its mode may need a minute. */
    private static final int RECEIVES = 12;

    /** Messages that answer another request, after which something is wrong. */
    private static final int STRANGERS = 10_000;

    private final NetlinkPort port;
    private int sequence;

    private Conversation(NetlinkPort port) {
        this.port = port;
    }

    static Conversation open(Kernel kernel, int protocol) throws KernelException {
        return new Conversation(kernel.openNetlink(protocol));
    }

    /**
     * Asks for all there are; anew if they changed meanwhile, so that the answer is of one time.
     */
    <T> List<T> dump(String what, int type, byte[] payload, Reader<T> reader)
            throws KernelException {
        for (int i = 1; ; i++) {
            List<T> all = new ArrayList<>();
            try {
                if (exchange(what, type, NetlinkMessage.F_DUMP, payload, reader, all)) {
                    return all;
                }
                if (i == DUMP_TRIES) {
                    throw new KernelException(
                            what + ": it changed " + DUMP_TRIES + " times meanwhile", Errno.EINTR);
                }
            } catch (KernelException e) {
                boolean passing =
                        e.errno() == Errno.EINTR
                                || e.errno() == Errno.EBUSY
                                || e.errno() == Errno.ENOBUFS;
                if (!passing || i >= DUMP_TRIES) {
                    throw e;
                }
            }
        }
    }

    /** Asks for one thing, or for a change; an error of the kernel's is thrown. */
    <T> List<T> request(String what, int type, byte[] payload, Reader<T> reader)
            throws KernelException {
        List<T> answers = new ArrayList<>();
        exchange(what, type, NetlinkMessage.F_ACK, payload, reader, answers);
        return answers;
    }

    /** Asks for a change. */
    void change(String what, int type, byte[] payload) throws KernelException {
        request(what, type, payload, message -> List.of());
    }

    @Override
    public void close() {
        port.close();
    }

    /** Returns false if the answer is not of one time. */
    private <T> boolean exchange(
            String what, int type, int flags, byte[] payload, Reader<T> reader, List<T> into)
            throws KernelException {
        sequence++;
        port.send(
                new NetlinkMessage(type, NetlinkMessage.F_REQUEST | flags, sequence, 0, payload)
                        .toBytes());
        boolean steady = true;
        int strangers = 0;
        while (true) {
            for (NetlinkMessage message : NetlinkMessage.parse(receive(what))) {
                if (message.sequence() != sequence) {
                    // What is left of a dump that failed.
                    if (++strangers > STRANGERS) {
                        throw new KernelException(what, Errno.EBADMSG);
                    }
                    continue;
                }
                steady &= !message.has(NetlinkMessage.F_DUMP_INTR);
                switch (message.type()) {
                    case NetlinkMessage.NOOP -> {}
                    case NetlinkMessage.ERROR, NetlinkMessage.DONE -> {
                        check(what, message);
                        return steady;
                    }
                    case OVERRUN -> throw new KernelException(what, Errno.ENOBUFS);
                    default -> into.addAll(reader.read(message));
                }
            }
        }
    }

    private byte[] receive(String what) throws KernelException {
        for (int i = 1; ; i++) {
            try {
                return port.receive();
            } catch (KernelException e) {
                if (e.errno() != Errno.EAGAIN) {
                    throw e;
                }
                if (i == RECEIVES) {
                    throw new KernelException(what + ": no answer", Errno.ETIMEDOUT);
                }
            }
        }
    }

    private static void check(String what, NetlinkMessage message) throws KernelException {
        // A dump's end may come without a number.
        if (message.type() == NetlinkMessage.DONE && message.payloadBytes() < ERROR_NUMBER_BYTES) {
            return;
        }
        int error = message.structure(ERROR_NUMBER_BYTES).getInt();
        if (error < 0) {
            String explanation = explanation(message);
            throw new KernelException(
                    explanation.isEmpty() ? what : what + " (\"" + explanation + "\")", -error);
        }
    }

    /** What the kernel or a driver says about an error, in words. */
    private static String explanation(NetlinkMessage message) {
        if (!message.has(NetlinkMessage.F_ACK_TLVS)) {
            return "";
        }
        try {
            int skip = ERROR_NUMBER_BYTES;
            if (message.type() == NetlinkMessage.ERROR) {
                int request = message.structure(skip + NetlinkMessage.HEADER_BYTES).getInt(skip);
                if (message.has(NetlinkMessage.F_CAPPED)) {
                    request = NetlinkMessage.HEADER_BYTES;
                }
                if (request < 0 || request > message.payloadBytes()) {
                    return "";
                }
                skip += request;
            }
            return message.attributes(skip).text(ATTR_MSG, "");
        } catch (KernelException e) {
            // The error itself matters more than its explanation.
            return "";
        }
    }
}
