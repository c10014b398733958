// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.util.EnumSet;
import java.util.Set;

/** Kinds of NICs: what identifies them, and what their drivers can do. */
public enum NicModel {
    /** What QEMU emulates and the lab has: Intel 82576. */
    IGB(
            0x8086,
            0x10c9,
            0x10ca,
            "igb",
            "igbvf",
            128,
            2,
            7,
            EnumSet.of(VfFeature.SPOOF_CHECK, VfFeature.TRUST)),
    /** Intel E810: everything, and an eswitch that changes its mode only without VFs. */
    ICE(0x8086, 0x1592, 0x1889, "ice", "iavf", 8, 1, 64, EnumSet.allOf(VfFeature.class)),
    /** Intel X710. */
    I40E(
            0x8086,
            0x1572,
            0x154c,
            "i40e",
            "iavf",
            16,
            1,
            64,
            EnumSet.of(
                    VfFeature.SPOOF_CHECK,
                    VfFeature.TRUST,
                    VfFeature.LINK_STATE,
                    VfFeature.STATISTICS)),
    /** ConnectX-6: one driver for PF and VFs, RDMA beside the netdev, an eswitch. */
    MLX5(0x15b3, 0x101d, 0x101e, "mlx5_core", "mlx5_core", 2, 1, 8, EnumSet.allOf(VfFeature.class)),
    /** A NIC without SR-IOV. */
    E1000E(0x8086, 0x10d3, 0, "e1000e", "", 0, 0, 0, EnumSet.noneOf(VfFeature.class));

    /** What a PF's driver can do for a VF, beyond MAC, VLAN and maximum rate. */
    enum VfFeature {
        VLAN_PROTOCOL,
        MIN_RATE,
        LINK_STATE,
        SPOOF_CHECK,
        TRUST,
        STATISTICS
    }

    final int vendor;
    final int device;
    final int vfDevice;
    final String driver;
    final String vfDriver;
    final int offset;
    final int stride;
    final int totalVfs;

    @SuppressWarnings("ImmutableEnumChecker") // It is a copy that nothing changes.
    final Set<VfFeature> features;

    NicModel(
            int vendor,
            int device,
            int vfDevice,
            String driver,
            String vfDriver,
            int offset,
            int stride,
            int totalVfs,
            Set<VfFeature> features) {
        this.vendor = vendor;
        this.device = device;
        this.vfDevice = vfDevice;
        this.driver = driver;
        this.vfDriver = vfDriver;
        this.offset = offset;
        this.stride = stride;
        this.totalVfs = totalVfs;
        this.features = Set.copyOf(features);
    }

    boolean has(VfFeature feature) {
        return features.contains(feature);
    }

    boolean rdma() {
        return this == MLX5;
    }

    boolean eswitch() {
        return this == MLX5 || this == ICE;
    }
}
