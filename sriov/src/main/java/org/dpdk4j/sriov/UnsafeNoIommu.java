// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov;

import java.util.Optional;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;

/** The switch of VFIO that lets it do without an IOMMU, for the whole machine. */
final class UnsafeNoIommu {
    private static final String PATH = "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode";

    private final Sysfs sysfs;
    private final Steps steps;

    UnsafeNoIommu(Kernel kernel) {
        this.sysfs = new Sysfs(kernel);
        this.steps = new Steps(kernel);
    }

    /** Whether it is on; nothing if the kernel was built without it or VFIO isn't loaded. */
    Optional<Boolean> on() {
        return sysfs.text(PATH).map(text -> text.equals("Y") || text.equals("1"));
    }

    void set(boolean on) throws KernelException {
        if (on().filter(now -> now != on).isPresent()) {
            steps.write(PATH, on ? "Y" : "N");
        }
    }

    /** Whether a device uses VFIO without an IOMMU: the switch has to stay on for it. */
    boolean inUse() {
        return sysfs.names(Sysfs.IOMMU_GROUPS).stream()
                .anyMatch(group ->
                        sysfs.text(Sysfs.IOMMU_GROUPS + group + "/name")
                                .filter("vfio-noiommu"::equals)
                                .isPresent());
    }
}
