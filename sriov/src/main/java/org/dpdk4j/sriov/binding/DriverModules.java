// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.binding;

import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.sysfs.Refusal;
import org.dpdk4j.sriov.sysfs.Sysfs;

/** Makes sure that a driver is in the kernel. */
final class DriverModules {
    private final Kernel kernel;
    private final Sysfs sysfs;

    DriverModules(Kernel kernel) {
        this.kernel = kernel;
        this.sysfs = new Sysfs(kernel);
    }

    /** Loads a userspace driver's modules. */
    void load(UserspaceDriver driver, String attempt) {
        if (present(driver.kernelName())) {
            return;
        }
        for (String module : driver.modules()) {
            try {
                kernel.loadModule(module);
            } catch (KernelException e) {
                // Some may be parts of others, or built in: what counts is whether the driver came.
                if (e.errno() != Errno.ENOENT) {
                    throw Refusal.of(kernel, attempt, e);
                }
            }
        }
        if (!present(driver.kernelName())) {
            throw new SriovException(
                    "Can't "
                            + attempt
                            + ": this kernel has no module "
                            + driver.modules().getLast()
                            + ". Install the one that was built for it, or choose another"
                            + " driver.");
        }
    }

    /** Whether a driver is there, by loading the module of its name if need be. */
    boolean loaded(String driver) {
        if (present(driver)) {
            return true;
        }
        try {
            kernel.loadModule(driver);
        } catch (KernelException e) {
            // Its module may have another name or have gone; either way the driver isn't there.
            return false;
        }
        return present(driver);
    }

    private boolean present(String driver) {
        return sysfs.exists(Sysfs.driver(driver));
    }
}
