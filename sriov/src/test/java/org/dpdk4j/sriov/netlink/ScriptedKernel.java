// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.kernel.NetlinkPort;

/** Answers netlink's requests as a test says, to show what a real kernel seldom does. */
final class ScriptedKernel {
    /** Answers a request by datagrams; an empty one stands for five seconds without any. */
    interface Script {
        List<byte[]> answer(NetlinkMessage request) throws KernelException;
    }

    /** What was asked, in order. */
    final List<NetlinkMessage> requests = new ArrayList<>();

    private final Script script;
    private int open;

    ScriptedKernel(Script script) {
        this.script = script;
    }

    /** A kernel that can do nothing else. */
    Kernel kernel() {
        return (Kernel)
                Proxy.newProxyInstance(
                        Kernel.class.getClassLoader(),
                        new Class<?>[] {Kernel.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("openNetlink")) {
                                open++;
                                return new Port();
                            }
                            throw new UnsupportedOperationException(method.getName());
                        });
    }

    int open() {
        return open;
    }

    static byte[] datagram(NetlinkMessage... messages) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (NetlinkMessage message : messages) {
            all.writeBytes(message.toBytes());
        }
        return all.toByteArray();
    }

    /** A part of an answer. */
    static NetlinkMessage part(NetlinkMessage request, int type, int flags, byte[] payload) {
        return new NetlinkMessage(type, flags, request.sequence(), 77, payload);
    }

    static NetlinkMessage done(NetlinkMessage request) {
        return part(request, NetlinkMessage.DONE, NetlinkMessage.F_MULTI, new byte[4]);
    }

    /** An error as a kernel sends it that repeats the request's header only. */
    static NetlinkMessage error(NetlinkMessage request, int errno) {
        byte[] payload =
                AttributeWriter.buffer(20).putInt(-errno).put(request.toBytes(), 0, 16).array();
        return part(request, NetlinkMessage.ERROR, NetlinkMessage.F_CAPPED, payload);
    }

    static NetlinkMessage ack(NetlinkMessage request) {
        return error(request, 0);
    }

    private final class Port implements NetlinkPort {
        private final Queue<byte[]> waiting = new ArrayDeque<>();

        @Override
        public void send(byte[] datagram) throws KernelException {
            NetlinkMessage request = NetlinkMessage.parse(datagram).getFirst();
            requests.add(request);
            for (byte[] answer : script.answer(request)) {
                waiting.add(answer);
            }
        }

        @Override
        public byte[] receive() throws KernelException {
            byte[] next = waiting.poll();
            if (next == null || next.length == 0) {
                throw new KernelException("receive", Errno.EAGAIN);
            }
            return next;
        }

        @Override
        public void close() {
            open--;
        }
    }
}
