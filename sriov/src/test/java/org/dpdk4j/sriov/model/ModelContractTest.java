// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.hugepages.Hugepages;
import org.dpdk4j.sriov.kernel.Kernel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The product against modelled NICs: one that does what igb does, and one that does everything. */
class ModelContractTest {
    abstract static class OnModel extends SriovContract {
        abstract KernelModelProcess model();

        /** A real kernel spends minutes looking for memory before it gives up. */
        @Test
        void shouldGiveBackThePagesOfAReservationThatFails() {
            Hugepages hugepages = Hugepages.of(machine());
            final List<?> pools = hugepages.pools();
            refused("hugepages", () -> hugepages.reserve(2 << 20, 0, 10_000));
            assertThat(hugepages.pools()).isEqualTo(pools);
        }

        @Override
        Kernel machine() {
            return model().kernel();
        }

        @Override
        void settle() {
            model().settle();
        }

        @Override
        void address(String netdev, String address) {
            model().surroundings().address(netdev, address);
        }

        @Override
        void vlan(String netdev, String name, int id) {
            model().surroundings().vlan(netdev, name, id);
        }

        @Override
        void delete(String netdev) {
            model().surroundings().delete(netdev);
        }
    }

    @Nested
    class Igb extends OnModel {
        private static KernelModelProcess model;

        @BeforeAll
        static void boot() {
            model = KernelModelProcess.start(Machine.igb());
        }

        @AfterAll
        static void shutDown() {
            model.close();
        }

        @Override
        KernelModelProcess model() {
            return model;
        }

        @Override
        Environment environment() {
            return new Environment(PciAddress.parse(Machine.IGB0), 7, false);
        }
    }

    @Nested
    class Ice extends OnModel {
        private static KernelModelProcess model;

        /** Here VFs come only after the count was accepted. */
        @BeforeAll
        static void boot() {
            Nic nic = Nic.of("0000:18:00.0", NicModel.ICE);
            model = KernelModelProcess.start(Machine.builder().nic(nic).vfsLater().build());
        }

        @AfterAll
        static void shutDown() {
            model.close();
        }

        @Override
        KernelModelProcess model() {
            return model;
        }

        @Override
        Environment environment() {
            return new Environment(PciAddress.parse("0000:18:00.0"), 64, true);
        }
    }
}
