// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.io.Serializable;

/**
 * A physical function of a machine.
 *
 * @param address such as {@code 0000:01:00.0}; domain 0000, a bus of its own or one that it shares
 *     with other functions of the same card
 * @param model what it is
 * @param totalVfs how many VFs it can have
 * @param numaNode where it is, or -1
 * @param group functions with the same name here share an IOMMU group; empty: one of its own
 * @param vfsShareGroup whether its VFs are all in the PF's group, as without ACS
 * @param up whether its netdev is up
 * @param vfsAtBoot how many VFs somebody else made before we came
 */
public record Nic(
        String address,
        NicModel model,
        int totalVfs,
        int numaNode,
        String group,
        boolean vfsShareGroup,
        boolean up,
        int vfsAtBoot)
        implements Serializable {
    /** With what its model has, on NUMA node 0, up, without VFs. */
    public static Nic of(String address, NicModel model) {
        return new Nic(address, model, model.totalVfs, 0, "", false, true, 0);
    }

    /** The same with another limit of VFs. */
    public Nic withTotalVfs(int count) {
        return new Nic(address, model, count, numaNode, group, vfsShareGroup, up, vfsAtBoot);
    }

    /** The same on another NUMA node. */
    public Nic onNode(int node) {
        return new Nic(address, model, totalVfs, node, group, vfsShareGroup, up, vfsAtBoot);
    }

    /** The same in an IOMMU group with all others that name it. */
    public Nic inGroup(String name) {
        return new Nic(address, model, totalVfs, numaNode, name, vfsShareGroup, up, vfsAtBoot);
    }

    /** The same with its VFs in its own IOMMU group. */
    public Nic withoutAcs() {
        return new Nic(address, model, totalVfs, numaNode, group, true, up, vfsAtBoot);
    }

    /** The same with its netdev down. */
    public Nic down() {
        return new Nic(address, model, totalVfs, numaNode, group, vfsShareGroup, false, vfsAtBoot);
    }

    /** The same with VFs that are there already. */
    public Nic withVfs(int count) {
        return new Nic(address, model, totalVfs, numaNode, group, vfsShareGroup, up, count);
    }
}
