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

    private static Launch launch(@Nullable Path preload) {
        return new Launch(
                List.of(0, 1),
                List.of("-Xmx64m"),
                preload,
                null,
                "image",
                List.of(Path.of("a.jar")));
    }
}
