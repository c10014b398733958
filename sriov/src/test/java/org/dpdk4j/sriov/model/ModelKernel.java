// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.FileStatus;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.kernel.NetlinkPort;
import org.dpdk4j.sriov.model.Wire.Operation;

/** The kernel that a model's process plays. Each thread that waits has a connection of its own. */
final class ModelKernel implements Kernel, AutoCloseable {
    private final Path socket;
    private final boolean controller;
    private final Deque<Wire> idle = new ConcurrentLinkedDeque<>();

    ModelKernel(Path socket, boolean controller) {
        this.socket = socket;
        this.controller = controller;
    }

    @Override
    public String read(String path) throws KernelException {
        return Wire.text(call("read " + path, Operation.READ, Wire.bytes(path)));
    }

    @Override
    public void write(String path, String text) throws KernelException {
        call(
                "write \"" + text.strip() + "\" to " + path,
                Operation.WRITE,
                Wire.bytes(path),
                Wire.bytes(text));
    }

    @Override
    public List<String> list(String path) throws KernelException {
        List<String> names =
                new ArrayList<>(words(call("list " + path, Operation.LIST, Wire.bytes(path))));
        Collections.sort(names);
        return List.copyOf(names);
    }

    @Override
    public String readLink(String path) throws KernelException {
        return Wire.text(call("read link " + path, Operation.READ_LINK, Wire.bytes(path)));
    }

    @Override
    public Optional<FileStatus> status(String path) throws KernelException {
        try {
            List<String> words = words(call("look at " + path, Operation.STATUS, Wire.bytes(path)));
            return Optional.of(
                    new FileStatus(
                            FileStatus.Type.valueOf(words.get(0)),
                            Integer.parseInt(words.get(1)),
                            Integer.parseInt(words.get(2)),
                            Integer.parseInt(words.get(3)),
                            Long.parseLong(words.get(4))));
        } catch (KernelException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void own(String path, int uid, int gid, int mode) throws KernelException {
        call(
                "give %s to %d:%d with mode %o".formatted(path, uid, gid, mode),
                Operation.OWN,
                Wire.bytes(path),
                Wire.number(uid),
                Wire.number(gid),
                Wire.number(mode));
    }

    @Override
    public void makeDirectory(String path) throws KernelException {
        call("make directory " + path, Operation.MAKE_DIRECTORY, Wire.bytes(path));
    }

    @Override
    public void removeDirectory(String path) throws KernelException {
        call("remove directory " + path, Operation.REMOVE_DIRECTORY, Wire.bytes(path));
    }

    @Override
    public void mount(String type, String target, String options) throws KernelException {
        call(
                "mount " + type + " at " + target + " with \"" + options + "\"",
                Operation.MOUNT,
                Wire.bytes(type),
                Wire.bytes(target),
                Wire.bytes(options));
    }

    @Override
    public void unmount(String target) throws KernelException {
        call("unmount " + target, Operation.UNMOUNT, Wire.bytes(target));
    }

    @Override
    public void loadModule(String name) throws KernelException {
        call("modprobe " + name, Operation.LOAD_MODULE, Wire.bytes(name));
    }

    @Override
    public NetlinkPort openNetlink(int protocol) throws KernelException {
        long port =
                Wire.number(call("open netlink", Operation.OPEN_NETLINK, Wire.number(protocol)));
        return new NetlinkPort() {
            @Override
            public void send(byte[] datagram) throws KernelException {
                call("send to netlink", Operation.SEND, Wire.number(port), datagram);
            }

            @Override
            public byte[] receive() throws KernelException {
                return call("receive from netlink", Operation.RECEIVE, Wire.number(port));
            }

            @Override
            public void close() {
                sure(Operation.CLOSE_NETLINK, Wire.number(port));
            }
        };
    }

    @Override
    public long memlockBytes() {
        return Wire.number(sure(Operation.MEMLOCK, new byte[0]));
    }

    @Override
    public int effectiveUid() {
        return (int) Wire.number(sure(Operation.UID, new byte[0]));
    }

    /** Asks something of the model that is not the kernel's. */
    String control(Object... words) {
        byte[][] arguments = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            arguments[i] = Wire.bytes(words[i].toString());
        }
        return Wire.text(sure(Operation.CONTROL, arguments));
    }

    private byte[] sure(Operation operation, byte[]... arguments) {
        try {
            return call(operation.name(), operation, arguments);
        } catch (KernelException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] call(String what, Operation operation, byte[]... arguments)
            throws KernelException {
        List<byte[]> request = new ArrayList<>(arguments.length + 1);
        request.add(Wire.bytes(operation.name()));
        Collections.addAll(request, arguments);
        try {
            Wire wire = connection();
            wire.send(request);
            List<byte[]> answer = wire.receive();
            idle.push(wire);
            if (answer.size() > 1) {
                throw new KernelException(what, (int) Wire.number(answer.get(1)));
            }
            return answer.getFirst();
        } catch (KernelException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("the kernel model is gone: " + socket, e);
        }
    }

    private Wire connection() throws IOException {
        Wire wire = idle.poll();
        if (wire == null) {
            wire = new Wire(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
            List<byte[]> hello = new ArrayList<>();
            hello.add(Wire.bytes(Operation.HELLO.name()));
            hello.add(Wire.number(ProcessHandle.current().pid()));
            if (controller) {
                hello.add(new byte[0]);
            }
            wire.send(hello);
            wire.receive();
        }
        return wire;
    }

    private static List<String> words(byte[] joined) {
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < joined.length; i++) {
            if (joined[i] == 0) {
                words.add(Wire.text(java.util.Arrays.copyOfRange(joined, start, i)));
                start = i + 1;
            }
        }
        return words;
    }

    @Override
    public void close() {
        for (Wire wire = idle.poll(); wire != null; wire = idle.poll()) {
            try {
                wire.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
