// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.dpdk4j.Eal;
import org.dpdk4j.EthConf;
import org.dpdk4j.EthDev;
import org.dpdk4j.IdleStrategy;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;
import org.dpdk4j.RxQueue;
import org.dpdk4j.ShutdownSignal;
import org.dpdk4j.TxQueue;
import org.dpdk4j.Worker;
import org.dpdk4j.testing.Forked;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The comparison as a whole, with forwarders that behave and others that don't. */
class HostVsContainerTest {
    private static final String[] EAL = {"--", "--no-huge", "-m", "256", "--no-pci"};

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--side host",
                "--side host=a,b",
                "--side host=a --side host=b",
                "--side host=a --seconds 0",
                "--side host=a --nonsense"
            })
    void shouldRefuseWrongArgumentsInOneSentence(String arguments) {
        Forked.Result result =
                Forked.java(HostVsContainer.class).args(arguments.strip().split(" ", -1)).run();
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).startsWith("HostVsContainer: ").hasLineCount(1);
    }

    @Test
    @RequiresDpdk
    void shouldSayWhoDidNotConnect() {
        Forked.Result result = measure("--wait", "1");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("not connected after 1 s: host, host2");
    }

    @Test
    @RequiresDpdk
    void shouldCompareForwardersThatBehave() throws IOException {
        Path json = directory.resolve("out.json");
        Forked.Result result = measureWith("none", "--json", json.toString()).requireSuccess();
        // How wide the band is depends on what else the machine does.
        assertThat(result.out())
                .contains("host2 ÷ host (A/A)")
                .containsPattern("A/A band: Mpps (±[0-9.]+|over ±100) %, p50 ");
        assertThat(Files.readString(json))
                .containsPattern("\"name\": \"host2\", \"out\": [1-9][0-9]+, ")
                .contains("\"lost\": 0, \"wrong\": 0");
    }

    @ParameterizedTest
    @CsvSource({"drop, [1-9], 0", "corrupt, [0-9], [1-9]", "swap, [0-9], [1-9]"})
    @RequiresDpdk
    void shouldFailWhenForwarderMisbehaves(String fault, String lost, String wrong)
            throws IOException {
        Path json = directory.resolve("out.json");
        Forked.Result result = measureWith(fault, "--json", json.toString());
        assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
        assertThat(Files.readString(json))
                .containsPattern(
                        "\"name\": \"host2\".* \"lost\": " + lost + "[0-9]*, \"wrong\": " + wrong);
    }

    private Forked.Result measure(String... arguments) {
        List<String> all =
                new ArrayList<>(List.of("--sockets", directory.toString(), "--seconds", "1"));
        all.addAll(List.of("--side", "host=host.sock", "--side", "host2=host2.sock"));
        all.addAll(List.of(arguments));
        all.addAll(List.of(EAL));
        return Forked.java(HostVsContainer.class).args(all.toArray(String[]::new)).run();
    }

    /** Measures a good forwarder and one with a fault. */
    private Forked.Result measureWith(String fault, String... arguments) throws IOException {
        Process host = forwarder("host", "none");
        Process host2 = forwarder("host2", fault);
        try {
            return measure(arguments);
        } finally {
            host.destroy();
            host2.destroy();
        }
    }

    private Process forwarder(String side, String fault) throws IOException {
        return Forked.java(Forwarder.class)
                .args(directory.resolve(side + ".sock").toString(), fault)
                .start();
    }

    /** Returns what it receives; now and then, it may do that in a wrong way. */
    static final class Forwarder {
        private static final int FAULT_EVERY = 1000;
        private static final int SEQUENCE = 16;
        private static final int PAYLOAD = 50;

        public static void main(String[] args) throws Exception {
            Path socket = Path.of(args[0]);
            while (!Files.exists(socket)) {
                Thread.sleep(20);
            }
            // The server turns away who comes before it has started its port.
            Thread.sleep(500);
            String device = "net_memif0,role=client,socket-abstract=no,socket=" + socket;
            try (ShutdownSignal signal = ShutdownSignal.install();
                    Eal eal =
                            Eal.builder()
                                    .detect()
                                    .noHuge()
                                    .memoryMebibytes(128)
                                    .vdev(device)
                                    .start()) {
                PktmbufPool pool = eal.pktmbufPool("mbufs").create();
                EthDev port = eal.ethDev("net_memif0");
                port.configure(EthConf.builder().build());
                port.setupRx(0, 1024, pool);
                port.setupTx(0, 1024);
                port.start();
                IdleStrategy idle = IdleStrategy.sleeping(1000, 1_000_000);
                int lcore = eal.lcores().getLast();
                try (Worker worker =
                        eal.worker(
                                lcore,
                                idle,
                                context -> {
                                    RxQueue rx = context.claimRx(port, 0);
                                    TxQueue tx = context.claimTx(port, 0);
                                    MbufBurst in = context.burst(32);
                                    MbufBurst out = context.burst(64);
                                    return () -> forward(rx, tx, in, out, args[1]);
                                })) {
                    while (worker.running() && !signal.await(Duration.ofMillis(100))) {
                        // Until it is told to end.
                    }
                }
            }
        }

        private static int forward(
                RxQueue rx, TxQueue tx, MbufBurst in, MbufBurst out, String fault) {
            int received = rx.receive(in);
            for (int i = 0; i < received; i++) {
                boolean due = in.get(i).getLong(SEQUENCE) % FAULT_EVERY == 0;
                if (due && fault.equals("drop")) {
                    in.free(i);
                } else if (due && fault.equals("corrupt")) {
                    in.get(i).setByte(PAYLOAD, (byte) 1);
                    in.moveTo(i, out);
                } else if (due && fault.equals("swap") && i + 1 < received) {
                    in.moveTo(i + 1, out);
                    in.moveTo(i, out);
                    i++;
                } else {
                    in.moveTo(i, out);
                }
            }
            in.freeRemaining();
            tx.send(out);
            return received;
        }
    }
}
