// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.dpdk4j.sriov.inventory.Reservation;
import org.dpdk4j.sriov.inventory.VfState;
import org.junit.jupiter.api.Test;

class EngineContainerTest {
    private static final String ID = "ab".repeat(32);
    private static final String ANOTHER = "cd".repeat(32);

    /** As long as the container's ID isn't known. */
    @Test
    void shouldOwnWhatItsLabelNames() {
        assertThat(container(ID, "6,7").owns(reservation("docker:web"))).isTrue();
        assertThat(container(ID, "77").owns(reservation("docker:web"))).isFalse();
        assertThat(container(ID, "").owns(reservation("docker:web"))).isFalse();
    }

    /** Of an image that was made of the owner, which has its label. */
    @Test
    void shouldNotOwnWhatAnotherContainerHas() {
        assertThat(container(ANOTHER, "7").owns(reservation("docker:" + ID))).isFalse();
        assertThat(container(ID, "7").owns(reservation("docker:" + ID))).isTrue();
        assertThat(container(ID, "").owns(reservation("docker:" + ID))).isTrue();
    }

    private static EngineContainer container(String id, String label) {
        return new EngineContainer(
                id, "some", "image", "running", Map.of(EngineContainer.RESERVATION_LABEL, label));
    }

    private static Reservation reservation(String owner) {
        return new Reservation(7, "mynet", owner, VfState.ATTACHED, List.of(), Map.of());
    }
}
