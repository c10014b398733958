// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Linux's network interfaces, by its command {@code ip}. Needs root. */
public final class IpLink {
    /** Packets that the kernel's socket buffers hold for sure. */
    public static final int WINDOW = 128;

    private IpLink() {}

    /**
     * Makes two virtual Ethernet interfaces, each the other's cable.
     *
     * @param one the name of the first
     * @param other the name of the second
     * @throws IOException with what the command said
     */
    public static void addPair(String one, String other) throws IOException {
        run(List.of("ip", "link", "add", one, "type", "veth", "peer", "name", other));
    }

    /**
     * Makes two virtual Ethernet interfaces, each the other's cable, with indices of one's choice.
     *
     * @param one the name of the first
     * @param oneIndex its index
     * @param other the name of the second
     * @param otherIndex its index
     * @throws IOException with what the command said; also if another interface has such an index
     */
    public static void addPair(String one, int oneIndex, String other, int otherIndex)
            throws IOException {
        String first = String.valueOf(oneIndex);
        String second = String.valueOf(otherIndex);
        run(
                List.of(
                        "ip", "link", "add", one, "index", first, "type", "veth", "peer", "name",
                        other, "index", second));
    }

    /**
     * Sets an interface up that carries nothing but what is sent: no IPv6, and nobody asks for
     * addresses.
     *
     * @param name of the interface
     * @throws IOException with what the command said
     */
    public static void setUp(String name) throws IOException {
        Path off = Path.of("/proc/sys/net/ipv6/conf", name, "disable_ipv6");
        if (Files.exists(off)) {
            Files.writeString(off, "1");
        }
        run(List.of("ip", "link", "set", name, "arp", "off"));
        run(List.of("ip", "link", "set", name, "up"));
    }

    /**
     * Runs a command to its end.
     *
     * @param command with its arguments
     * @throws IOException with what it said, if it fails
     */
    public static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
