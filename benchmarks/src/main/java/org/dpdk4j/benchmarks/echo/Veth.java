// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import static java.util.Locale.ROOT;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.dpdk4j.benchmarks.evaluation.Closing;
import org.dpdk4j.benchmarks.evaluation.IpLink;

/**
 * A pair of virtual Ethernet interfaces, as Docker makes one for a container: one end is here, by
 * itself or behind a bridge, the other in a network namespace of its own. Nobody asks for addresses
 * on it, and IPv6 is off, so that it carries nothing but what is sent.
 */
final class Veth implements Closeable {
    /** Of datagrams, at both ends. */
    static final int PORT = 9;

    private static final int NETWORK = 198 << 24 | 18 << 16;

    private final int index;
    private final String namespace;
    private final String near;
    private final String far;
    private final List<List<String>> undo = new ArrayList<>();
    private boolean closed;

    private Veth(int index) {
        String prefix = "d4j" + ProcessHandle.current().pid() % 100_000;
        this.index = index;
        this.namespace = prefix + "n" + index;
        this.near = prefix + "a" + index;
        this.far = prefix + "b" + index;
    }

    /**
     * Makes one. Needs root.
     *
     * @param index of several, below 100
     * @param addressed whether the namespace's kernel has an address, and so takes datagrams
     * @param bridged whether there is a bridge in between, with another pair on this side
     */
    static Veth create(int index, boolean addressed, boolean bridged) throws IOException {
        Veth veth = new Veth(index);
        // Ctrl-C leaves no time for the caller.
        Runtime.getRuntime().addShutdownHook(new Thread(veth::closeQuietly));
        try {
            veth.make(addressed, bridged);
        } catch (IOException e) {
            veth.close();
            throw e;
        }
        return veth;
    }

    /** The interface on this side. */
    String near() {
        return near;
    }

    /** The interface in the namespace. */
    String far() {
        return far;
    }

    /** Whom a datagram to the namespace is from and for. */
    UdpAddresses addresses() {
        return new UdpAddresses(mac(1), mac(2), address(1), address(2), PORT);
    }

    /** Begins a command that runs in the namespace. */
    List<String> inside() {
        return List.of("ip", "netns", "exec", namespace);
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        try (Closing closing = new Closing()) {
            for (List<String> command : undo) {
                closing.add(() -> IpLink.run(command));
            }
            undo.clear();
        }
    }

    private void closeQuietly() {
        try {
            close();
        } catch (IOException e) {
            System.err.println(e.getMessage());
        }
    }

    private synchronized void make(boolean addressed, boolean bridged) throws IOException {
        if (closed) {
            throw new IOException("the program ends");
        }
        run("ip", "netns", "add", namespace);
        undo.add(List.of("ip", "netns", "del", namespace));
        if (bridged) {
            String bridge = near + "br";
            String outer = near + "p";
            String inner = near + "q";
            run("ip", "link", "add", bridge, "type", "bridge");
            undo.add(List.of("ip", "link", "del", bridge));
            IpLink.addPair(near, outer);
            undo.add(List.of("ip", "link", "del", near));
            IpLink.addPair(inner, far);
            undo.add(List.of("ip", "link", "del", inner));
            for (String port : List.of(outer, inner)) {
                run("ip", "link", "set", port, "master", bridge);
                IpLink.setUp(port);
            }
            IpLink.setUp(bridge);
        } else {
            IpLink.addPair(near, far);
            undo.add(List.of("ip", "link", "del", near));
        }
        run("ip", "link", "set", far, "netns", namespace);
        run("ip", "link", "set", near, "address", text(mac(1)));
        IpLink.setUp(near);
        inNamespace("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1");
        inNamespace("sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1");
        inNamespace("ip", "link", "set", far, "address", text(mac(2)));
        // Else the kernel leaves checksums to a NIC that isn't there.
        inNamespace("ethtool", "-K", far, "tx", "off");
        inNamespace("ip", "link", "set", far, "up");
        if (!addressed) {
            return;
        }
        inNamespace("ip", "address", "add", dotted(2) + "/24", "dev", far);
        inNamespace(
                "ip",
                "neigh",
                "add",
                dotted(1),
                "lladdr",
                text(mac(1)),
                "dev",
                far,
                "nud",
                "permanent");
    }

    private void inNamespace(String... command) throws IOException {
        List<String> words = new ArrayList<>(inside());
        words.addAll(List.of(command));
        IpLink.run(words);
    }

    private static void run(String... command) throws IOException {
        IpLink.run(List.of(command));
    }

    /** Locally administered. */
    private long mac(int end) {
        return 0x02_64_70_34_00_00L | index << 8 | end;
    }

    private int address(int end) {
        return NETWORK | index << 8 | end;
    }

    private String dotted(int end) {
        return "198.18." + index + "." + end;
    }

    private static String text(long mac) {
        return String.format(ROOT, "%012x", mac).replaceAll("(..)(?!$)", "$1:");
    }
}
