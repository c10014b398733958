// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From a capture through Java to another capture, by libpcap on both sides. */
@RequiresDpdk
final class PcapToPcapTest {
    private static final int RUNT = 14;
    private static final int JUMBO = 9018;

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(ints = {0, 9004})
    void shouldForwardEveryFrameByteForByte(int mtu) throws IOException {
        List<byte[]> frames = Pcap.frames(RUNT, JUMBO);
        List<byte[]> forwarded =
                forward(frames, "--no-mac-updating", "--mtu", Integer.toString(mtu));
        assertThat(forwarded).hasSameSizeAs(frames);
        assertThat(forwarded.toArray(byte[][]::new)).isDeepEqualTo(frames.toArray(byte[][]::new));
    }

    @Test
    void shouldUpdateAddressesAndNothingElse() throws IOException {
        List<byte[]> frames = Pcap.frames(RUNT, 1514);
        List<byte[]> forwarded = forward(frames);
        assertThat(forwarded).hasSameSizeAs(frames);
        byte[] destination = {2, 0, 0, 0, 0, 0};
        byte[] source = Arrays.copyOfRange(forwarded.getFirst(), 6, 12);
        for (int i = 0; i < frames.size(); i++) {
            byte[] expected = frames.get(i).clone();
            System.arraycopy(destination, 0, expected, 0, 6);
            System.arraycopy(source, 0, expected, 6, 6);
            assertThat(forwarded.get(i)).as("frame %d", i).isEqualTo(expected);
        }
    }

    @Test
    void shouldDropAndCountWhatIsTooShortForAddresses() throws IOException {
        List<byte[]> frames = List.of(new byte[5], new byte[60], new byte[11], new byte[12]);
        Path in = folder.resolve("in.pcap");
        Path out = folder.resolve("out.pcap");
        Pcap.write(in, frames);
        try (Program l2fwd = l2fwd(in, out)) {
            l2fwd.awaitExit(0);
            assertThat(Pcap.read(out)).hasSize(2);
            assertThat(l2fwd.number("Total packets received:")).isEqualTo(4);
            assertThat(l2fwd.number("Total packets dropped:")).isEqualTo(2);
            assertThat(l2fwd.number("mbufs in use after stop:")).isZero();
        }
    }

    @Test
    void shouldForwardBothWaysInTheSkeleton() throws IOException {
        List<byte[]> there = Pcap.frames(60, 1514);
        List<byte[]> back = Pcap.frames(61, 1514);
        Pcap.write(folder.resolve("in0.pcap"), there);
        Pcap.write(folder.resolve("in1.pcap"), back);
        List<String> vdevs =
                List.of(
                        vdev(0, folder.resolve("in0.pcap"), folder.resolve("out0.pcap")),
                        vdev(1, folder.resolve("in1.pcap"), folder.resolve("out1.pcap")));
        try (Program skeleton = Program.onVdevs(Skeleton.class, vdevs)) {
            skeleton.awaitOutput("forwarding");
            Program.pause(1000);
            skeleton.interrupt().awaitExit(130);
            assertThat(skeleton.number("net_pcap0: EthStats[ipackets=")).isEqualTo(there.size());
            assertThat(skeleton.number("net_pcap1: EthStats[ipackets=")).isEqualTo(back.size());
        }
        assertThat(Pcap.read(folder.resolve("out1.pcap")).toArray(byte[][]::new))
                .isDeepEqualTo(there.toArray(byte[][]::new));
        assertThat(Pcap.read(folder.resolve("out0.pcap")).toArray(byte[][]::new))
                .isDeepEqualTo(back.toArray(byte[][]::new));
    }

    private List<byte[]> forward(List<byte[]> frames, String... own) throws IOException {
        Path in = folder.resolve("in.pcap");
        Path out = folder.resolve("out.pcap");
        Pcap.write(in, frames);
        try (Program l2fwd = l2fwd(in, out, own)) {
            l2fwd.awaitExit(0);
            assertThat(l2fwd.number("Total packets received:")).isEqualTo(frames.size());
            assertThat(l2fwd.number("Total packets dropped:")).isZero();
            assertThat(l2fwd.number("mbufs in use after stop:")).isZero();
        }
        return Pcap.read(out);
    }

    /** The end of a capture can't be told from a pause in the traffic, so time ends it. */
    private static Program l2fwd(Path in, Path out, String... own) {
        String[] ownArguments = Arrays.copyOf(own, own.length + 4);
        ownArguments[own.length] = "--seconds";
        ownArguments[own.length + 1] = "2";
        ownArguments[own.length + 2] = "--idle-sleep";
        ownArguments[own.length + 3] = "50";
        return Program.onVdevs(L2fwd.class, List.of(vdev(0, in, out)), ownArguments);
    }

    private static String vdev(int number, Path in, Path out) {
        return "net_pcap" + number + ",rx_pcap=" + in + ",tx_pcap=" + out;
    }
}
