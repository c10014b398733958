// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.pci;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.dpdk4j.sriov.PciAddress;

/**
 * A function of a PCI device, as it was when {@link PciBus} looked.
 *
 * @param address where it sits
 * @param vendorId 16 bits, 0x8086 for Intel
 * @param deviceId 16 bits
 * @param classCode 24 bits: class, subclass, interface; 0x020000 is Ethernet
 * @param driver of the kernel that it is bound to, if any
 * @param numaNode nearest to it, where the machine says
 * @param link the PCI Express link; virtual functions and conventional devices have none
 * @param iommuGroup its number, if an IOMMU isolates the device
 * @param netdevs network interfaces of this function which are visible here, without representors
 * @param rdmaDevices names of its RDMA devices
 * @param representors of a physical function: interfaces that stand for its virtual functions in
 *     switchdev mode; of a virtual function: the one that stands for it
 * @param sriov of a physical function
 * @param physicalFunction of a virtual function: what it is a part of
 * @param vfIndex of a virtual function: which one of its physical function, from 0
 */
public record PciFunction(
        PciAddress address,
        int vendorId,
        int deviceId,
        int classCode,
        Optional<String> driver,
        OptionalInt numaNode,
        Optional<PcieLink> link,
        OptionalInt iommuGroup,
        List<String> netdevs,
        List<String> rdmaDevices,
        List<String> representors,
        Optional<SriovCapability> sriov,
        Optional<PciAddress> physicalFunction,
        OptionalInt vfIndex) {

    /** Their userspace drivers reach the device through RDMA. */
    private static final Set<String> BIFURCATED =
            Set.of("mlx4_core", "mlx5_core", "mlx5_core.sf", "mana");

    private static final int MELLANOX = 0x15b3;

    /** Copies the lists. */
    public PciFunction {
        netdevs = List.copyOf(netdevs);
        rdmaDevices = List.copyOf(rdmaDevices);
        representors = List.copyOf(representors);
    }

    /**
     * Whether this is a network controller of any kind.
     *
     * @return true for class 02
     */
    public boolean network() {
        return classCode >>> 16 == 0x02;
    }

    /**
     * Whether this is a bridge, which has no function of its own.
     *
     * @return true for class 06
     */
    public boolean bridge() {
        return classCode >>> 16 == 0x06;
    }

    /**
     * Whether DPDK drives this device beside the kernel's driver, which then stays where it is:
     * DPDK's "bifurcated" drivers, such as mlx5.
     *
     * @return true for those that are never bound to a userspace driver
     */
    public boolean bifurcated() {
        return driver.map(BIFURCATED::contains).orElse(false)
                || (driver.isEmpty() && vendorId == MELLANOX && network());
    }

    /**
     * Whether this is a virtual function.
     *
     * @return true if it has a physical function
     */
    public boolean virtual() {
        return physicalFunction.isPresent();
    }

    /**
     * Vendor and device as {@code lspci -n} writes them.
     *
     * @return such as {@code 8086:10ca}
     */
    public String id() {
        return String.format("%04x:%04x", vendorId, deviceId);
    }
}
