// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.dpdk4j.testing.Forked;
import org.dpdk4j.testing.RequiresDpdk;
import org.dpdk4j.testing.RequiresRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DPDK's own dumpcap sees the packets that Java receives and sends. Needs hugepages. */
@RequiresDpdk
@RequiresRoot
class PdumpTest {
    /** Another test run on the same machine must not meet this one. */
    private final String prefix = "dpdk4j_pdump_" + ProcessHandle.current().pid();

    private static final int PACKETS = 50;

    @TempDir Path directory;

    @Test
    void shouldShowOurPacketsToDumpcap() throws Exception {
        Path hugepages = Files.createDirectory(directory.resolve("huge"));
        run("mount", "-t", "hugetlbfs", "none", hugepages.toString());
        try {
            Path capture = directory.resolve("capture.pcapng");
            Process forwarder =
                    Forked.java(Forwards.class)
                            .args(hugepages.toString(), directory.resolve("go").toString(), prefix)
                            .start();
            try {
                // It says so once dumpcap can attach.
                assertThat(forwarder.inputReader().readLine()).isEqualTo("ready");
                Process dumpcap =
                        new ProcessBuilder(
                                        "dpdk-dumpcap",
                                        "--file-prefix=" + prefix,
                                        "-i",
                                        "0",
                                        "-c",
                                        "" + PACKETS,
                                        "-w",
                                        capture.toString())
                                .redirectErrorStream(true)
                                .redirectOutput(directory.resolve("dumpcap.log").toFile())
                                .start();
                boolean ended = dumpcap.waitFor(30, TimeUnit.SECONDS);
                dumpcap.destroy();
                String log = Files.readString(directory.resolve("dumpcap.log"));
                assertThat(ended).as(log).isTrue();
                Files.createFile(directory.resolve("go"));
                assertThat(forwarder.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(run("tshark", "-r", capture.toString(), "-T", "fields", "-e", "eth.src"))
                        .as(log)
                        .contains("02:00:00:00:00:2a");
            } finally {
                forwarder.destroyForcibly().waitFor();
                new FilePrefix(prefix).removeFiles();
            }
        } finally {
            // At once even where a process still ends, whose failure would otherwise not be seen.
            run("umount", "--lazy", hugepages.toString());
        }
    }

    static final class Forwards {
        public static void main(String[] args) throws Exception {
            Path end = Path.of(args[1]);
            try (Eal eal =
                            Eal.builder()
                                    .detect()
                                    .filePrefix(args[2])
                                    .arguments("--huge-dir", args[0])
                                    .vdev("net_ring0")
                                    .start();
                    PktmbufPool pool = eal.pktmbufPool("p").size(1023).create();
                    EthDev device = eal.ethDev("net_ring0")) {
                eal.enablePdump();
                device.configure(EthConf.builder().build());
                device.setupRx(0, 512, pool);
                device.setupTx(0, 512);
                device.start();
                int lcore =
                        eal.workerLcores().isEmpty() ? eal.mainLcore() : eal.workerLcores().get(0);
                IdleStrategy idle = workCount -> sleepMillis(1);
                try (Worker worker =
                        eal.worker(
                                lcore,
                                idle,
                                context -> {
                                    RxQueue rx = context.claimRx(device, 0);
                                    TxQueue tx = context.claimTx(device, 0);
                                    MbufBurst burst = context.burst(32);
                                    pool.alloc(burst, 1);
                                    Mbuf frame = burst.get(0);
                                    frame.append(60);
                                    frame.setBytes(0, new byte[60], 0, 60);
                                    frame.setShort(6, (short) 0x0200);
                                    frame.setInt(8, 0x2a);
                                    tx.send(burst);
                                    return () -> {
                                        int count = rx.receive(burst);
                                        tx.send(burst);
                                        return count;
                                    };
                                })) {
                    System.out.println("ready");
                    while (!Files.exists(end) && worker.running()) {
                        sleepMillis(20);
                    }
                }
            }
        }

        private static void sleepMillis(long millis) {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(String.join(" ", command) + ": " + error).isZero();
        return output;
    }
}
