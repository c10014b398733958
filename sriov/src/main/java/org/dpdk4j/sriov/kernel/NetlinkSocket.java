// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;

/** A netlink socket of this machine. */
final class NetlinkSocket implements NetlinkPort {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;

    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;

    private static final int MSG_PEEK = 2;
    private static final int MSG_TRUNC = 0x20;

    // struct sockaddr_nl: family, pad, port, groups
    private static final int SOCKADDR_BYTES = 12;
    private static final int SOCKADDR_PORT = 4;

    private static final int TIMEOUT_SECONDS = 5;

    /** Holds what a dump usually sends at once; what doesn't fit gets a greater buffer. */
    private static final int BUFFER_BYTES = 32_768;

    private final int fd;
    private final String name;
    private final ReentrantLock lock = new ReentrantLock();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment sender = arena.allocate(SOCKADDR_BYTES, 4);
    private final MemorySegment senderBytes = arena.allocate(JAVA_INT);
    private MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
    private boolean closed;

    private NetlinkSocket(int fd, String name) {
        this.fd = fd;
        this.name = name;
    }

    static NetlinkSocket open(int protocol) throws KernelException {
        String name = "netlink socket of protocol " + protocol;
        int fd = Libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
        if (fd < 0) {
            throw new KernelException("open " + name, -fd);
        }
        NetlinkSocket socket = new NetlinkSocket(fd, name);
        try {
            socket.prepare();
        } catch (KernelException e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    @Override
    public void send(byte[] datagram) throws KernelException {
        lock.lock();
        try (Arena own = Arena.ofConfined()) {
            ensureOpen();
            MemorySegment from = own.allocateFrom(JAVA_BYTE, datagram);
            long sent;
            do {
                // Without an address it goes to port 0, which is the kernel.
                sent = Libc.send(fd, from);
            } while (sent == -Errno.EINTR);
            check("send to " + name, sent);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public byte[] receive() throws KernelException {
        lock.lock();
        try {
            ensureOpen();
            while (true) {
                // A link with its VFs may be longer than any buffer: ask how long before taking it.
                long length = receive(MSG_PEEK | MSG_TRUNC);
                if (length > buffer.byteSize()) {
                    buffer = arena.allocate(length, 8);
                }
                long taken = receive(0);
                // Other processes may send here, too; only the kernel is listened to.
                if (sender.get(JAVA_INT, SOCKADDR_PORT) == 0) {
                    return buffer.asSlice(0, taken).toArray(JAVA_BYTE);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                Libc.close(fd);
                arena.close();
            }
        } finally {
            lock.unlock();
        }
    }

    private void prepare() throws KernelException {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment address = own.allocate(SOCKADDR_BYTES, 4);
            address.set(JAVA_SHORT, 0, (short) AF_NETLINK);
            check("bind " + name, Libc.bind(fd, address));
            MemorySegment timeout = own.allocate(JAVA_LONG, 2);
            timeout.set(JAVA_LONG, 0, TIMEOUT_SECONDS);
            check("set up " + name, Libc.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, timeout));
            // Kernels before 4.12 don't know these; then errors come without an explanation.
            MemorySegment on = own.allocateFrom(JAVA_INT, 1);
            Libc.setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, on);
            Libc.setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, on);
        }
    }

    private long receive(int flags) throws KernelException {
        long length;
        do {
            senderBytes.set(JAVA_INT, 0, SOCKADDR_BYTES);
            length = Libc.recvfrom(fd, buffer, flags, sender, senderBytes);
        } while (length == -Errno.EINTR);
        return check("receive from " + name, length);
    }

    private void ensureOpen() {
        if (closed) {
            throw new IllegalStateException(name + " is closed");
        }
    }

    private static long check(String what, long result) throws KernelException {
        if (result < 0) {
            throw new KernelException(what, (int) -result);
        }
        return result;
    }
}
