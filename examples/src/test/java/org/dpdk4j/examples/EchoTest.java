// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.dpdk4j.testing.RequiresDpdk;
import org.dpdk4j.testing.RequiresRoot;
import org.junit.jupiter.api.Test;

@RequiresDpdk
@RequiresRoot
final class EchoTest {
    /** From 1453 bytes on, IPv6 sends fragments, as net_tap takes no MTU over 1500. */
    private static final int[] SIZES = {64, 100, 999, 1000, 1400, 1452, 1472};

    /** So many that each of the two protocols sends three fragments. */
    private static final int THREE_FRAGMENTS = 4000;

    @Test
    void shouldAnswerTheKernelsPings() {
        String tap = Namespace.interfaceName("dje");
        try (Namespace kernel = new Namespace();
                Program echo =
                        Program.onVdevs(
                                Echo.class,
                                List.of("net_tap0,iface=" + tap),
                                "--ip",
                                "10.99.0.2",
                                "--ip6",
                                "fd00:99::2",
                                "--idle-sleep",
                                "50")) {
            echo.awaitOutput("answering");
            Program.output("ip", "link", "set", tap, "netns", kernel.name());
            kernel.up(tap, "10.99.0.1/24", "fd00:99::1/64");
            for (int size : SIZES) {
                ping(kernel, "10.99.0.2", size);
                ping(kernel, "fd00:99::2", size);
            }
            ping(kernel, "10.99.0.2", THREE_FRAGMENTS);
            ping(kernel, "fd00:99::2", THREE_FRAGMENTS);
            assertThat(kernel.run("ip", "neigh"))
                    .containsPattern("10.99.0.2 .*lladdr")
                    .containsPattern("fd00:99::2 .*lladdr");
            echo.interrupt().awaitExit(130);
            assertThat(echo.out())
                    .containsPattern("[1-9]\\d* ARP")
                    .contains(2 * (SIZES.length + 1) + " ICMP,")
                    .contains(2 * (SIZES.length + 1) + " ICMPv6,")
                    .contains(" 10 later fragments,")
                    .containsPattern("[1-9]\\d* neighbour")
                    .contains(" 0 not sent");
        }
    }

    /**
     * The ping command compares what comes back, byte for byte. One by one, since it waits as long
     * as it is told for a first answer alone.
     */
    private static void ping(Namespace kernel, String address, int size) {
        for (int i = 0; i < 2; i++) {
            String said =
                    kernel.run(
                            "ping", "-c", "1", "-W", "10", "-s", Integer.toString(size), address);
            assertThat(said).contains(" 0% packet loss").doesNotContain("wrong data");
        }
    }
}
