// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.FileStatus;
import org.dpdk4j.sriov.model.Faults.When;
import org.dpdk4j.sriov.model.Wire.Operation;

/**
 * The model's process: it takes the description of a machine from standard input, listens on a Unix
 * socket, and ends when its standard input does. Clients come and die as they like.
 */
public final class KernelModelServer {
    private static final int KILL_SECONDS = 5;

    private final ReentrantLock lock;
    private KernelModel kernel;
    private final Set<Long> dead = new HashSet<>();
    private final Map<Integer, Port> ports = new HashMap<>();
    private long controller;
    private int lastPort;

    private record Port(int protocol, Deque<byte[]> waiting) {}

    private KernelModelServer(KernelModel kernel) {
        this.kernel = kernel;
        this.lock = kernel.lock;
    }

    /** With the path of the socket as its only argument. */
    public static void main(String[] arguments) throws Exception {
        ObjectInputStream in = new ObjectInputStream(System.in);
        KernelModelServer server =
                new KernelModelServer(new KernelModel((Machine) in.readObject()));
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(Path.of(arguments[0])));
        Thread.ofPlatform().daemon().start(() -> server.accept(listening));
        System.out.println("ready");
        while (in.read() >= 0) {
            // Nothing more is said; the end of it is ours.
        }
        System.exit(0);
    }

    private void accept(ServerSocketChannel listening) {
        try {
            while (true) {
                SocketChannel channel = listening.accept();
                Thread.ofPlatform().daemon().start(() -> serve(new Wire(channel)));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void serve(Wire wire) {
        long pid = 0;
        try (wire) {
            while (true) {
                List<byte[]> request = wire.receive();
                Operation operation = Operation.valueOf(Wire.text(request.getFirst()));
                List<byte[]> arguments = request.subList(1, request.size());
                List<byte[]> answer;
                if (operation == Operation.HELLO) {
                    pid = hello(arguments);
                    answer = List.of();
                } else {
                    answer = answer(operation, arguments, pid);
                }
                if (answer == null) {
                    return;
                }
                wire.send(answer);
            }
        } catch (IOException e) {
            // The client has gone; the kernel stays.
        }
    }

    private long hello(List<byte[]> arguments) {
        long pid = Wire.number(arguments.getFirst());
        lock.lock();
        try {
            if (arguments.size() > 1) {
                controller = pid;
            }
            dead.remove(pid);
            return pid;
        } finally {
            lock.unlock();
        }
    }

    /** Null if there is nobody any more to take the answer. */
    private List<byte[]> answer(Operation operation, List<byte[]> arguments, long pid) {
        lock.lock();
        try {
            if (dead.contains(pid)) {
                return null;
            }
            kernel.tick();
            byte[] result = step(operation, arguments, pid);
            return result == null ? null : List.of(result);
        } catch (Refusal e) {
            return List.of(new byte[0], Wire.number(e.errno));
        } finally {
            lock.unlock();
        }
    }

    private byte[] step(Operation operation, List<byte[]> arguments, long pid) throws Refusal {
        switch (operation) {
            case CONTROL -> {
                List<String> words = arguments.stream().map(Wire::text).toList();
                if (words.getFirst().equals("reboot")) {
                    kernel = new KernelModel(kernel);
                    return new byte[0];
                }
                return Wire.bytes(new Control(kernel).run(words));
            }
            case MEMLOCK -> {
                return Wire.number(kernel.machine.memlockBytes());
            }
            case UID -> {
                return Wire.number(kernel.machine.uid());
            }
            case CLOSE_NETLINK -> {
                ports.remove((int) Wire.number(arguments.getFirst()));
                return new byte[0];
            }
            default -> {
                // A step, which may fail.
            }
        }
        boolean change = changes(operation, arguments);
        Faults.Rule rule =
                kernel.faults.step(text(operation, arguments), change, pid != controller);
        boolean kill = rule != null && rule.errno == 0;
        if (kill && rule.when != When.AFTER) {
            kill(pid);
        }
        byte[] result = null;
        if (!kill || rule.when != When.BEFORE) {
            result = perform(operation, arguments, rule);
        }
        if (kill && rule.when == When.AFTER) {
            kill(pid);
        }
        return kill ? null : result;
    }

    private byte[] perform(Operation operation, List<byte[]> arguments, Faults.Rule rule)
            throws Refusal {
        int errno = rule == null ? 0 : rule.errno;
        int before = rule != null && rule.when == When.BEFORE ? errno : 0;
        int after = rule != null && rule.when == When.AFTER ? errno : 0;
        if (operation == Operation.SEND) {
            // Errors of netlink come as messages.
            send(arguments, before, after);
            return new byte[0];
        }
        if (before != 0) {
            throw new Refusal(before);
        }
        byte[] result = perform(operation, arguments);
        if (after != 0) {
            throw new Refusal(after);
        }
        return result;
    }

    private byte[] perform(Operation operation, List<byte[]> arguments) throws Refusal {
        byte[] none = {};
        FileTree tree = kernel.tree;
        String first = Wire.text(arguments.getFirst());
        switch (operation) {
            case READ -> {
                return Wire.bytes(tree.read(first));
            }
            case WRITE -> tree.write(first, Wire.text(arguments.get(1)));
            case LIST -> {
                return Wire.join(tree.list(first));
            }
            case READ_LINK -> {
                return Wire.bytes(tree.readLink(first));
            }
            case STATUS -> {
                return status(tree.status(first));
            }
            case OWN ->
                    tree.own(
                            first,
                            (int) Wire.number(arguments.get(1)),
                            (int) Wire.number(arguments.get(2)),
                            (int) Wire.number(arguments.get(3)));
            case MAKE_DIRECTORY -> tree.makeDirectory(first);
            case REMOVE_DIRECTORY -> tree.removeDirectory(first);
            case MOUNT ->
                    kernel.memory.mount(
                            first, Wire.text(arguments.get(1)), Wire.text(arguments.get(2)));
            case UNMOUNT -> kernel.memory.unmount(first);
            case LOAD_MODULE -> kernel.modules.load(first);
            case OPEN_NETLINK -> {
                int protocol = (int) Wire.number(arguments.getFirst());
                if (protocol != 0 && protocol != 16) {
                    throw new Refusal(Errno.EPROTONOSUPPORT);
                }
                ports.put(++lastPort, new Port(protocol, new ArrayDeque<>()));
                return Wire.number(lastPort);
            }
            case RECEIVE -> {
                Port port = ports.get((int) Wire.number(arguments.getFirst()));
                byte[] datagram = port == null ? null : port.waiting.poll();
                if (datagram == null) {
                    throw new Refusal(Errno.EAGAIN);
                }
                return datagram;
            }
            default -> throw new IllegalStateException(operation.toString());
        }
        return none;
    }

    private void send(List<byte[]> arguments, int before, int after) {
        int number = (int) Wire.number(arguments.getFirst());
        Port port = ports.get(number);
        port.waiting.addAll(
                kernel.netlink.handle(port.protocol, number, arguments.get(1), before, after));
    }

    private static byte[] status(FileStatus status) {
        return Wire.join(
                List.of(
                        status.type().name(),
                        Integer.toString(status.mode()),
                        Integer.toString(status.uid()),
                        Integer.toString(status.gid()),
                        Long.toString(status.inode())));
    }

    private boolean changes(Operation operation, List<byte[]> arguments) {
        return switch (operation) {
            case WRITE, OWN, MAKE_DIRECTORY, REMOVE_DIRECTORY, MOUNT, UNMOUNT, LOAD_MODULE -> true;
            case SEND -> NetlinkModel.changes(protocol(arguments), arguments.get(1));
            default -> false;
        };
    }

    private int protocol(List<byte[]> arguments) {
        return ports.get((int) Wire.number(arguments.getFirst())).protocol;
    }

    private String text(Operation operation, List<byte[]> arguments) {
        return switch (operation) {
            case SEND -> NetlinkModel.text(protocol(arguments), arguments.get(1));
            case RECEIVE, OPEN_NETLINK -> operation.name();
            case OWN -> "OWN " + Wire.text(arguments.getFirst());
            default -> {
                StringBuilder text = new StringBuilder(operation.name());
                arguments.forEach(each -> text.append(' ').append(Wire.text(each)));
                yield text.toString();
            }
        };
    }

    /** As {@code kill -9}. Nothing that the process has yet under way is done. */
    private void kill(long pid) {
        dead.add(pid);
        ProcessHandle.of(pid)
                .ifPresent(process -> {
                    process.destroyForcibly();
                    try {
                        process.onExit().get(KILL_SECONDS, TimeUnit.SECONDS);
                    } catch (TimeoutException e) {
                        // Dead, but its parent has not asked yet.
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
    }
}
