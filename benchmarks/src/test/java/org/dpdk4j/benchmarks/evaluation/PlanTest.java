// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final Set<Transport> ALL = EnumSet.allOf(Transport.class);

    @Test
    void shouldMeasureEachTransportByDefault() {
        List<Workload> workloads = Plan.full(ALL, Set.of(), Set.of()).workloads();

        assertThat(workloads).doesNotHaveDuplicates();
        assertThat(workloads.stream().map(Workload::transport))
                .containsOnlyOnceElementsOf(Set.of(Transport.AF_PACKET, Transport.AF_XDP))
                .containsAll(ALL);
    }

    @Test
    void shouldLeaveTheKernelOutOfAQuickRun() {
        assertThat(Plan.quick(ALL).workloads().stream().map(Workload::transport))
                .contains(Transport.MEMIF)
                .doesNotContain(Transport.AF_PACKET, Transport.AF_XDP);
    }

    @Test
    void shouldLeaveOutFramesThatTheKernelDoesNotCarry() {
        Plan plan = Plan.chosen(ALL, List.of("io"), Set.of(32), Set.of(1518, 9000));

        assertThat(plan.workloads())
                .contains(new Workload(Transport.AF_XDP, "io", 32, 1518))
                .contains(new Workload(Transport.MEMIF, "io", 32, 9000))
                .doesNotContain(new Workload(Transport.AF_PACKET, "io", 32, 9000));
    }

    @Test
    void shouldAskForWorkThatATransportHasPacketsFor() {
        assertThat(Plan.chosen(ALL, List.of("txonly"), Set.of(), Set.of()).workloads())
                .containsExactly(new Workload(Transport.NET_NULL, "txonly", 32, 64));
    }
}
