// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.util.ArrayList;
import java.util.List;
import org.dpdk4j.sriov.PciAddress;

/** A PCI function. */
final class PciDevice {
    final PciAddress address;
    final int vendor;
    final int device;
    final int classCode;
    final int numaNode;

    /** What it is, or what its PF is; null for bridges. */
    final NicModel model;

    /** Below a root port, or the root complex. */
    final Node.Directory parent;

    Node.Directory directory;
    Driver driver;

    /** Null where none is set, which sysfs shows as {@code (null)}. */
    String driverOverride;

    /** The name of its IOMMU group, or -1. */
    int group = -1;

    /** Whether vfio made the group up, without an IOMMU. */
    boolean noIommu;

    int uio = -1;
    final List<Netdev> netdevs = new ArrayList<>();
    String rdma = "";

    // A physical function's.
    int totalVfs;
    boolean probeVfs = true;
    boolean vfsShareGroup;

    /** How often its driver looks for the port's link before it is there. */
    int looksForLink;

    int numVfs;
    final List<PciDevice> vfs = new ArrayList<>();
    final List<VfConfig> vfConfigs = new ArrayList<>();
    boolean switchdev;

    /** As {@code device_lock}: held while VFs are made. */
    boolean locked;

    // A virtual function's.
    PciDevice physfn;
    int vfIndex = -1;

    /** Open in some process, so that vfio's unbind waits. */
    boolean open;

    /** Used since the last reset: what a next owner must not find. */
    boolean dirty;

    PciDevice(
            PciAddress address,
            int vendor,
            int device,
            int classCode,
            int numaNode,
            NicModel model,
            Node.Directory parent) {
        this.address = address;
        this.vendor = vendor;
        this.device = device;
        this.classCode = classCode;
        this.numaNode = numaNode;
        this.model = model;
        this.parent = parent;
    }

    VfConfig config() {
        return physfn.vfConfigs.get(vfIndex);
    }

    int routingId() {
        return address.bus() << 8 | address.device() << 3 | address.function();
    }

    boolean findsLink() {
        boolean found = looksForLink == 0;
        if (!found) {
            looksForLink--;
        }
        return found;
    }
}
