// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What capture writes, read by the programs that people will read it with. */
@RequiresDpdk
final class CaptureTest {
    @TempDir Path folder;

    private final List<byte[]> frames = Pcap.frames(14, 9018);
    private Path in;
    private Path out;

    @BeforeEach
    void writeFrames() throws IOException {
        in = folder.resolve("in.pcap");
        out = folder.resolve("out.pcapng");
        Pcap.write(in, frames);
    }

    @Test
    void shouldBeReadByTshark() throws IOException {
        long before = Instant.now().getEpochSecond();
        capture("--count", Integer.toString(frames.size()));
        long after = Instant.now().getEpochSecond();

        Path copy = folder.resolve("copy.pcap");
        Program.output("tshark", "-r", "" + out, "-F", "nsecpcap", "-w", "" + copy);
        assertThat(Pcap.read(copy).toArray(byte[][]::new))
                .isDeepEqualTo(frames.toArray(byte[][]::new));

        String[] times =
                Program.output("tshark", "-r", "" + out, "-T", "fields", "-e", "frame.time_epoch")
                        .split("\n");
        assertThat(times).hasSize(frames.size());
        BigDecimal last = BigDecimal.valueOf(before);
        for (String time : times) {
            BigDecimal seconds = new BigDecimal(time);
            assertThat(seconds).isBetween(last, BigDecimal.valueOf(after + 1));
            last = seconds;
        }
        assertThat(Arrays.stream(times)).as("nanoseconds").anyMatch(t -> !t.endsWith("000"));
        assertThat(Program.output("capinfos", "" + out)).contains("dpdk4j capture", "net_pcap0");
    }

    @Test
    void shouldBeReadByTcpdump() {
        capture("--count", "100");
        String said = Program.output("tcpdump", "-nr", "" + out, "--time-stamp-precision=nano");
        assertThat(said.lines().filter(line -> line.matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{9} .*")))
                .hasSize(100);
    }

    @Test
    void shouldKeepTheStartOfPacketsAndTheirLength() {
        capture("--snaplen", "20", "--seconds", "2");
        String[] lengths =
                Program.output(
                                "tshark",
                                "-r",
                                "" + out,
                                "-T",
                                "fields",
                                "-e",
                                "frame.len",
                                "-e",
                                "frame.cap_len")
                        .split("\n");
        assertThat(lengths).hasSize(frames.size());
        for (int i = 0; i < lengths.length; i++) {
            int length = frames.get(i).length;
            assertThat(lengths[i]).isEqualTo(length + "\t" + Math.min(length, 20));
        }
    }

    private void capture(String... own) {
        String[] ownArguments = Arrays.copyOf(own, own.length + 4);
        ownArguments[own.length] = "--out";
        ownArguments[own.length + 1] = out.toString();
        ownArguments[own.length + 2] = "--idle-sleep";
        ownArguments[own.length + 3] = "50";
        try (Program capture =
                Program.onVdevs(Capture.class, List.of("net_pcap0,rx_pcap=" + in), ownArguments)) {
            capture.awaitExit(0);
            assertThat(capture.out()).contains("dropped 0");
            assertThat(capture.err()).isEmpty();
        }
    }
}
