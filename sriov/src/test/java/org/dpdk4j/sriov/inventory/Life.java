// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.dpdk4j.sriov.MacAddress;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.model.Machine;
import org.dpdk4j.sriov.model.Nic;
import org.dpdk4j.sriov.model.NicModel;
import org.dpdk4j.sriov.pf.VfSettings;

/**
 * A reservation's whole life, for tests that end it before its time; also a process that lives it.
 */
final class Life {
    static final PciAddress PF = PciAddress.parse(Machine.IGB0);
    static final String NET = "net";
    static final String OWNER = "container c1";

    /**
     * Changes that the model refuses, and counts: commits are steps as changes of the kernel are.
     */
    static final String BEFORE_COMMIT = "/journal/before-commit";

    static final String AFTER_COMMIT = "/journal/after-commit";

    private static final int VFS = 3;

    private Life() {}

    /** Where nothing happens by chance or later; the PF's interface is down as nobody uses it. */
    static Machine machine() {
        return Machine.builder()
                .nic(Nic.of(Machine.IGB0, NicModel.IGB).down())
                .vfDelay(java.time.Duration.ZERO)
                .withoutUdev()
                .loaded("vfio_pci")
                .loaded("vfio_iommu_type1")
                .build();
    }

    static void live(Inventory inventory) {
        inventory.numVfs(PF, VFS);
        inventory.network(NET, Selector.parse("pf=" + PF), Map.of("subnet", "40.0.0.0/24"));
        long id =
                inventory
                        .reserve(
                                ReservationRequest.of(NET, 2, OWNER)
                                        .with(Map.of("container", "c1")))
                        .id();
        inventory.configure(id, List.of(settings(1), settings(2)));
        inventory.bind(id, UserspaceDriver.VFIO_PCI);
        inventory.attach(id, OWNER);
        inventory.hold(id);
        inventory.attach(id, OWNER);
        inventory.release(id);
        inventory.restoreNumVfs(PF);
    }

    static VfSettings settings(int vf) {
        return VfSettings.builder()
                .mac(MacAddress.of(0x0200_0000_0000L + vf))
                .vlan(100 + vf)
                .qos(vf)
                .spoofCheck(false)
                .trust(true)
                .maxRateMbps(100 * vf)
                .build();
    }

    /** What whoever comes after a death must do, and what must then hold. */
    static void heal(Inventory inventory) {
        Reconciliation done = inventory.reconcile(reservation -> Owners.Fate.GONE);
        assertThat(done.problems()).isEmpty();
        assertThat(done.busy()).isEmpty();
        assertThat(inventory.reservations()).isEmpty();
        assertThat(inventory.vfs())
                .allMatch(vf -> vf.state() == VfState.FREE && vf.settled())
                .allMatch(vf -> vf.generation() <= 1);
        inventory.restoreNumVfs(PF);
    }

    /** Marks commits as steps of the kernel. */
    static Journal.Watch marks(Kernel kernel) {
        return new Journal.Watch() {
            @Override
            public void beforeCommit() {
                mark(kernel, BEFORE_COMMIT);
            }

            @Override
            public void afterCommit() {
                mark(kernel, AFTER_COMMIT);
            }
        };
    }

    private static void mark(Kernel kernel, String path) {
        try {
            kernel.write(path, "");
        } catch (KernelException e) {
            // There is no such file.
        }
    }

    /** {@code DIRECTORY live} or {@code DIRECTORY heal}. */
    public static void main(String[] arguments) {
        Kernel kernel = Kernel.system();
        try (Inventory inventory = Inventory.open(Path.of(arguments[0]), kernel, marks(kernel))) {
            if (arguments[1].equals("live")) {
                live(inventory);
            } else {
                heal(inventory);
            }
        }
    }
}
