// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContentsTest {
    private static final Contents WHOLE = new Contents(512, "fef78a", 512, "fef78a", "9c2e");

    @Test
    void shouldBeFoundInALog() throws IOException {
        assertThat(Contents.in("forwarding on lcore 1\ncontents 512/fef78a 512/fef78a 9c2e\n"))
                .isEqualTo(WHOLE);
        assertThatThrownBy(() -> Contents.in("forwarding on lcore 1\nno room\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no room");
    }

    @Test
    void shouldTellThatPacketsAreMissing() {
        assertThatCode(WHOLE::requireComplete).doesNotThrowAnyException();
        assertThatThrownBy(new Contents(512, "1", 511, "1", "2")::requireComplete)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("512 packets were put in, and 511 taken out");
    }

    @Test
    void shouldTakeOtherSumsOfAnotherProgram() {
        Contents other = new Contents(512, "77", 512, "77", "9c2e");
        assertThatCode(() -> alike(WHOLE, other)).doesNotThrowAnyException();
    }

    @Test
    void shouldTellOfDamage() {
        Contents damaged = new Contents(512, "fef78a", 512, "fef78b", "9c2e");
        assertThatThrownBy(() -> alike(WHOLE, damaged))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("C has damaged packets");
    }

    @Test
    void shouldTellOfOtherWork() {
        Contents other = new Contents(512, "fef78a", 512, "fef78a", "9c2f");
        assertThatThrownBy(() -> alike(WHOLE, other))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("do not make the same");
    }

    @Test
    void shouldTellThatNothingCouldBeCompared() {
        Contents unknown = new Contents(512, "fef78a", 512, "fef78a", "0");
        assertThatThrownBy(() -> alike(unknown, unknown)).isInstanceOf(IOException.class);
    }

    private static void alike(Contents java, Contents c) throws IOException {
        Contents.requireAlike(Map.of(Program.HOST, java, Program.C, c));
    }
}
