// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.dpdk4j.testing.RequiresDpdk;
import org.dpdk4j.testing.RequiresRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two kernels' worth of TCP/IP, which reach each other through l2fwd alone. */
@RequiresDpdk
@RequiresRoot
final class KernelTcpTest {
    private static final int TRANSFER_BYTES = 200_000_000;

    /** TCP over the class library: receives into a file, or sends one. */
    private static final String RECEIVE =
            """
            import socket, sys
            server = socket.create_server(("10.99.0.2", 7000))
            print("listening", flush=True)
            connection, _ = server.accept()
            with open(sys.argv[1], "wb") as file:
                while data := connection.recv(1 << 20):
                    file.write(data)
            """;

    private static final String SEND =
            """
            import socket, sys
            with socket.create_connection(("10.99.0.2", 7000), 20) as connection:
                connection.settimeout(None)
                with open(sys.argv[1], "rb") as file:
                    connection.sendfile(file)
            """;

    @TempDir Path folder;

    private final String here = Namespace.interfaceName("dja");
    private final String there = Namespace.interfaceName("djb");

    @Test
    void shouldCarryTcpBetweenTaps() throws IOException {
        List<String> vdevs = List.of("net_tap0,iface=" + here, "net_tap1,iface=" + there);
        try (Namespace a = new Namespace();
                Namespace b = new Namespace();
                Program l2fwd = l2fwd(vdevs)) {
            Program.output("ip", "link", "set", here, "netns", a.name());
            Program.output("ip", "link", "set", there, "netns", b.name());
            requireTransfer(a, b, l2fwd);
        }
    }

    @Test
    void shouldCarryTcpBetweenVethsByAfPacket() throws IOException {
        // In a namespace in the middle, where nothing but the forwarder sees the frames.
        try (Namespace a = new Namespace();
                Namespace b = new Namespace();
                Veth left = new Veth(here, a);
                Veth right = new Veth(there, b);
                Program l2fwd =
                        l2fwd(
                                List.of(
                                        "net_af_packet0,iface=" + left.outer,
                                        "net_af_packet1,iface=" + right.outer))) {
            requireTransfer(a, b, l2fwd);
        }
    }

    private void requireTransfer(Namespace a, Namespace b, Program l2fwd) throws IOException {
        a.up(here, "10.99.0.1/24");
        b.up(there, "10.99.0.2/24");
        a.run("ping", "-c", "3", "-i", "0.2", "-W", "5", "10.99.0.2");
        b.run("ping", "-c", "3", "-i", "0.2", "-W", "5", "10.99.0.1");

        Path sent = folder.resolve("sent");
        Path received = folder.resolve("received");
        byte[] bytes = new byte[TRANSFER_BYTES];
        new Random(0).nextBytes(bytes);
        Files.write(sent, bytes);
        try (Program receiver = b.start("python3", "-c", RECEIVE, received.toString())) {
            receiver.awaitOutput("listening");
            a.run("python3", "-c", SEND, sent.toString());
            receiver.awaitExit(0);
        }
        assertThat(sha256(received)).isEqualTo(sha256(sent));

        l2fwd.interrupt().awaitExit(130);
        assertThat(l2fwd.number("Total packets received:")).isGreaterThan(TRANSFER_BYTES / 1500);
        assertThat(l2fwd.number("mbufs in use after stop:")).isZero();
    }

    private static String sha256(Path file) {
        return Program.output("sha256sum", file.toString()).split(" ", 2)[0];
    }

    private static Program l2fwd(List<String> vdevs) {
        Program l2fwd =
                Program.onVdevs(
                        L2fwd.class,
                        vdevs,
                        "--no-mac-updating",
                        "-q",
                        "2",
                        "-T",
                        "0",
                        "--idle-sleep",
                        "20");
        l2fwd.awaitOutput("RX port 1");
        return l2fwd;
    }

    /** Two interfaces with a wire between them: one outside, one in a namespace. */
    private static final class Veth implements AutoCloseable {
        private final String outer;

        Veth(String inner, Namespace namespace) {
            outer = inner + "o";
            Program.output(
                    "ip",
                    "link",
                    "add",
                    outer,
                    "type",
                    "veth",
                    "peer",
                    "name",
                    inner,
                    "netns",
                    namespace.name());
            // A wire of this kind carries frames without checksums and larger than its MTU.
            String[] off = {"tx", "off", "tso", "off", "gso", "off", "gro", "off"};
            namespace.run(ethtool(inner, off));
            Program.output(ethtool(outer, off));
            // The kernel is not to say anything of its own on it.
            Program.output("sysctl", "-qw", "net.ipv6.conf." + outer + ".disable_ipv6=1");
            Program.output("ip", "link", "set", outer, "up");
        }

        @Override
        public void close() {
            Program.output("ip", "link", "del", outer);
        }

        private static String[] ethtool(String device, String... settings) {
            String[] command = new String[settings.length + 3];
            command[0] = "ethtool";
            command[1] = "-K";
            command[2] = device;
            System.arraycopy(settings, 0, command, 3, settings.length);
            return command;
        }
    }
}
