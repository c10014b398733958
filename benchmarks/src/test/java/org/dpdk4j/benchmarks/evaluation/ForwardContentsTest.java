// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.dpdk4j.benchmarks.forward.JavaForwarder;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That the programs which are compared do the same work: they get the same frames from a file, and
 * what they send has to be the same, byte for byte. So none is fast by doing less.
 */
@RequiresDpdk
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForwardContentsTest {
    private static final int FRAMES = 64;

    /** One frame of so many has no route. */
    private static final int UNROUTED = 16;

    /** Digits of the headers, behind which txonly leaves a buffer as it is. */
    private static final int HEADERS = 84;

    /** Digits of both addresses. */
    private static final int MACS = 24;

    private static final int PCAP_HEADER = 24;
    private static final int RECORD_HEADER = 16;
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Path directory = Path.of("");
    private Path cForwarder = Path.of("");

    @BeforeAll
    void prepare(@TempDir Path shared) throws Exception {
        directory = shared;
        cForwarder = shared.resolve("forwarder");
        List<String> compile = new ArrayList<>(List.of("gcc", "-O3"));
        compile.addAll(List.of("src/main/c/forwarder.c", "-o", cForwarder.toString()));
        compile.addAll(words("pkg-config", "--cflags", "--libs", "libdpdk"));
        compile.add("-march=native");
        Process gcc = new ProcessBuilder(compile).inheritIO().start();
        assertThat(gcc.waitFor()).isZero();
        Files.write(shared.resolve("in.pcap"), capture());
    }

    @ParameterizedTest
    @ValueSource(strings = {"io", "macswap", "5tswap"})
    void shouldSendWhatTestpmdSends(String mode) throws Exception {
        assertThat(forwardedBy("java", java(), mode))
                .hasSize(FRAMES)
                .isEqualTo(forwardedBy("testpmd", List.of("dpdk-testpmd"), mode));
    }

    /** Testpmd writes the port's own address and that of a peer, where Java exchanges the two. */
    @Test
    void shouldSendTheChecksumsThatTestpmdSends() throws Exception {
        assertThat(forwardedBy("java", java(), "csum").stream().map(f -> f.substring(MACS)))
                .hasSize(FRAMES)
                .containsExactlyElementsOf(
                        forwardedBy("testpmd", List.of("dpdk-testpmd"), "csum").stream()
                                .map(f -> f.substring(MACS))
                                .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"io", "macswap", "5tswap", "csum", "l3fwd"})
    void shouldSendWhatTheLeastCSends(String mode) throws Exception {
        assertThat(forwardedBy("java", java(), mode))
                .hasSize(sent(mode))
                .isEqualTo(forwardedBy("c", List.of(cForwarder.toString()), mode));
    }

    @Test
    void shouldMakeTheFramesThatTheLeastCMakes() throws Exception {
        assertThat(headersOf(forwardedBy("java", java(), "txonly")))
                .hasSize(1)
                .isEqualTo(headersOf(forwardedBy("c", List.of(cForwarder.toString()), "txonly")));
    }

    /** Those that differ. */
    private static List<String> headersOf(List<String> frames) {
        return frames.stream().map(frame -> frame.substring(0, HEADERS)).distinct().toList();
    }

    private static int sent(String mode) {
        return mode.equals("l3fwd") ? FRAMES - FRAMES / UNROUTED : FRAMES;
    }

    /** What came out of both ports, frame after frame. */
    private List<String> forwardedBy(String name, List<String> program, String mode)
            throws Exception {
        String prefix =
                "dpdk4j-contents-" + ProcessHandle.current().pid() + "-" + name + "-" + mode;
        Path own = Files.createDirectories(directory.resolve(prefix));
        List<String> command = new ArrayList<>(program);
        command.addAll(
                List.of("--lcores", "0@0,1@0", "--main-lcore", "0", "--no-huge", "-m", "192"));
        command.addAll(List.of("--no-pci", "--file-prefix", prefix));
        Path in = directory.resolve("in.pcap");
        command.addAll(
                List.of(
                        "--vdev",
                        "net_pcap0,rx_pcap=" + in + ",tx_pcap=" + own.resolve("0.pcap"),
                        "--vdev",
                        "net_pcap1,rx_pcap="
                                + own.resolve("none.pcap")
                                + ",tx_pcap="
                                + own.resolve("1.pcap"),
                        "--"));
        Files.write(own.resolve("none.pcap"), header());
        if (name.equals("testpmd")) {
            command.addAll(List.of("-i", "--forward-mode=" + mode, "--total-num-mbufs=2047"));
            command.addAll(List.of("--no-flush-rx", "--nb-cores=1"));
        } else {
            command.addAll(List.of(mode, "32", "0", "64", "2047"));
        }
        DpdkProcess process = DpdkProcess.start(name, command, prefix, own, false);
        List<String> frames = new ArrayList<>();
        try {
            awaitSent(process, name, sent(mode));
        } catch (IOException e) {
            throw new IOException(process.log(), e);
        } finally {
            process.end();
        }
        for (int port : List.of(0, 1)) {
            frames.addAll(frames(own.resolve(port + ".pcap")));
        }
        process.close();
        return frames;
    }

    private static void awaitSent(DpdkProcess process, String name, int frames) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        try (Telemetry telemetry = process.awaitTelemetry(LIMIT)) {
            while (!telemetry.linkUp(0) || !telemetry.linkUp(1)) {
                DpdkProcess.require(System.nanoTime() - deadline < 0, "a link stays down");
                TimeUnit.MILLISECONDS.sleep(20);
            }
            if (name.equals("testpmd")) {
                TimeUnit.MILLISECONDS.sleep(300);
                process.tell("start");
            }
            while (telemetry.sentPackets(0) + telemetry.sentPackets(1) < frames) {
                DpdkProcess.require(System.nanoTime() - deadline < 0, "frames are missing");
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    private static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                JavaForwarder.class.getName());
    }

    private static List<String> frames(Path file) throws IOException {
        ByteBuffer capture =
                ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        capture.position(PCAP_HEADER);
        List<String> frames = new ArrayList<>();
        while (capture.hasRemaining()) {
            int length = capture.getInt(capture.position() + 8);
            byte[] frame = new byte[length];
            capture.get(capture.position() + RECORD_HEADER, frame);
            capture.position(capture.position() + RECORD_HEADER + length);
            frames.add(HexFormat.of().formatHex(frame));
        }
        return frames;
    }

    private static byte[] header() {
        return ByteBuffer.allocate(PCAP_HEADER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0xa1b2c3d4)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(65535)
                .putInt(1)
                .array();
    }

    /** UDP over IPv4 with wrong checksums, of different lengths. */
    private static byte[] capture() {
        ByteArrayOutputStream capture = new ByteArrayOutputStream();
        capture.writeBytes(header());
        for (int i = 0; i < FRAMES; i++) {
            int length = 60 + i * 22;
            ByteBuffer frame = ByteBuffer.allocate(length);
            frame.put(HexFormat.of().parseHex("020000000002020000000001")).putShort((short) 0x0800);
            frame.putShort((short) 0x4500).putShort((short) (length - 14)).putInt(i << 16);
            frame.put((byte) (i % 3 == 0 ? 1 : 64)).put((byte) 17).putShort((short) 0x1234);
            int network = i % UNROUTED == 5 ? 0x0a000000 : 0xc6120000;
            frame.putInt(0xc6130001 + i).putInt(network | (((i * 9) << 8) & 0xff00) | i);
            frame.putShort((short) (1000 + i)).putShort((short) (2000 + i));
            frame.putShort((short) (length - 34)).putShort((short) 0x5678);
            while (frame.hasRemaining()) {
                frame.put((byte) (frame.position() * 7 + i));
            }
            capture.writeBytes(
                    ByteBuffer.allocate(RECORD_HEADER)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(i)
                            .putInt(0)
                            .putInt(length)
                            .putInt(length)
                            .array());
            capture.writeBytes(frame.array());
        }
        return capture.toByteArray();
    }

    private static List<String> words(String... command) throws Exception {
        Process process = new ProcessBuilder(command).start();
        String said =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(process.waitFor()).isZero();
        return BLANKS.splitAsStream(said.strip()).toList();
    }
}
