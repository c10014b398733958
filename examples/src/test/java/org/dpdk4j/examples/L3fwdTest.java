// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.dpdk4j.net.Ipv4Address;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From captures through the router to captures, by libpcap; tshark says what is in these. */
@RequiresDpdk
final class L3fwdTest {
    private static final int PORTS = 3;
    private static final int ETHERNET = 14;
    private static final int TTL = ETHERNET + 8;
    private static final int CHECKSUM = ETHERNET + 10;

    @TempDir Path folder;

    @Test
    void shouldSendEachPacketByItsLongestRoute() throws IOException {
        Map<String, Integer> portOf = new TreeMap<>();
        portOf.put("10.1.2.3", 2);
        portOf.put("10.1.2.4", 1);
        portOf.put("10.1.200.1", 1);
        portOf.put("10.255.255.255", 0);
        portOf.put("192.0.2.129", 2);
        portOf.put("192.0.2.127", 1);
        portOf.put("8.8.8.8", 1);
        portOf.put("255.255.255.254", 1);
        List<byte[]> sent = packets(portOf.keySet().stream().toList(), 900);
        Path rules = folder.resolve("rules");
        Files.writeString(
                rules, "# by file\n\nR10.1.2.3/32 2\n192.0.2.128/25 2 # half\n10.0.0.0/8  0\n");
        List<List<byte[]>> received =
                route(
                        sent,
                        "--rules",
                        rules.toString(),
                        "--route",
                        "0.0.0.0/0,1",
                        "--route",
                        "10.1.0.0/16,1",
                        "--eth-dest",
                        "2,00:00:5e:00:53:07");

        List<List<byte[]>> expected = new ArrayList<>();
        for (int port = 0; port < PORTS; port++) {
            expected.add(new ArrayList<>());
        }
        for (byte[] packet : sent) {
            String destination = Ipv4Address.format(intAt(packet, ETHERNET + 16));
            int port = portOf.get(destination);
            expected.get(port).add(forwarded(packet, received.get(port).getFirst(), port));
        }
        for (int port = 0; port < PORTS; port++) {
            assertThat(received.get(port).toArray(byte[][]::new))
                    .as("by port %d", port)
                    .isDeepEqualTo(expected.get(port).toArray(byte[][]::new));
            requireGoodChecksums(port, received.get(port).size());
        }
    }

    /** What a router makes of a packet, with the checksum as RFC 1071 computes it from nothing. */
    private static byte[] forwarded(byte[] packet, byte[] likeIt, int port) {
        byte[] expected = packet.clone();
        byte[] station = {2, 0, 0, 0, 0, (byte) port};
        byte[] given = {0, 0, 0x5e, 0, 0x53, 7};
        System.arraycopy(port == 2 ? given : station, 0, expected, 0, 6);
        // The source is the port's own address, whatever that is, and the same for all.
        System.arraycopy(likeIt, 6, expected, 6, 6);
        expected[TTL]--;
        writeChecksum(expected);
        return expected;
    }

    /** Another opinion: tshark verifies each header's checksum. */
    private void requireGoodChecksums(int port, int count) {
        String[] lines =
                Program.output(
                                "tshark",
                                "-r",
                                out(port).toString(),
                                "-o",
                                "ip.check_checksum:TRUE",
                                "-T",
                                "fields",
                                "-e",
                                "ip.checksum.status")
                        .strip()
                        .split("\n", -1);
        assertThat(lines).hasSize(count).containsOnly("1");
    }

    @Test
    void shouldDropWithTheReason() throws IOException {
        List<byte[]> good = packets(List.of("10.0.0.1"), 10);
        List<byte[]> sent = new ArrayList<>(good);
        sent.addAll(packets(List.of("11.0.0.1", "9.255.255.255"), 4));
        for (int ttl : new int[] {0, 1}) {
            byte[] packet = good.getFirst().clone();
            packet[TTL] = (byte) ttl;
            writeChecksum(packet);
            sent.add(packet);
        }
        sent.add(new byte[13]);
        sent.add(Arrays.copyOf(good.getFirst(), ETHERNET + 19));
        byte[] arp = good.getFirst().clone();
        arp[13] = 6;
        sent.add(arp);
        byte[] sixth = good.getFirst().clone();
        sixth[ETHERNET] = 0x65;
        sent.add(sixth);
        Pcap.write(folder.resolve("in.pcap"), sent);
        try (Program program = start("--route", "10.0.0.0/8,1", "--config", "(0,0,0),(1,0,0)")) {
            program.awaitExit(0);
            assertThat(program.number("Dropped, no route:")).isEqualTo(4);
            assertThat(program.number("Dropped, time to live over:")).isEqualTo(2);
            assertThat(program.number("Dropped, truncated:")).isEqualTo(3);
            assertThat(program.number("Dropped, not IPv4:")).isEqualTo(1);
            assertThat(program.number("Dropped, transmit queue full:")).isZero();
            assertThat(program.number("mbufs in use after stop:")).isZero();
            assertThat(program.out()).contains("net_pcap0: received 20, sent 0");
            assertThat(program.out()).contains("net_pcap1: received 0, sent 10");
        }
        assertThat(Pcap.read(out(1))).hasSize(10);
    }

    private List<List<byte[]>> route(List<byte[]> sent, String... own) throws IOException {
        Pcap.write(folder.resolve("in.pcap"), sent);
        try (Program program = start(own)) {
            program.awaitExit(0);
            assertThat(program.out()).contains("net_pcap0: received " + sent.size());
            assertThat(program.number("mbufs in use after stop:")).isZero();
        }
        List<List<byte[]>> received = new ArrayList<>();
        for (int port = 0; port < PORTS; port++) {
            received.add(Pcap.read(out(port)));
        }
        return received;
    }

    /** The end of a capture can't be told from a pause in the traffic, so time ends it. */
    private Program start(String... own) throws IOException {
        Path nothing = folder.resolve("nothing.pcap");
        Pcap.write(nothing, List.of());
        List<String> vdevs = new ArrayList<>();
        for (int port = 0; port < PORTS; port++) {
            Path in = port == 0 ? folder.resolve("in.pcap") : nothing;
            vdevs.add("net_pcap" + port + ",rx_pcap=" + in + ",tx_pcap=" + out(port));
        }
        List<String> arguments = new ArrayList<>(Arrays.asList(own));
        arguments.addAll(List.of("--seconds", "2", "--idle-sleep", "50", "-p", "7"));
        return Program.onVdevs(L3fwd.class, vdevs, arguments.toArray(String[]::new));
    }

    private Path out(int port) {
        return folder.resolve("out" + port + ".pcap");
    }

    /** Packets to these addresses in turn, with random contents and good checksums. */
    private static List<byte[]> packets(List<String> destinations, int count) {
        Random random = new Random(count);
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] packet = new byte[60 + random.nextInt(1400)];
            random.nextBytes(packet);
            packet[12] = 8;
            packet[13] = 0;
            packet[ETHERNET] = 0x45;
            int length = packet.length - ETHERNET;
            packet[ETHERNET + 2] = (byte) (length >> 8);
            packet[ETHERNET + 3] = (byte) length;
            packet[TTL] = (byte) random.nextInt(2, 256);
            int address = Ipv4Address.parse(destinations.get(i % destinations.size())).bits();
            for (int at = 0; at < 4; at++) {
                packet[ETHERNET + 16 + at] = (byte) (address >> (24 - 8 * at));
            }
            writeChecksum(packet);
            packets.add(packet);
        }
        return packets;
    }

    private static void writeChecksum(byte[] packet) {
        packet[CHECKSUM] = 0;
        packet[CHECKSUM + 1] = 0;
        int sum = 0;
        for (int at = ETHERNET; at < ETHERNET + 20; at += 2) {
            sum += ((packet[at] & 0xff) << 8) | (packet[at + 1] & 0xff);
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = ~(sum + (sum >>> 16));
        packet[CHECKSUM] = (byte) (sum >> 8);
        packet[CHECKSUM + 1] = (byte) sum;
    }

    private static int intAt(byte[] bytes, int at) {
        return ((bytes[at] & 0xff) << 24)
                | ((bytes[at + 1] & 0xff) << 16)
                | ((bytes[at + 2] & 0xff) << 8)
                | (bytes[at + 3] & 0xff);
    }
}
