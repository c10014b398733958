// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker;

import java.util.ArrayList;
import java.util.List;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.pci.PciFunction;

/**
 * The nodes below {@code /dev} through which a program uses a device: these a container needs, and
 * no others.
 */
public final class DeviceNodes {
    /** What is remembered with a reservation: the nodes that its container has, by blanks. */
    public static final String NODES = "nodes";

    /** What is remembered with a reservation: whose the nodes are, {@code UID:GID}. */
    public static final String OWNER = "nodes.owner";

    private static final String VFIO = "/dev/vfio/vfio";

    private final Kernel kernel;

    private DeviceNodes(Kernel kernel) {
        this.kernel = kernel;
    }

    /**
     * Of a machine.
     *
     * @param kernel of it
     * @return its nodes
     */
    public static DeviceNodes of(Kernel kernel) {
        return new DeviceNodes(kernel);
    }

    /**
     * The nodes of a device that is on a userspace driver.
     *
     * @param function as it is now
     * @param driver that it is on
     * @return paths; that of VFIO itself, which is for all devices, comes first
     * @throws SriovException if the kernel has none for it
     */
    public List<String> of(PciFunction function, UserspaceDriver driver) {
        String sysfs = "/sys/bus/pci/devices/" + function.address();
        List<String> nodes = new ArrayList<>();
        switch (driver) {
            case VFIO_PCI, VFIO_NOIOMMU -> {
                int group =
                        function.iommuGroup()
                                .orElseThrow(() -> missing(function, "it is in no IOMMU group"));
                nodes.add(VFIO);
                nodes.add(
                        driver == UserspaceDriver.VFIO_PCI
                                ? "/dev/vfio/" + group
                                : "/dev/vfio/noiommu-" + group);
            }
            case UIO_PCI_GENERIC, IGB_UIO -> {
                for (String uio : list(sysfs + "/uio")) {
                    nodes.add("/dev/" + uio);
                }
                if (nodes.isEmpty()) {
                    throw missing(function, "it has no /dev/uioN");
                }
            }
        }
        return nodes;
    }

    /**
     * The nodes of a device whose RDMA devices DPDK drives beside the kernel.
     *
     * @param function as it is now
     * @return paths; that of the connection manager, which is for all devices, comes first
     */
    public List<String> rdma(PciFunction function) {
        List<String> nodes = new ArrayList<>(List.of("/dev/infiniband/rdma_cm"));
        for (String verbs :
                list("/sys/bus/pci/devices/" + function.address() + "/infiniband_verbs")) {
            nodes.add("/dev/infiniband/" + verbs);
        }
        return nodes.size() == 1 ? List.of() : nodes;
    }

    /**
     * Gives a node to a container that is not root's; those of VFIO itself and of RDMA are for
     * everybody anyway, and left alone.
     *
     * @param node its path
     * @param uid of the container's user
     * @param gid of the container's group
     */
    public void own(String node, int uid, int gid) {
        if (node.equals(VFIO) || node.startsWith("/dev/infiniband/")) {
            return;
        }
        try {
            kernel.own(node, uid, gid, 0660);
        } catch (KernelException e) {
            throw new SriovException(
                    "Node " + node + " can't be given to user " + uid + ": " + e.getMessage(), e);
        }
    }

    private List<String> list(String path) {
        try {
            return kernel.list(path).stream().sorted().toList();
        } catch (KernelException _) {
            return List.of();
        }
    }

    private static SriovException missing(PciFunction function, String why) {
        return new SriovException(
                function.address() + " can't be given to a container: " + why + ".");
    }
}
