// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class AllocatedBytesTest {
    @Test
    void shouldAddWhatThreadsOfLcoresAllocated() throws IOException {
        assertThat(
                        AllocatedBytes.sum(
                                """
                                "main" #1 [7] prio=5 os_prio=0 cpu=1ms elapsed=9s allocated=900K defined_classes=9
                                "dpdk4j-lcore-1" #30 [9] prio=5 os_prio=0 cpu=1ms elapsed=9s allocated=3K defined_classes=0
                                "dpdk4j-lcore-2" #31 [9] prio=5 os_prio=0 cpu=1ms elapsed=9s allocated=40B defined_classes=0
                                """))
                .isEqualTo(3 * 1024 + 40);
    }

    @Test
    void shouldRefuseADumpWithoutSuchThreads() {
        assertThatThrownBy(() -> AllocatedBytes.sum("\"main\" #1 allocated=900K\n"))
                .isInstanceOf(IOException.class);
    }
}
