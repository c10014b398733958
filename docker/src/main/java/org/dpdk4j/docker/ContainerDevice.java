// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.dpdk4j.sriov.MacAddress;
import org.dpdk4j.sriov.PciAddress;

/**
 * A device that a container gets.
 *
 * @param network the name of its network
 * @param reservation the number of the reservation that it belongs to
 * @param pciAddress where it sits
 * @param driver the kernel's, such as {@code vfio-pci}
 * @param networkInterface the interface's name in the container, where there is one
 * @param macAddress its administrative address
 * @param vlan that the NIC adds and strips, if there is one
 * @param mtu of the network, if it says one
 * @param numaNode that it is near, if the machine says
 * @param deviceNodes what a program opens to use it, below {@code /dev}
 * @param rdmaDevices the names of its RDMA devices
 */
public record ContainerDevice(
        String network,
        long reservation,
        PciAddress pciAddress,
        Optional<String> driver,
        Optional<String> networkInterface,
        MacAddress macAddress,
        OptionalInt vlan,
        OptionalInt mtu,
        OptionalInt numaNode,
        List<String> deviceNodes,
        List<String> rdmaDevices) {
    /** Copies what is mutable. */
    public ContainerDevice {
        deviceNodes = List.copyOf(deviceNodes);
        rdmaDevices = List.copyOf(rdmaDevices);
    }
}
