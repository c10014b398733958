// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Reservation;
import org.dpdk4j.sriov.inventory.Selector;
import org.dpdk4j.sriov.model.KernelModelProcess;
import org.dpdk4j.sriov.model.Machine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A NIC whose driver is never to be unbound: DPDK works beside it, through RDMA. */
class RdmaRunTest {
    private static final String PF = "0000:03:00.0";

    @TempDir Path directory;
    private KernelModelProcess model;
    private TestMachine machine;

    @BeforeEach
    void boot() {
        model = KernelModelProcess.start(Machine.mlx5());
        machine = new TestMachine(model.kernel(), directory);
        try (Inventory inventory = machine.inventory()) {
            inventory.numVfs(PciAddress.parse(PF), 2);
            inventory.network("id-of-mynet", Selector.parse("pf=" + PF), Map.of());
        }
        model.settle();
    }

    @AfterEach
    void shutDown() {
        model.close();
    }

    @Test
    void shouldExposeRdmaNodesAndLeaveTheDriverAlone() {
        TestMachine.Said said = machine.run("run", "--net=mynet", "--name=a", "-d", "IMAGE");
        assertThat(said.err()).isEmpty();
        assertThat(said.exit()).isZero();
        String run = machine.docker().calls("run").getFirst();
        assertThat(run)
                .contains("--device /dev/infiniband/rdma_cm:/dev/infiniband/rdma_cm:rw")
                .containsPattern("--device /dev/infiniband/uverbs\\d+:")
                .doesNotContain("vfio");
        Reservation reservation;
        try (Inventory inventory = machine.inventory()) {
            reservation = inventory.reservations().getFirst();
        }
        assertThat(reservation.metadata()).containsEntry("kind", "rdma");
        String vf = reservation.vfs().getFirst().address().toString();
        assertThat(model.snapshot()).contains("pci " + vf + " driver=mlx5_core");
        // Its interface is there, for Docker to move into the container.
        assertThat(model.snapshot()).contains(" of " + vf + " mac=");
        assertThat(machine.run("inspect", "a").out()).contains("\"rdmaDevices\"");

        assertThat(machine.run("stop", "--name=a").exit()).isZero();
        assertThat(model.snapshot()).contains("pci " + vf + " driver=mlx5_core");
    }

    @Test
    void shouldMoveOneInterfaceAndNotTwo() {
        TestMachine.Said said =
                machine.run("run", "--net=mynet", "--name=a", "--numVf=2", "-d", "IMAGE");
        assertThat(said.exit()).isNotZero();
        assertThat(said.err()).contains("Leave out --numVf");
        try (Inventory inventory = machine.inventory()) {
            assertThat(inventory.reservations()).isEmpty();
        }
    }
}
