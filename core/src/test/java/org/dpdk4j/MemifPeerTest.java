// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.dpdk4j.testing.Forked;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DPDK's net_memif unmaps its rings when a peer goes away, in another thread than the burst's. */
@RequiresDpdk
final class MemifPeerTest {
    private static final int PEERS = 12;
    private static final int PACKETS_EACH = 200_000;
    private static final String PREFIX = "memif-peer";

    private static final int DEVICES = 16;

    /** Without the gate one in some 25 ended the JVM. */
    private static final int CLOSINGS = 8;

    @TempDir Path folder;

    @Test
    void shouldOutlivePeersThatAreKilledWhileTheySend() {
        Forked.Result result =
                Forked.java(Survivor.class)
                        .args(folder.resolve("socket").toString())
                        .run()
                        .requireSuccess();
        assertThat(result.out()).contains("peers outlived: " + PEERS, "buffers in use: 0");
    }

    @Test
    void shouldOutliveAPeerThatIsKilledWhileItsDevicesAreClosed() {
        for (int round = 0; round < CLOSINGS; round++) {
            Forked.Result result =
                    Forked.java(Closer.class)
                            .args(folder.resolve("closed" + round).toString())
                            .run()
                            .requireSuccess();
            assertThat(result.out()).contains("devices closed: " + DEVICES);
        }
    }

    @Test
    void shouldOutlivePeersThatComeLate() {
        Forked.Result result =
                Forked.java(Late.class)
                        .args(folder.resolve("late").toString())
                        .run()
                        .requireSuccess();
        assertThat(result.out())
                .contains("a peer may be connected")
                .contains("outlived who came to a device that was stopped")
                .contains("outlived who came when EAL was closed");
    }

    /**
     * net_memif goes on taking connections on the socket of a device that is stopped, and of one
     * that is closed.
     */
    static final class Late {
        private static final long TESTPMD_NANOS = 2_500_000_000L;

        private Late() {}

        static void main(String... args) throws IOException, InterruptedException {
            String socket = "socket=" + args[0] + ",socket-abstract=no";
            try (Eal eal =
                    Eal.builder()
                            .lcores("0")
                            .noHuge()
                            .noPci()
                            .memoryMebibytes(128)
                            .detect()
                            .vdev("net_memif0,role=server," + socket)
                            .start()) {
                PktmbufPool pool = eal.pktmbufPool("memif").size(8191).create();
                EthDev device = Closer.start(eal, 0, pool);
                device.stop();
                try {
                    device.configure(EthConf.builder().rxQueues(2).txQueues(2).build());
                } catch (DpdkException e) {
                    System.out.println(e.getMessage());
                }
                Process peer = testpmd(socket);
                Thread.sleep(Duration.ofNanos(TESTPMD_NANOS));
                device.close();
                peer.destroyForcibly().waitFor();
                Thread.sleep(300);
                System.out.println("outlived who came to a device that was stopped");
            }
            Process peer = testpmd(socket);
            Thread.sleep(Duration.ofNanos(TESTPMD_NANOS));
            peer.destroyForcibly().waitFor();
            System.out.println("outlived who came when EAL was closed");
        }
    }

    /** Sends back what a testpmd sends, kills that, and does it again with the next one. */
    static final class Survivor {
        private Survivor() {}

        static void main(String... args) throws IOException, InterruptedException {
            String socket = "socket=" + args[0] + ",socket-abstract=no";
            AtomicLong received = new AtomicLong();
            try (Eal eal =
                    Eal.builder()
                            .lcores("0-1")
                            .noHuge()
                            .noPci()
                            .memoryMebibytes(128)
                            .detect()
                            .vdev("net_memif0,role=server," + socket)
                            .start()) {
                PktmbufPool pool = eal.pktmbufPool("memif").size(8191).create();
                EthDev device = eal.ethDev("net_memif0");
                device.configure(EthConf.builder().rxQueues(1).txQueues(1).build());
                device.setupRx(0, 1024, pool);
                device.setupTx(0, 1024);
                device.start();
                try (Worker worker = eal.worker(1, context -> echo(context, device, received))) {
                    for (int peer = 1; peer <= PEERS; peer++) {
                        outlive(socket, worker, received);
                        System.out.println("peers outlived: " + peer);
                    }
                }
                device.close();
                System.out.println("buffers in use: " + pool.inUse());
            }
        }

        private static Step echo(WorkerContext context, EthDev device, AtomicLong received) {
            RxQueue rx = context.claimRx(device, 0);
            TxQueue tx = context.claimTx(device, 0);
            MbufBurst burst = context.burst(32);
            return () -> {
                int count = rx.receive(burst);
                received.setRelease(received.getPlain() + count);
                tx.send(burst);
                burst.freeRemaining();
                return count;
            };
        }

        private static void outlive(String socket, Worker worker, AtomicLong received)
                throws IOException, InterruptedException {
            Process peer = testpmd(socket);
            try {
                long enough = received.get() + PACKETS_EACH;
                while (received.get() < enough) {
                    if (!peer.isAlive() || !worker.running()) {
                        throw new IllegalStateException("testpmd or the worker ended by itself");
                    }
                    LockSupport.parkNanos(1_000_000);
                }
            } finally {
                peer.destroyForcibly().waitFor();
            }
        }
    }

    /** Closes all its devices in the moment in which the one peer of all is killed. */
    static final class Closer {
        private Closer() {}

        static void main(String... args) throws IOException, InterruptedException {
            List<String> sockets =
                    IntStream.range(0, DEVICES)
                            .mapToObj(i -> "socket=" + args[0] + "." + i + ",socket-abstract=no")
                            .toList();
            EalBuilder builder =
                    Eal.builder().lcores("0").noHuge().noPci().memoryMebibytes(128).detect();
            for (int i = 0; i < DEVICES; i++) {
                builder.vdev("net_memif" + i + ",role=server," + sockets.get(i));
            }
            try (Eal eal = builder.start()) {
                PktmbufPool pool = eal.pktmbufPool("memif").size(8191).create();
                List<EthDev> devices =
                        IntStream.range(0, DEVICES).mapToObj(i -> start(eal, i, pool)).toList();
                Process peer = testpmd(sockets.toArray(String[]::new));
                try {
                    while (!devices.stream().allMatch(device -> device.link().up())) {
                        if (!peer.isAlive()) {
                            throw new IllegalStateException("testpmd ended by itself");
                        }
                        LockSupport.parkNanos(1_000_000);
                    }
                } finally {
                    peer.destroyForcibly();
                }
                while (devices.stream().allMatch(device -> device.link().up())) {
                    Thread.onSpinWait();
                }
                devices.forEach(EthDev::close);
                System.out.println("devices closed: " + devices.size());
                peer.waitFor();
            }
        }

        private static EthDev start(Eal eal, int number, PktmbufPool pool) {
            EthDev device = eal.ethDev("net_memif" + number);
            device.configure(EthConf.builder().rxQueues(1).txQueues(1).build());
            device.setupRx(0, 256, pool);
            device.setupTx(0, 256);
            device.start();
            return device;
        }
    }

    private static Process testpmd(String... sockets) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "dpdk-testpmd",
                                "--no-huge",
                                "-m",
                                "128",
                                "--no-pci",
                                "--no-telemetry",
                                "--file-prefix=" + PREFIX,
                                "--lcores=0-1"));
        for (int i = 0; i < sockets.length; i++) {
            command.add("--vdev=net_memif" + i + ",role=client," + sockets[i]);
        }
        command.addAll(
                List.of("--", "--no-mlockall", "--total-num-mbufs=8192", "--forward-mode=txonly"));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
