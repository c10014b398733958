// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SequenceCheckTest {
    private final SequenceCheck check = new SequenceCheck();

    @Test
    void shouldFindNothingWrongInOrder() {
        accept(0, 1, 2, 3);
        requireCounts(4, 0, 0, 0);
    }

    @Test
    void shouldCountWhatIsMissing() {
        accept(2, 3, 5, 10);
        requireCounts(4, 2 + 1 + 4, 0, 0);
    }

    @Test
    void shouldTakeBackALossThatWasOnlyLate() {
        accept(0, 2, 3, 1);
        requireCounts(4, 0, 1, 0);
    }

    @Test
    void shouldTellDuplicatesFromLateOnes() {
        accept(0, 2, 2, 0, 1, 1, 3);
        requireCounts(7, 0, 1, 3);
    }

    @Test
    void shouldForgetWhatIsOlderThanTheWindow() {
        accept(0, SequenceCheck.WINDOW + 5, 3, 4);
        requireCounts(4, SequenceCheck.WINDOW + 4, 2, 0);
    }

    @Test
    void shouldNotTakeOldMarksForNewOnes() {
        for (int i = 0; i < SequenceCheck.WINDOW; i++) {
            check.accept(i);
        }
        accept(3 * SequenceCheck.WINDOW, 3 * SequenceCheck.WINDOW - 1);
        assertThat(check.duplicates()).isZero();
        assertThat(check.late()).isEqualTo(1);
        assertThat(check.lost()).isEqualTo(2 * SequenceCheck.WINDOW - 1);
    }

    @Test
    void shouldGoOnWhereThirtyTwoBitsEnd() {
        accept(Integer.MAX_VALUE - 1, -2, -1, 0, 1, -1);
        assertThat(check.received()).isEqualTo(6);
        assertThat(check.lost()).isEqualTo(0xffff_fffeL - 1);
        assertThat(check.duplicates()).isEqualTo(1);
    }

    private void accept(int... sequences) {
        for (int sequence : sequences) {
            check.accept(sequence);
        }
    }

    private void requireCounts(long received, long lost, long late, long duplicates) {
        assertThat(check.received()).as("received").isEqualTo(received);
        assertThat(check.lost()).as("lost").isEqualTo(lost);
        assertThat(check.late()).as("late").isEqualTo(late);
        assertThat(check.duplicates()).as("duplicates").isEqualTo(duplicates);
    }
}
