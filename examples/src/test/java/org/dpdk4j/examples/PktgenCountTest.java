// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresDpdk
final class PktgenCountTest {
    @TempDir Path folder;

    @Test
    void shouldMakeWhatTsharkFindsRight() throws IOException {
        Path file = generate(1000, "--size", "87", "--flows", "3");
        assertThat(Pcap.read(file)).hasSize(1000).allMatch(frame -> frame.length == 87);
        String found =
                Program.output(
                        "tshark",
                        "-r",
                        file.toString(),
                        "-o",
                        "udp.check_checksum:TRUE",
                        "-o",
                        "ip.check_checksum:TRUE",
                        "-Y",
                        "ip.checksum.status==1 && udp.checksum.status==1 && udp.dstport==7777",
                        "-T",
                        "fields",
                        "-e",
                        "udp.srcport");
        assertThat(found.lines()).hasSize(1000);
        assertThat(found.lines().distinct()).containsExactly("49152", "49153", "49154");
    }

    @Test
    void shouldTellLossOrderDuplicatesAndDamage() throws IOException {
        List<byte[]> frames = new ArrayList<>(Pcap.read(generate(1000, "--size", "1514")));
        frames.get(900)[1000] ^= 1; // inside of the pattern
        frames.get(800)[60] ^= 1; // likewise, and the checksum says so
        Collections.swap(frames, 700, 701);
        frames.add(600, frames.get(590));
        frames.remove(500);
        frames.add(new byte[60]);
        frames.add(new byte[3]);
        Path file = folder.resolve("changed.pcap");
        Pcap.write(file, frames);
        try (Program count =
                Program.onVdevs(
                        Count.class,
                        List.of("net_pcap0,rx_pcap=" + file),
                        "--seconds",
                        "2",
                        "--idle-sleep",
                        "50")) {
            count.awaitExit(0);
            // 1000 - 1 removed - 2 damaged + 1 doubled; lost: the removed one and the damaged ones.
            assertThat(count.out())
                    .containsPattern("(?m)^0 +998 +3 +1 +1 ")
                    .containsPattern("(?m)^all +998 +3 +1 +1 ")
                    .contains("wrong contents: 2, other packets: 2");
        }
    }

    @Test
    void shouldLoseNothingThroughL2fwdOverMemif() {
        String in = "net_memif0,role=%s,rsize=14,socket=" + folder.resolve("in") + SOCKET;
        String out = "net_memif%d,role=%s,rsize=14,socket=" + folder.resolve("out") + SOCKET;
        int packets = 15_000;
        try (Program l2fwd =
                        Program.onVdevs(
                                L2fwd.class,
                                List.of(in.formatted("server"), out.formatted(1, "server")),
                                "-q",
                                "2",
                                "--idle-sleep",
                                "50");
                Program started = started(l2fwd);
                Program count =
                        Program.onVdevs(
                                Count.class,
                                List.of(out.formatted(0, "client")),
                                "--count",
                                Integer.toString(packets),
                                "--quiet",
                                "10",
                                "--idle-sleep",
                                "50")) {
            count.awaitOutput("counting");
            try (Program pktgen =
                    Program.onVdevs(
                            Pktgen.class,
                            List.of(in.formatted("client")),
                            "--count",
                            Integer.toString(packets),
                            "--rate",
                            "3000",
                            "--flows",
                            "4",
                            "--size",
                            "300",
                            "--idle-sleep",
                            "50")) {
                pktgen.awaitExit(0);
                assertThat(pktgen.number("sent")).isEqualTo(packets);
            }
            count.awaitExit(0);
            assertThat(count.out())
                    .containsPattern("(?m)^3 +3750 +0 +0 +0 ")
                    .containsPattern("(?m)^all +15000 +0 +0 +0 ")
                    .contains("wrong contents: 0, other packets: 0");
            started.interrupt().awaitExit(130);
            assertThat(l2fwd.number("Total packets received:")).isEqualTo(packets);
            assertThat(l2fwd.number("Total packets sent:")).isEqualTo(packets);
            assertThat(l2fwd.number("mbufs in use after stop:")).isZero();
        }
    }

    /** A receiver's queue would run over if it all came at once afterwards. */
    @Test
    void shouldNotMakeUpForALongDelay() throws IOException {
        Path file = folder.resolve("delayed.pcap");
        int perSecond = 4000;
        int packets = 2 * perSecond;
        try (Program pktgen =
                Program.onVdevs(
                        Pktgen.class,
                        List.of("net_pcap0,tx_pcap=" + file),
                        "--count",
                        Integer.toString(packets),
                        "--rate",
                        Integer.toString(perSecond))) {
            while (!Files.exists(file) || Files.size(file) < 4096) {
                Program.pause(10);
            }
            pktgen.signal("-STOP");
            Program.pause(1500);
            pktgen.signal("-CONT");
            pktgen.awaitExit(0);
            String seconds = pktgen.awaitOutput("flows in ([0-9.]+) s").group(1);
            // At 2 s it would be done if it made up for all of it; 256 packets it may send at once.
            assertThat(Double.parseDouble(seconds)).isGreaterThan(3.4);
        }
        assertThat(Pcap.read(file)).hasSize(packets);
    }

    private static final String SOCKET = ",socket-abstract=no";

    private static Program started(Program l2fwd) {
        l2fwd.awaitOutput("Lcore");
        return l2fwd;
    }

    private Path generate(int count, String... own) {
        Path file = folder.resolve("generated.pcap");
        List<String> arguments = new ArrayList<>(List.of(own));
        arguments.addAll(List.of("--count", Integer.toString(count), "--rate", "max"));
        try (Program pktgen =
                Program.onVdevs(
                        Pktgen.class,
                        List.of("net_pcap0,tx_pcap=" + file),
                        arguments.toArray(String[]::new))) {
            pktgen.awaitExit(0);
            assertThat(pktgen.number("sent")).isEqualTo(count);
        }
        return file;
    }
}
