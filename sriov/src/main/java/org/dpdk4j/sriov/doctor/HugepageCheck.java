// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.dpdk4j.sriov.hugepages.HugepagePool;
import org.dpdk4j.sriov.hugepages.Hugepages;
import org.dpdk4j.sriov.hugepages.HugetlbfsMount;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.pci.PciBus;
import org.dpdk4j.sriov.pci.PciFunction;

/** The doctor's look at hugepages, of each size on each node. */
final class HugepageCheck {
    private static final String SUBJECT = "hugepages";

    private final Kernel kernel;

    HugepageCheck(Kernel kernel) {
        this.kernel = kernel;
    }

    List<Finding> hugepages() {
        Hugepages hugepages = Hugepages.of(kernel);
        List<HugepagePool> pools = hugepages.pools();
        List<Finding> findings = new ArrayList<>();
        if (pools.stream().allMatch(pool -> pool.total() == 0)) {
            findings.add(
                    Finding.fail(
                            SUBJECT,
                            pools.isEmpty() ? "this kernel has none" : "none are reserved",
                            "DPDK keeps its packets in hugepages.",
                            pools.isEmpty()
                                    ? "Boot a kernel with CONFIG_HUGETLBFS."
                                    : "Reserve some: echo 512 > " + path(pools.getFirst())));
            return findings;
        }
        for (HugepagePool pool : pools) {
            if (pool.free() > 0 || pool.total() == 0) {
                findings.add(Finding.ok(SUBJECT, pool.toString()));
            } else {
                findings.add(
                        Finding.warn(
                                SUBJECT,
                                pool.toString(),
                                "All of them are in use, so the next program gets none.",
                                "Reserve more, by " + path(pool) + ", or end a program."));
            }
        }
        for (int node : nodesWithNics()) {
            if (pools.stream().noneMatch(pool -> pool.node() == node && pool.total() > 0)) {
                findings.add(
                        Finding.warn(
                                SUBJECT,
                                "none on node " + node + ", where a NIC is",
                                "Packets would lie on another node than their NIC, which costs"
                                        + " speed.",
                                "Reserve some in /sys/devices/system/node/node"
                                        + node
                                        + "/hugepages."));
            }
        }
        findings.add(mounts(hugepages.mounts()));
        return findings;
    }

    private static Finding mounts(List<HugetlbfsMount> mounts) {
        if (mounts.isEmpty()) {
            return Finding.warn(
                    SUBJECT,
                    "hugetlbfs is not mounted",
                    "DPDK keeps hugepages as files there, unless it is told to work in memory alone"
                            + " (--in-memory).",
                    "Mount it: mkdir -p /dev/hugepages; mount -t hugetlbfs none /dev/hugepages.");
        }
        return Finding.ok(
                SUBJECT,
                "mounted at "
                        + String.join(
                                ", ", mounts.stream().map(HugetlbfsMount::directory).toList()));
    }

    private Set<Integer> nodesWithNics() {
        Set<Integer> nodes = new TreeSet<>();
        for (PciFunction function : PciBus.of(kernel).functions()) {
            if (function.network() && function.numaNode().isPresent()) {
                nodes.add(function.numaNode().getAsInt());
            }
        }
        return nodes;
    }

    private static String path(HugepagePool pool) {
        return pool.directory() + "/nr_hugepages";
    }
}
