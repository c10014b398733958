// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.testing.RequiresLab;

/** The product against the real igb, igbvf and vfio-pci. */
@RequiresLab
class LabContractTest extends SriovContract {
    @Override
    Kernel machine() {
        return Kernel.system();
    }

    @Override
    Environment environment() {
        return new Environment(PciAddress.parse("0000:01:00.0"), 7, false);
    }

    @Override
    void settle() {
        run("udevadm", "settle");
    }

    @Override
    void address(String netdev, String address) {
        run("ip", "address", "add", address, "dev", netdev);
    }

    @Override
    void vlan(String netdev, String name, int id) {
        run("ip", "link", "add", "link", netdev, "name", name, "type", "vlan", "id", "" + id);
    }

    @Override
    void delete(String netdev) {
        run("ip", "link", "delete", netdev);
    }

    static void run(String... command) {
        try {
            assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
