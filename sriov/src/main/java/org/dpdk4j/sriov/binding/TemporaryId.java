// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.binding;

import java.util.List;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.pci.PciBus;
import org.dpdk4j.sriov.pci.PciFunction;
import org.dpdk4j.sriov.sysfs.Steps;
import org.dpdk4j.sriov.sysfs.Sysfs;

/**
 * Teaches a driver a device's ID for as long as it takes to bind the device: what is left where the
 * kernel has no {@code driver_override}. A driver that learns an ID takes all devices of that ID
 * which have no driver; those that weren't meant are taken off it again.
 */
final class TemporaryId {
    private final Kernel kernel;
    private final Steps steps;
    private final PciAddress address;
    private final String id;
    private final List<PciAddress> twins;

    /**
     * @param function that is meant
     * @param twins other devices of its ID that had no driver before
     */
    TemporaryId(Kernel kernel, PciFunction function, List<PciAddress> twins) {
        this.kernel = kernel;
        this.steps = new Steps(kernel);
        this.address = function.address();
        this.id = String.format("%04x %04x", function.vendorId(), function.deviceId());
        this.twins = twins;
    }

    static List<PciAddress> twins(PciBus bus, PciFunction function) {
        return bus.functions().stream()
                .filter(other -> !other.address().equals(function.address()))
                .filter(other -> other.id().equals(function.id()) && other.driver().isEmpty())
                .map(PciFunction::address)
                .toList();
    }

    void bind(String driver) throws KernelException {
        boolean ours = learn(driver);
        try {
            new DeviceDriver(kernel, address).attach(driver);
        } finally {
            if (ours) {
                // In this order: as long as the ID is there, cleanUp knows that it has to.
                detachTwins(driver);
                forget(driver);
            }
        }
    }

    /** After a death between learning and forgetting: forgets now. Otherwise there's nothing to. */
    void cleanUp() throws KernelException {
        for (UserspaceDriver driver : UserspaceDriver.values()) {
            if (forget(driver.kernelName())) {
                detachTwins(driver.kernelName());
            }
        }
    }

    /** False if the driver knows the ID already: then it isn't ours to take away. */
    private boolean learn(String driver) throws KernelException {
        boolean interrupted = false;
        while (true) {
            try {
                kernel.write(Sysfs.driver(driver) + "/new_id", id);
                return true;
            } catch (KernelException e) {
                if (e.errno() == Errno.EEXIST) {
                    // After an interruption it is there because the first attempt got through.
                    return interrupted;
                }
                if (e.errno() != Errno.EINTR) {
                    throw e;
                }
                interrupted = true;
            }
        }
    }

    private boolean forget(String driver) throws KernelException {
        try {
            steps.write(Sysfs.driver(driver) + "/remove_id", id);
            return true;
        } catch (KernelException e) {
            if (e.errno() == Errno.ENODEV || e.errno() == Errno.ENOENT) {
                // Not known to it, or no such driver: whoever has the twins has them rightly.
                return false;
            }
            throw e;
        }
    }

    private void detachTwins(String driver) throws KernelException {
        for (PciAddress twin : twins) {
            DeviceDriver device = new DeviceDriver(kernel, twin);
            if (device.is(driver)) {
                device.detach();
            }
        }
    }
}
