// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.dpdk4j.bindings.Dpdk;
import org.junit.jupiter.api.Test;

final class RequiresTest {
    @Test
    @RequiresRoot
    void shouldRunAsRootOnlyWhereAsked() {
        assertThat(Requirement.ROOT.requested()).isTrue();
        assertThat(Requirement.ROOT.unavailabilityCause()).isEmpty();
    }

    @Test
    @RequiresDpdk
    void shouldRunWithDpdkOnlyWhereAsked() {
        assertThat(Dpdk.isAvailable()).isTrue();
    }

    @Test
    void shouldRunWithoutAnnotation() {
        assertThat(Requirement.ROOT.word()).isEqualTo("root");
    }
}
