// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.binding;

import java.util.Optional;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.sysfs.Steps;
import org.dpdk4j.sriov.sysfs.Sysfs;

/**
 * The driver of one device, as sysfs lets it be changed: {@code Documentation/ABI/sysfs-bus-pci}.
 */
final class DeviceDriver {
    private static final String PROBE = "/sys/bus/pci/drivers_probe";

    private final Sysfs sysfs;
    private final Steps steps;
    private final PciAddress address;
    private final String driverPath;
    private final String overridePath;

    DeviceDriver(Kernel kernel, PciAddress address) {
        this.sysfs = new Sysfs(kernel);
        this.steps = new Steps(kernel);
        this.address = address;
        this.driverPath = Sysfs.device(address) + "/driver";
        this.overridePath = Sysfs.device(address) + "/driver_override";
    }

    Optional<String> name() {
        return sysfs.linkName(driverPath);
    }

    boolean is(String driver) {
        return name().equals(Optional.of(driver));
    }

    /** Whether the kernel can be told the driver of this very device; it can since Linux 3.16. */
    boolean overridable() {
        return sysfs.exists(overridePath);
    }

    Optional<String> override() {
        return sysfs.text(overridePath).filter(text -> !text.isEmpty() && !text.equals("(null)"));
    }

    /**
     * Says which driver alone may have the device, or, with nothing, that any may that knows it.
     */
    void override(Optional<String> driver) throws KernelException {
        if (!override().equals(driver)) {
            // An empty write would not reach the kernel at all: a lone newline takes the name away.
            steps.writeIfThere(overridePath, driver.orElse("") + "\n");
        }
    }

    void detach() throws KernelException {
        steps.writeIfThere(driverPath + "/unbind", address.toString());
        if (name().isPresent()) {
            throw new SriovException(
                    address + " stays on its driver though it was unbound: see dmesg.");
        }
    }

    /** Lets the kernel look for a driver. */
    void probe() throws KernelException {
        steps.write(PROBE, address.toString());
    }

    /** Makes sure that this driver has the device; the kernel may have given it to it already. */
    void attach(String driver) throws KernelException {
        if (is(driver)) {
            return;
        }
        try {
            steps.write(Sysfs.driver(driver) + "/bind", address.toString());
        } catch (KernelException e) {
            if (!is(driver)) {
                throw e;
            }
        }
        if (!is(driver)) {
            throw new SriovException(
                    driver + " did not take " + address + " and gave no reason: see dmesg.");
        }
    }
}
