// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.binding;

import java.util.List;
import java.util.Optional;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.pci.PciFunction;
import org.dpdk4j.sriov.sysfs.Lockdown;
import org.dpdk4j.sriov.sysfs.Sysfs;

/** What must hold before a device is taken off its driver; each refusal is a sentence. */
final class BindingRules {
    private final Kernel kernel;
    private final Sysfs sysfs;

    BindingRules(Kernel kernel) {
        this.kernel = kernel;
        this.sysfs = new Sysfs(kernel);
    }

    void check(PciFunction function, UserspaceDriver driver, boolean force) {
        PciAddress address = function.address();
        if (function.bifurcated()) {
            throw new SriovException(
                    address
                            + " is left on "
                            + function.driver().orElse("mlx5_core")
                            + ": DPDK drives it beside the kernel, which keeps its driver. Give the"
                            + " program its interface and the nodes in /dev/infiniband instead.");
        }
        if (function.bridge()) {
            throw new SriovException(
                    address + " is a bridge, behind which other devices sit: it stays as it is.");
        }
        function.sriov()
                .filter(sriov -> sriov.numVfs() > 0)
                .ifPresent(sriov -> {
                    throw new SriovException(
                            address
                                    + " has "
                                    + sriov.numVfs()
                                    + " virtual functions, which would vanish with its"
                                    + " driver. Bind these, or take them away first: vfs"
                                    + " set "
                                    + address
                                    + " 0.");
                });
        checkDriver(function, driver);
        if (!force) {
            checkUse(function);
        }
        checkUsers(function);
    }

    /** What the kernel needs for a driver, asked before its modules are loaded. */
    private void checkDriver(PciFunction function, UserspaceDriver driver) {
        PciAddress address = function.address();
        Optional<String> lockdown = Lockdown.level(sysfs);
        if (driver.unsafe() && lockdown.isPresent()) {
            throw new SriovException(
                    driver
                            + " gives a program all of the machine's memory, which a kernel in"
                            + " lockdown ("
                            + lockdown.get()
                            + ") forbids. Use vfio-pci with an IOMMU, or switch Secure Boot off.");
        }
        Optional<IommuGroup> group = IommuGroup.of(kernel, function);
        boolean isolated = group.map(IommuGroup::isolated).orElse(false);
        if (driver == UserspaceDriver.VFIO_PCI && !isolated) {
            throw new SriovException(
                    address
                            + " is in no IOMMU group, so vfio-pci can't isolate it. Switch the"
                            + " IOMMU on in the firmware (VT-d, AMD-Vi, SMMU) and in the kernel"
                            + " (intel_iommu=on iommu=pt on Intel). In a virtual machine without"
                            + " one, choose vfio-noiommu, which lets the device reach all"
                            + " memory.");
        }
        if (driver == UserspaceDriver.VFIO_NOIOMMU && isolated) {
            throw new SriovException(
                    address
                            + " is in IOMMU group "
                            + group.get().number()
                            + ", so there is no need for vfio-noiommu. Choose vfio-pci.");
        }
        if (driver == UserspaceDriver.VFIO_PCI) {
            group.get()
                    .hindrance(address)
                    .ifPresent(sentence -> {
                        throw new SriovException(sentence);
                    });
        }
    }

    private void checkUse(PciFunction function) {
        if (!function.network() && !accelerator(function)) {
            throw new SriovException(
                    function.address()
                            + " is no network controller (class "
                            + String.format("%06x", function.classCode())
                            + "). If it is to be taken from the kernel nevertheless, say --force.");
        }
        List<String> uses = InterfaceUse.of(kernel, function).reasons();
        if (!uses.isEmpty()) {
            throw new SriovException(
                    function.address()
                            + " is in use: "
                            + String.join("; ", uses)
                            + ". End that first, or say --force.");
        }
    }

    /** Force doesn't help here: the kernel would wait until they end. */
    void checkUsers(PciFunction function) {
        List<String> users = new DeviceUsers(kernel).of(function);
        if (!users.isEmpty()) {
            throw new SriovException(
                    function.address()
                            + " is in use by process "
                            + String.join(", ", users)
                            + ". End it first.");
        }
    }

    /** Crypto, DMA engines, and what the PCI specification calls accelerators. */
    private static boolean accelerator(PciFunction function) {
        int classAndSubclass = function.classCode() >>> 8;
        return classAndSubclass >>> 8 == 0x10
                || classAndSubclass >>> 8 == 0x12
                || classAndSubclass == 0x0880
                || classAndSubclass == 0x0b40;
    }
}
