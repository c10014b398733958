// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.model.KernelModelProcess;
import org.dpdk4j.sriov.model.Machine;
import org.dpdk4j.sriov.model.Nic;
import org.dpdk4j.sriov.model.NicModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.ProgressHandler;

/** What a reservation costs depends on how many VFs it takes, not on how many there are. */
class InventoryCostTest {
    private static final PciAddress PF = PciAddress.parse("0000:20:00.0");
    private static final int ROUNDS = 20;

    @TempDir Path directory;

    /**
     * What one reservation of one VF and its release cost.
     *
     * @param machineSteps instructions of SQLite's virtual machine: each row visited is a few
     * @param kernelSteps operations of the kernel
     */
    private record Cost(
            int vfs, long machineSteps, long kernelSteps, long bindSteps, long micros) {}

    @Test
    void shouldCostTheSameWithEightAndAThousandVfs() throws Exception {
        List<Cost> costs = new ArrayList<>();
        for (int vfs : new int[] {8, 64, 1024}) {
            costs.add(cost(vfs));
        }
        for (Cost cost : costs) {
            System.out.printf(
                    "%4d VFs: a reservation and its release cost %d instructions of SQLite, %d"
                            + " operations of the kernel, %d us; bind and attach as well: %d"
                            + " operations%n",
                    cost.vfs, cost.machineSteps, cost.kernelSteps, cost.micros, cost.bindSteps);
        }
        Cost few = costs.getFirst();
        Cost many = costs.getLast();
        assertThat(many.kernelSteps).isEqualTo(few.kernelSteps);
        // A search in a tree of 1024 takes no instruction more than in one of 8, but seeks deeper.
        assertThat(many.machineSteps).isLessThanOrEqualTo(few.machineSteps + 50);
    }

    private Cost cost(int vfs) throws Exception {
        Nic nic = Nic.of(PF.toString(), NicModel.ICE).withTotalVfs(1024).withVfs(vfs);
        Path state = directory.resolve(Integer.toString(vfs));
        AtomicLong machineSteps = new AtomicLong();
        try (KernelModelProcess model =
                        KernelModelProcess.start(Machine.builder().nic(nic).build());
                Inventory inventory = Inventory.open(state, model.kernel())) {
            model.settle();
            inventory.network("net", Selector.parse("pf=" + PF), Map.of());
            // Half of them are somebody's.
            inventory.attach(
                    inventory.reserve(ReservationRequest.of("net", vfs / 2, "other")).id(), "");
            Connection connection = inventory.journal().connection();
            ProgressHandler.setHandler(
                    connection,
                    1,
                    new ProgressHandler() {
                        @Override
                        protected int progress() {
                            machineSteps.incrementAndGet();
                            return 0;
                        }
                    });
            reserveAndRelease(inventory);
            machineSteps.set(0);
            model.resetSteps();
            reserveAndRelease(inventory);
            long instructions = machineSteps.get();
            ProgressHandler.clearHandler(connection);
            final long operations = model.allSteps();
            long start = System.nanoTime();
            for (int i = 0; i < ROUNDS; i++) {
                reserveAndRelease(inventory);
            }
            final long micros = (System.nanoTime() - start) / ROUNDS / 1000;
            Reservation bound = inventory.reserve(ReservationRequest.of("net", 1, "me"));
            model.resetSteps();
            inventory.bind(bound.id(), UserspaceDriver.VFIO_PCI);
            inventory.attach(bound.id(), "");
            long bind = model.allSteps();
            inventory.release(bound.id());
            return new Cost(vfs, instructions, operations, bind, micros);
        }
    }

    private static void reserveAndRelease(Inventory inventory) {
        inventory.release(inventory.reserve(ReservationRequest.of("net", 1, "me")).id());
    }
}
