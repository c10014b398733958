// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealTimeBudgetTest {
    @TempDir Path directory;
    private Path membership;
    private Path groups;

    @BeforeEach
    void setUp() throws IOException {
        membership = directory.resolve("membership");
        groups = directory.resolve("groups");
        group("", "950000");
        group("docker", "0");
        group("docker/0123", "0");
        group("docker/4567", "0");
    }

    @Test
    void shouldGiveWhatAllHaveToEachGroupOnTheWayAndTakeItBack() throws IOException {
        memberOf("/docker/0123");
        try (RealTimeBudget budget = RealTimeBudget.of(membership, groups)) {
            assertThat(budget).isNotNull();
            assertThat(budgetOf("docker")).isEqualTo("950000");
            assertThat(budgetOf("docker/0123")).isEqualTo("950000");
            assertThat(budgetOf("docker/4567")).isEqualTo("0");
        }
        assertThat(budgetOf("docker")).isEqualTo("0");
        assertThat(budgetOf("docker/0123")).isEqualTo("0");
    }

    @Test
    void shouldLeaveAloneWhatHasSome() throws IOException {
        group("docker", "500000");
        memberOf("/docker/0123");
        RealTimeBudget.of(membership, groups).close();
        assertThat(budgetOf("docker")).isEqualTo("500000");
    }

    @Test
    void shouldTakeNothingFromAGroupThatHasGone() throws IOException {
        memberOf("/docker/0123");
        try (RealTimeBudget budget = RealTimeBudget.of(membership, groups)) {
            assertThat(budget).isNotNull();
            Files.delete(groups.resolve("docker/0123/cpu.rt_runtime_us"));
        }
        assertThat(budgetOf("docker")).isEqualTo("0");
    }

    @Test
    void shouldHaveNothingToGiveWhereThereAreNoAccounts() throws IOException {
        memberOf("/");
        RealTimeBudget.of(membership, groups).close();
        assertThat(budgetOf("")).isEqualTo("950000");
        Files.writeString(membership, "0::/system.slice\n");
        RealTimeBudget.of(membership, groups).close();
        RealTimeBudget.of(membership, directory.resolve("none")).close();
    }

    private void memberOf(String group) throws IOException {
        Files.writeString(
                membership, "5:memory:/elsewhere\n4:cpu,cpuacct:" + group + "\n0::/unified\n");
    }

    private void group(String name, String budget) throws IOException {
        Path group = Files.createDirectories(groups.resolve(name));
        Files.writeString(group.resolve("cpu.rt_runtime_us"), budget + "\n");
    }

    private String budgetOf(String name) throws IOException {
        return Files.readString(groups.resolve(name).resolve("cpu.rt_runtime_us")).strip();
    }
}
