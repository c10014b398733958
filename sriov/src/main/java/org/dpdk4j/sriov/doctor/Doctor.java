// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.kernel.Kernel;

/** Tells what on this machine stands in the way of DPDK in containers, and how to mend it. */
public final class Doctor {
    private final Map<String, Supplier<List<Finding>>> checks = new LinkedHashMap<>();

    private Doctor(Kernel kernel) {
        HostCheck host = new HostCheck(kernel);
        IommuCheck iommu = new IommuCheck(kernel);
        DeviceCheck devices = new DeviceCheck(kernel);
        checks.put("root", host::root);
        checks.put("iommu", iommu::iommu);
        checks.put("iommu groups", iommu::groups);
        checks.put("modules", iommu::modules);
        checks.put("no-iommu", iommu::noIommu);
        checks.put("lockdown", iommu::lockdown);
        checks.put("hugepages", new HugepageCheck(kernel)::hugepages);
        checks.put("memlock", host::memlock);
        checks.put("sr-iov", devices::sriov);
        checks.put("pcie link", devices::links);
        checks.put("devices", devices::devices);
        checks.put("docker", host::docker);
    }

    /**
     * A doctor for the machine of a kernel.
     *
     * @param kernel to ask
     * @return the doctor
     */
    public static Doctor of(Kernel kernel) {
        return new Doctor(kernel);
    }

    /**
     * Looks at everything; changes nothing. What can't be looked at is a finding, too.
     *
     * @return all findings, good ones among them
     */
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        checks.forEach((subject, check) -> {
            try {
                findings.addAll(check.get());
            } catch (SriovException e) {
                findings.add(
                        Finding.warn(
                                subject,
                                "could not be looked at",
                                String.valueOf(e.getMessage()),
                                "Look again as root, on the host."));
            }
        });
        return List.copyOf(findings);
    }
}
