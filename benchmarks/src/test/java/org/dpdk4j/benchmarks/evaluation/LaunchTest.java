// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchTest {
    private static final Path EAL = Path.of("/usr/lib/librte_eal.so.23");

    @Test
    void shouldLoadEalBeforeJavaOnTheHost() {
        assertThat(launch(EAL).java())
                .startsWith("env", "LD_PRELOAD=/usr/lib/librte_eal.so.23")
                .containsSubsequence(launch(EAL).javaInside());
        assertThat(launch(null).java()).isEqualTo(launch(EAL).javaInside());
    }

    @Test
    void shouldLoadEalBeforeJavaInAContainer(@TempDir Path sockets) throws IOException {
        String prefix = "dpdk4j-launch-test";
        List<String> command = launch(EAL).container(prefix, sockets);
        assertThat(command)
                .containsSubsequence("--env", "LD_PRELOAD=/usr/lib/librte_eal.so.23", "image");
        assertThat(launch(null).container(prefix, sockets)).doesNotContain("--env");
        Files.deleteIfExists(Telemetry.runtimeDirectory(prefix));
    }

    @Test
    void shouldGiveEachProgramVfsOfItsOwn(@TempDir Path sockets) throws IOException {
        Workload workload = new Workload(Transport.VF, "io", 32, 64);
        Launch launch =
                launch(null, "0000:01:10.0", "0000:01:10.2", "0000:01:10.4", "0000:01:10.6");
        assertThat(launch.command(Program.HOST_AGAIN, workload, "dpdk4j-launch-test", sockets))
                .containsSubsequence("--allow", "0000:01:10.4", "--allow", "0000:01:10.6", "--")
                .doesNotContain("--no-pci", "0000:01:10.0", "--vdev");
        assertThat(launch.offers(Program.HOST_AGAIN, workload)).isTrue();
        assertThat(launch.offers(Program.CONTAINER, workload)).isFalse();
        assertThat(launch.offers(Program.TESTPMD, workload)).isFalse();
    }

    @Test
    void shouldKeepProgramsWithoutVfsFromNics(@TempDir Path sockets) throws IOException {
        Workload workload = new Workload(Transport.NET_RING, "io", 32, 64);
        assertThat(
                        launch(null, "0000:01:10.0", "0000:01:10.2")
                                .command(Program.HOST, workload, "dpdk4j-launch-test", sockets))
                .containsSubsequence("--no-pci", "--vdev", "net_ring0", "--vdev", "net_ring1", "--")
                .doesNotContain("--allow");
    }

    private static Launch launch(@Nullable Path preload, String... vfs) {
        return new Launch(
                List.of(0, 1),
                List.of("-Xmx64m"),
                preload,
                null,
                "image",
                List.of(vfs),
                List.of(Path.of("a.jar")));
    }
}
