// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerFilesTest {
    private static final int ROUNDS = 300;

    @TempDir Path state;

    @Test
    void shouldBearThatTwoRemoveTheSame() throws Exception {
        ContainerFiles files = ContainerFiles.in(state, state.resolve("cdi"));
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < ROUNDS; round++) {
                Path directory = files.netInfo(1).path().getParent();
                Files.createDirectories(directory);
                Files.writeString(directory.resolve("netinfo.json"), "{}");
                Callable<Boolean> removal =
                        () -> {
                            files.remove(1);
                            return Files.exists(directory);
                        };
                for (Future<Boolean> done : threads.invokeAll(List.of(removal, removal))) {
                    assertThat(done.get()).isFalse();
                }
            }
        }
    }
}
