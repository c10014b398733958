// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandLineTest {
    @ParameterizedTest
    @ValueSource(
            classes = {
                Skeleton.class,
                L2fwd.class,
                L3fwd.class,
                Pktgen.class,
                Count.class,
                Echo.class,
                Capture.class
            })
    void shouldHelpAndRefuse(Class<? extends Example> example) {
        String name = example.getSimpleName().toLowerCase(Locale.ROOT);
        requireHelp(name, example, "--help");
        requireHelp(name, example, "--", "--help");
        // Where an own argument is missing, that is said first.
        requireRefusal(name, "", example, "--bogus");
        requireRefusal(name, "--bogus", example, "--", "--bogus");
    }

    @Test
    void shouldRefuseWrongValuesBeforeItStarts() {
        requireRefusal("l2fwd", "-T", L2fwd.class, "--", "-T", "soon");
        requireRefusal("l2fwd", "-T", L2fwd.class, "--", "-T", "-1");
        requireRefusal("l2fwd", "-p", L2fwd.class, "--", "-p", "xyz");
        requireRefusal("l2fwd", "--portmap", L2fwd.class, "--", "--portmap", "(0;1)");
        requireRefusal("l3fwd", "no route", L3fwd.class);
        requireRefusal("l3fwd", "--route", L3fwd.class, "--", "--route", "10.0.0.0/33,0");
        requireRefusal("l3fwd", "--route", L3fwd.class, "--", "--route", "10.0.0.256/8,0");
        requireRefusal("l3fwd", "--rules", L3fwd.class, "--", "--rules", "/nonesuch");
        requireRefusal("l3fwd", "--config", L3fwd.class, "--", "--config", "0,0,1");
        requireRefusal("l3fwd", "-p", L3fwd.class, "--", "-p", "xyz");
        requireRefusal("pktgen", "--rate", Pktgen.class, "--", "--rate", "fast");
        requireRefusal("pktgen", "--size", Pktgen.class, "--", "--size", "20");
        requireRefusal("pktgen", "--dst-mac", Pktgen.class, "--", "--dst-mac", "1:2");
        requireRefusal("echo", "--ip", Echo.class, "--", "--ip", "10.0.0.256");
        requireRefusal("echo", "--ip6", Echo.class, "--", "--ip6", "fd00:::2");
        requireRefusal("echo", "--ip", Echo.class);
        requireRefusal("capture", "--out", Capture.class);
        requireRefusal("capture", "come after --", Capture.class, "--out", "file");
    }

    @Test
    @RequiresDpdk
    void shouldRefuseWhatIsNotThere() {
        requireRefusal("l2fwd", "port", L2fwd.class, "--no-pci");
        requireRefusal(
                "l2fwd", "-p 2", L2fwd.class, "--no-pci", "--vdev", "net_null0", "--", "-p", "2");
        requireRefusal(
                "count", "net_x", Count.class, "--vdev", "net_null0", "--", "--port", "net_x");
        String[] oneNull = {"--no-pci", "--vdev", "net_null0", "--", "--route", "10.0.0.0/8,1"};
        requireRefusal("l3fwd", "port 1 is not there", L3fwd.class, oneNull);
        requireRefusal("skeleton", "pairs", Skeleton.class, "--no-pci", "--vdev", "net_null0");
    }

    @Test
    @RequiresDpdk
    void shouldSayInOneSentenceWhatFailed() {
        requireFailure(1, "l2fwd", "net_nonesuch0", L2fwd.class, "--vdev", "net_nonesuch0");
        requireFailure(
                1,
                "capture",
                "/nonesuch/file",
                Capture.class,
                "--vdev",
                "net_null0",
                "--",
                "--out",
                "/nonesuch/file");
    }

    @ParameterizedTest
    @RequiresDpdk
    @ValueSource(
            classes = {
                Skeleton.class,
                L2fwd.class,
                L3fwd.class,
                Pktgen.class,
                Count.class,
                Echo.class
            })
    void shouldPrintTotalsWhenInterrupted(Class<? extends Example> example) {
        String[] own =
                example == Echo.class
                        ? new String[] {"--ip", "10.0.0.2"}
                        : example == L3fwd.class
                                ? new String[] {"--route", "10.0.0.0/8,1"}
                                : new String[] {};
        try (Program program =
                Program.onVdevs(example, List.of("net_null0,no-rx=1", "net_null1,no-rx=1"), own)) {
            if (example == Pktgen.class) {
                Program.pause(1000);
            } else {
                program.awaitOutput("forwarding|MAC updating|routing|counting|answering");
            }
            program.interrupt().awaitExit(130);
            assertThat(program.out())
                    .containsPattern(
                            "ipackets=0|Total packets sent|Dropped|sent \\d+ packets|all +0|answered: 0");
            assertThat(program.err()).isEmpty();
        }
    }

    @Test
    @RequiresDpdk
    void shouldForwardOnOneLcore() {
        List<String> vdevs = List.of("net_null0", "net_null1", "net_null2");
        try (Program program =
                Program.onVdevs(L2fwd.class, vdevs, "-q", "3", "--seconds", "0.5", "-T", "0")) {
            program.awaitExit(0);
            assertThat(program.out())
                    .containsPattern("Lcore (\\d+): RX port 0 net_null0, TX port 1 net_null1")
                    .containsPattern("Lcore (\\d+): RX port 1 net_null1, TX port 0 net_null0")
                    .containsPattern("Lcore (\\d+): RX port 2 net_null2, TX port 2 net_null2");
            assertThat(program.number("Total packets sent:")).isPositive();
            assertThat(program.number("mbufs in use after stop:")).isZero();
        }
    }

    @Test
    @RequiresDpdk
    void shouldForwardAsMapped() {
        List<String> vdevs = List.of("net_null0", "net_null1", "net_null2", "net_null3");
        String[] own = {"-q", "4", "--portmap", "(0,2),(3,1)", "--seconds", "0.2", "-p", "0xf"};
        try (Program program = Program.onVdevs(L2fwd.class, vdevs, own)) {
            program.awaitExit(0);
            assertThat(program.out())
                    .contains("RX port 0 net_null0, TX port 2 net_null2")
                    .contains("RX port 2 net_null2, TX port 0 net_null0")
                    .contains("RX port 1 net_null1, TX port 3 net_null3")
                    .contains("RX port 3 net_null3, TX port 1 net_null1");
        }
    }

    private static void requireHelp(
            String name, Class<? extends Example> example, String... arguments) {
        try (Program program = Program.example(example, arguments)) {
            program.awaitExit(0);
            assertThat(program.out()).startsWith("Usage: " + name + " [EAL arguments] -- ");
            assertThat(program.err()).isEmpty();
        }
    }

    private static void requireRefusal(
            String name, String mention, Class<? extends Example> example, String... arguments) {
        requireFailure(2, name, mention, example, arguments);
    }

    private static void requireFailure(
            int code,
            String name,
            String mention,
            Class<? extends Example> example,
            String... arguments) {
        try (Program program = Program.example(example, arguments)) {
            program.awaitExit(code);
            assertThat(program.err().lines()).hasSize(1);
            assertThat(program.err()).startsWith(name + ": ").contains(mention);
            assertThat(program.out()).doesNotContain("Usage");
        }
    }
}
