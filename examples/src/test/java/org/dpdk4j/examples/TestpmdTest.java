// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DPDK's own testpmd on the other side of memif. */
@RequiresDpdk
final class TestpmdTest {
    private static final int PACKETS = 15_000;

    @TempDir Path folder;

    private final String prefix = "testpmd-" + UUID.randomUUID();

    /** EAL empties the directory of a file prefix, and leaves it. */
    @AfterEach
    void removeRuntimeDirectory() throws IOException {
        String user = Objects.requireNonNullElse(System.getenv("XDG_RUNTIME_DIR"), "/tmp");
        for (String base : List.of("/var/run", user)) {
            Path directory = Path.of(base, "dpdk", prefix);
            if (Files.isDirectory(directory)) {
                Program.output("rm", "-r", directory.toString());
            }
        }
    }

    /** No more packets than a ring holds, so that none may be lost however slow the machine is. */
    @ParameterizedTest
    @ValueSource(strings = {"io", "macswap"})
    @SuppressWarnings("try") // the generator is only there to send
    void shouldPassOnEveryPacketUnharmed(String mode) throws IOException {
        try (Program testpmd = testpmd(mode)) {
            testpmd.type("start");
            try (Program count =
                    Program.onVdevs(
                            Count.class, List.of(memif(0, "b", "client")), "--idle-sleep", "50")) {
                count.awaitOutput("counting");
                // Both stay until testpmd polls no more: its net_memif ends it when a peer goes.
                try (Program pktgen = generator(memif(0, "a", "client"))) {
                    awaitSent(testpmd);
                    testpmd.type("stop");
                    testpmd.awaitOutput("Done\\.");
                    Program.pause(1000); // memif's ring is read to its end, whatever came
                    count.interrupt().awaitExit(130);
                }
                assertThat(count.out())
                        .containsPattern("(?m)^all +" + PACKETS + " +0 +0 +0 ")
                        .contains("wrong contents: 0, other packets: 0");
            }
        }
    }

    /** A handful of packets run in circles between testpmd and l2fwd, both ways. */
    @Test
    void shouldCountAsTestpmdCounts() throws IOException {
        try (Program testpmd = testpmd("io");
                Program l2fwd =
                        Program.onVdevs(
                                L2fwd.class,
                                List.of(memif(0, "a", "client"), memif(1, "b", "client")),
                                "-q",
                                "2",
                                "-T",
                                "0",
                                "--idle-sleep",
                                "50")) {
            l2fwd.awaitOutput("RX port 1");
            Program.pause(1000); // memif connects
            testpmd.type("start tx_first 4");
            Program.pause(2000);
            testpmd.type("stop");
            testpmd.awaitOutput("Done\\.");
            Program.pause(500); // what testpmd sent last
            // Takes in what l2fwd sent since.
            testpmd.type("set fwd rxonly");
            testpmd.type("start");
            Program.pause(500);
            testpmd.type("stop");
            testpmd.type("show port stats all");
            testpmd.type("quit");
            testpmd.awaitExit(0);
            l2fwd.interrupt().awaitExit(130);
            assertThat(l2fwd.number("Total packets received:")).isGreaterThan(1000);
            assertThat(l2fwd.number("Total packets dropped:")).isZero();
            assertThat(l2fwd.number("mbufs in use after stop:")).isZero();
            for (int port = 0; port < 2; port++) {
                Matcher theirs =
                        statistics(
                                "NIC statistics for port %d .*?RX-packets: (\\d+).*?TX-packets: (\\d+)",
                                port, testpmd);
                Matcher ours =
                        statistics(
                                "Statistics for port %d .*?sent: +(\\d+).*?received: +(\\d+)",
                                port, l2fwd);
                assertThat(ours.group(1)).as("sent by port %d", port).isEqualTo(theirs.group(1));
                assertThat(ours.group(2))
                        .as("received by port %d", port)
                        .isEqualTo(theirs.group(2));
            }
        }
    }

    private static void awaitSent(Program testpmd) {
        for (int tries = 0; tries < 60; tries++) {
            testpmd.type("show port stats 1");
            Program.pause(500);
            if (testpmd.out().contains("TX-packets: " + PACKETS)) {
                return;
            }
        }
        fail("testpmd did not send all packets: " + testpmd);
    }

    private static Matcher statistics(String regex, int port, Program program) {
        Matcher matcher =
                Pattern.compile(regex.formatted(port), Pattern.DOTALL).matcher(program.out());
        assertThat(matcher.find()).as(program::toString).isTrue();
        return matcher;
    }

    private Program testpmd(String mode) throws IOException {
        // Else it would keep to itself what it prints.
        List<String> command = new ArrayList<>(List.of("stdbuf", "-oL", "dpdk-testpmd"));
        command.addAll(Program.EAL);
        command.addAll(List.of("--lcores", "(0,1)@(" + cpus() + ")"));
        command.addAll(List.of("--file-prefix", prefix));
        command.addAll(List.of("--vdev", memif(0, "a", "server")));
        command.addAll(List.of("--vdev", memif(1, "b", "server")));
        command.addAll(List.of("--", "-i", "--no-mlockall", "--no-flush-rx"));
        command.addAll(List.of("--total-num-mbufs=16384", "--forward-mode=" + mode));
        Program testpmd = Program.command(command.toArray(String[]::new));
        testpmd.awaitOutput("Checking link statuses");
        return testpmd;
    }

    private String memif(int number, String socket, String role) {
        return "net_memif%d,socket=%s,socket-abstract=no,rsize=14,role=%s"
                .formatted(number, folder.resolve(socket), role);
    }

    private static Program generator(String vdev) {
        return Program.onVdevs(
                Pktgen.class,
                List.of(vdev),
                "--count",
                Integer.toString(PACKETS),
                "--stay",
                "--rate",
                "5000",
                "--idle-sleep",
                "50");
    }

    /** The CPUs that this process may run on; testpmd's two threads share them. */
    private static String cpus() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElseThrow();
    }
}
