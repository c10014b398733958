// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.binding;

import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.sysfs.Steps;
import org.dpdk4j.sriov.sysfs.Sysfs;

/** Function-level reset, so that the next owner of a device finds nothing of the last one's. */
final class DeviceReset {
    private static final int ENOTTY = 25;

    private final Sysfs sysfs;
    private final Steps steps;

    DeviceReset(Kernel kernel) {
        this.sysfs = new Sysfs(kernel);
        this.steps = new Steps(kernel);
    }

    /** Whether the kernel knows a way to reset this device and no other. */
    boolean possible(PciAddress address) {
        String path = Sysfs.device(address);
        // Kernels since 5.15 list the ways, and an empty list means that root switched all off.
        return sysfs.exists(path + "/reset")
                && sysfs.text(path + "/reset_method").map(text -> !text.isEmpty()).orElse(true);
    }

    /** Resets it; false if that isn't possible. */
    boolean reset(PciAddress address) throws KernelException {
        if (!possible(address)) {
            return false;
        }
        try {
            steps.write(Sysfs.device(address) + "/reset", "1");
            return true;
        } catch (KernelException e) {
            if (e.errno() == ENOTTY) {
                return false;
            }
            throw e;
        }
    }
}
