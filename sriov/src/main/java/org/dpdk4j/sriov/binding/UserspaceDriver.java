// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.binding;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A driver of the kernel that hands a device to a program. */
public enum UserspaceDriver {
    /** VFIO behind an IOMMU: the device reaches no memory but the program's. The one to take. */
    VFIO_PCI("vfio-pci", "vfio-pci"),

    /**
     * VFIO without an IOMMU: the device reaches all of the machine's memory, and so does whoever
     * has it. For machines that have no IOMMU, mostly virtual ones.
     */
    VFIO_NOIOMMU("vfio-noiommu", "vfio-pci"),

    /**
     * The kernel's own UIO driver; without an IOMMU's protection, and without interrupts for VFs.
     */
    UIO_PCI_GENERIC("uio_pci_generic", "uio_pci_generic"),

    /** DPDK's UIO driver, a module that has to be built for the kernel. */
    IGB_UIO("igb_uio", "igb_uio");

    private static final Set<String> VARIANTS =
            Set.of("mlx5_vfio_pci", "hisi_acc_vfio_pci", "qat_vfio_pci", "nvgrace_gpu_vfio_pci");

    private final String text;
    private final String kernelName;

    UserspaceDriver(String text, String kernelName) {
        this.text = text;
        this.kernelName = kernelName;
    }

    /**
     * Reads a name as the command takes it.
     *
     * @param text {@code vfio-pci}, {@code vfio-noiommu}, {@code uio_pci_generic} or {@code
     *     igb_uio}; dashes and underscores are the same
     * @return the driver
     * @throws IllegalArgumentException if there is no such
     */
    public static UserspaceDriver parse(String text) {
        String wanted = text.replace('_', '-');
        return Arrays.stream(values())
                .filter(driver -> driver.text.replace('_', '-').equals(wanted))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "no userspace driver is called \""
                                        + text
                                        + "\"; there are "
                                        + Arrays.stream(values())
                                                .map(UserspaceDriver::toString)
                                                .collect(Collectors.joining(", "))));
    }

    /**
     * The name of the driver in sysfs.
     *
     * @return {@code vfio-pci}, for both kinds of VFIO
     */
    public String kernelName() {
        return kernelName;
    }

    /**
     * Whether the device needs no IOMMU's consent and reaches all memory.
     *
     * @return false for {@link #VFIO_PCI} alone
     */
    public boolean unsafe() {
        return this != VFIO_PCI;
    }

    /** What {@link #parse} reads. */
    @Override
    public String toString() {
        return text;
    }

    /** Modules to load, in this order. */
    List<String> modules() {
        return switch (this) {
            case VFIO_PCI -> List.of("vfio_iommu_type1", kernelName);
            case VFIO_NOIOMMU -> List.of("vfio", kernelName);
            case UIO_PCI_GENERIC, IGB_UIO -> List.of(kernelName);
        };
    }

    /**
     * Tells whether a driver of sysfs is one of these.
     *
     * @param kernelName of a driver, if there is one
     * @return the first that has this name
     */
    public static Optional<UserspaceDriver> of(Optional<String> kernelName) {
        return Arrays.stream(values())
                .filter(known -> kernelName.equals(Optional.of(known.kernelName)))
                .findFirst();
    }

    /**
     * Whether a device on this driver of the kernel is a program's.
     *
     * @param driver of the kernel, if the device has one
     * @return true for the drivers above, and for the variants of VFIO that migrate devices
     */
    public static boolean holds(Optional<String> driver) {
        return of(driver).isPresent() || driver.filter(UserspaceDriver::vfio).isPresent();
    }

    /** Whether this is VFIO's driver or one of the variants of it that migrate devices. */
    static boolean vfio(String driver) {
        return driver.equals(VFIO_PCI.kernelName) || VARIANTS.contains(driver);
    }
}
