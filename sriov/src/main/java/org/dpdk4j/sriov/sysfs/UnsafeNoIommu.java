// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.sysfs;

import java.util.Optional;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;

/** The switch of VFIO that lets it do without an IOMMU, for the whole machine. */
public final class UnsafeNoIommu {
    private static final String PATH = "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode";

    private final Sysfs sysfs;
    private final Steps steps;

    /**
     * The switch of one machine.
     *
     * @param kernel that has it
     */
    public UnsafeNoIommu(Kernel kernel) {
        this.sysfs = new Sysfs(kernel);
        this.steps = new Steps(kernel);
    }

    /**
     * Whether it is on.
     *
     * @return nothing if the kernel was built without it or VFIO isn't loaded
     */
    public Optional<Boolean> on() {
        return sysfs.text(PATH).map(text -> text.equals("Y") || text.equals("1"));
    }

    /**
     * Switches it, where the kernel has it and it is not so yet.
     *
     * @param on or off
     * @throws KernelException if the kernel refuses
     */
    public void set(boolean on) throws KernelException {
        if (on().filter(now -> now != on).isPresent()) {
            steps.write(PATH, on ? "Y" : "N");
        }
    }

    /**
     * Whether a device uses VFIO without an IOMMU: the switch has to stay on for it.
     *
     * @return true if there is at least one
     */
    public boolean inUse() {
        return sysfs.names(Sysfs.IOMMU_GROUPS).stream()
                .anyMatch(group ->
                        sysfs.text(Sysfs.IOMMU_GROUPS + group + "/name")
                                .filter("vfio-noiommu"::equals)
                                .isPresent());
    }
}
