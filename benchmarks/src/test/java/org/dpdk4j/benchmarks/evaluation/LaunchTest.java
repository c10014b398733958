// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchTest {
    private static final String PREFIX = "dpdk4j-launch-test";
    private static final Path EAL = Path.of("/usr/lib/librte_eal.so.23");

    @Test
    void shouldLoadEalBeforeJavaOnTheHost() {
        assertThat(launch(EAL, Map.of()).java())
                .startsWith("env", "LD_PRELOAD=/usr/lib/librte_eal.so.23")
                .containsSubsequence(launch(EAL, Map.of()).javaInside());
        assertThat(launch(null, Map.of()).java()).isEqualTo(launch(EAL, Map.of()).javaInside());
    }

    @Test
    void shouldLoadEalBeforeJavaInAContainer(@TempDir Path sockets) throws IOException {
        List<String> command = launch(EAL, Map.of()).container(PREFIX, sockets);
        assertThat(command)
                .containsSubsequence("--env", "LD_PRELOAD=/usr/lib/librte_eal.so.23", "image");
        assertThat(launch(null, Map.of()).container(PREFIX, sockets)).doesNotContain("--env");
        Files.deleteIfExists(Telemetry.runtimeDirectory(PREFIX));
    }

    @Test
    void shouldGiveEachProgramVfsOfItsOwn(@TempDir Path sockets) throws IOException {
        Workload workload = new Workload(Transport.VF, "io", 32, 64);
        Launch launch =
                launch(
                        null,
                        Map.of(
                                Program.HOST, List.of("0000:01:10.0", "0000:01:10.2"),
                                Program.C, List.of("0000:01:10.4", "0000:01:10.6")));
        assertThat(launch.command(Program.HOST, workload, PREFIX, sockets))
                .containsSubsequence("--allow", "0000:01:10.0", "--allow", "0000:01:10.2", "--")
                .doesNotContain("--no-pci", "0000:01:10.4", "--vdev");
        assertThat(launch.offers(Program.HOST, workload)).isTrue();
        assertThat(launch.offers(Program.CONTAINER, workload)).isFalse();
        assertThat(launch.offers(Program.TESTPMD, workload)).isFalse();
    }

    @Test
    void shouldKeepProgramsWithoutVfsFromNics(@TempDir Path sockets) throws IOException {
        Workload workload = new Workload(Transport.NET_RING, "io", 32, 64);
        Launch launch = launch(null, Map.of(Program.HOST, List.of("0000:01:10.0", "0000:01:10.2")));
        assertThat(launch.command(Program.HOST, workload, PREFIX, sockets))
                .containsSubsequence("--no-pci", "--vdev", "net_ring0", "--vdev", "net_ring1", "--")
                .doesNotContain("--allow");
    }

    private static Launch launch(@Nullable Path preload, Map<Program, List<String>> vfs) {
        return new Launch(
                List.of(0, 1),
                List.of("-Xmx64m"),
                preload,
                null,
                "image",
                vfs,
                List.of(Path.of("a.jar")));
    }
}
