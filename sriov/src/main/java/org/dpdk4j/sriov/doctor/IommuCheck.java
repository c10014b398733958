// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.dpdk4j.sriov.binding.IommuGroup;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.pci.PciBus;
import org.dpdk4j.sriov.pci.PciFunction;
import org.dpdk4j.sriov.sysfs.Lockdown;
import org.dpdk4j.sriov.sysfs.Sysfs;
import org.dpdk4j.sriov.sysfs.UnsafeNoIommu;

/** The doctor's look at what VFIO needs: an IOMMU, isolated groups, its modules, no lockdown. */
final class IommuCheck {
    private static final String TABLES = "/sys/firmware/acpi/tables/";
    private static final List<String> IOMMU_TABLES = List.of("DMAR", "IVRS", "IORT", "VIOT");
    private static final Pattern OFF =
            Pattern.compile("(?:.* )?(?:intel_iommu|amd_iommu|iommu)=(?:\\S+,)?off(?:[ ,].*)?");
    private static final Pattern ON =
            Pattern.compile("(?:.* )?intel_iommu=(?:\\S+,)?on(?:[ ,].*)?");

    private final Kernel kernel;
    private final Sysfs sysfs;

    IommuCheck(Kernel kernel) {
        this.kernel = kernel;
        this.sysfs = new Sysfs(kernel);
    }

    List<Finding> iommu() {
        long groups = groupCount();
        if (groups > 0) {
            return List.of(Finding.ok("iommu", "it is on, with " + groups + " groups"));
        }
        String commandLine = sysfs.text("/proc/cmdline").orElse("");
        String why = "Without it VFIO can't keep a device off memory that isn't its program's. ";
        String vm =
                " In a virtual machine without one, vfio-noiommu is left, for trusted programs.";
        if (OFF.matcher(commandLine).matches()) {
            return List.of(
                    Finding.fail(
                            "iommu",
                            "it is off",
                            why + "The kernel's command line switches it off.",
                            "Take iommu=off and the like off the kernel's command line."));
        }
        Optional<String> table =
                IOMMU_TABLES.stream().filter(name -> sysfs.exists(TABLES + name)).findFirst();
        if (table.isEmpty()) {
            return List.of(
                    Finding.fail(
                            "iommu",
                            "there is none",
                            why + "The firmware announces none (no DMAR, IVRS or IORT table).",
                            "Switch VT-d, AMD-Vi or the SMMU on in the firmware's setup, or give"
                                    + " the virtual machine an IOMMU."
                                    + vm));
        }
        if (table.get().equals("DMAR") && !ON.matcher(commandLine).matches()) {
            return List.of(
                    Finding.fail(
                            "iommu",
                            "it is off",
                            why + "The firmware has one, which the kernel was not told to use.",
                            "Put intel_iommu=on iommu=pt on the kernel's command line and boot"
                                    + " again."));
        }
        return List.of(
                Finding.fail(
                        "iommu",
                        "it is off",
                        why + "The firmware has one (" + table.get() + "), which the kernel left.",
                        "See dmesg | grep -i -e DMAR -e IOMMU." + vm));
    }

    List<Finding> groups() {
        List<Finding> findings = new ArrayList<>();
        for (PciFunction function : PciBus.of(kernel).functions()) {
            if (!function.network() || function.iommuGroup().isEmpty()) {
                continue;
            }
            IommuGroup.of(kernel, function)
                    .flatMap(group -> group.hindrance(function.address()))
                    .ifPresent(hindrance ->
                            findings.add(
                                    Finding.warn(
                                            "iommu groups",
                                            function.address()
                                                    + " shares group "
                                                    + function.iommuGroup().getAsInt(),
                                            hindrance,
                                            "Bind all of the group, or boot with a kernel"
                                                    + " and slot that isolate the"
                                                    + " card.")));
        }
        if (findings.isEmpty() && groupCount() > 0) {
            findings.add(
                    Finding.ok(
                            "iommu groups", "no network device shares one with a driver in use"));
        }
        return findings;
    }

    List<Finding> modules() {
        List<Finding> findings = new ArrayList<>();
        boolean iommu = groupCount() > 0;
        findings.add(module(UserspaceDriver.VFIO_PCI, true));
        // The others are for machines without an IOMMU.
        findings.add(module(UserspaceDriver.UIO_PCI_GENERIC, !iommu));
        return findings;
    }

    private Finding module(UserspaceDriver driver, boolean wanted) {
        if (sysfs.exists(Sysfs.driver(driver.kernelName()))) {
            return Finding.ok("modules", driver + " is loaded");
        }
        Optional<Boolean> available = new ModuleIndex(sysfs).has(driver.kernelName());
        if (available.orElse(false)) {
            return Finding.ok("modules", driver + " can be loaded, which bind does");
        }
        if (!wanted) {
            return Finding.ok("modules", driver + " is not there, and not needed");
        }
        String what =
                available.isPresent()
                        ? "this kernel has no " + driver
                        : driver + " is not loaded, and this kernel's modules are not to be seen";
        String why = "It hands devices to programs.";
        String remedy =
                "Install the modules of the running kernel, or load it by modprobe "
                        + driver
                        + " on the host.";
        return driver == UserspaceDriver.VFIO_PCI && available.isPresent()
                ? Finding.fail("modules", what, why, remedy)
                : Finding.warn("modules", what, why, remedy);
    }

    List<Finding> noIommu() {
        Optional<Boolean> on = new UnsafeNoIommu(kernel).on();
        if (on.orElse(false)) {
            return List.of(
                    Finding.warn(
                            "no-iommu",
                            "VFIO may do without an IOMMU",
                            "A program that is given such a device reaches all of the machine's"
                                    + " memory through it.",
                            "If no program needs it: echo N >"
                                    + " /sys/module/vfio/parameters/enable_unsafe_noiommu_mode."));
        }
        String state =
                on.isPresent()
                        ? "VFIO insists on an IOMMU"
                        : "VFIO is not loaded, or can't do without an IOMMU";
        return List.of(Finding.ok("no-iommu", state));
    }

    List<Finding> lockdown() {
        Optional<String> level = Lockdown.level(sysfs);
        if (level.isEmpty()) {
            return List.of(Finding.ok("lockdown", "the kernel is not locked down"));
        }
        String what = "the kernel is locked down (" + level.get() + ")";
        if (groupCount() > 0) {
            return List.of(
                    Finding.warn(
                            "lockdown",
                            what,
                            "UIO, no-IOMMU VFIO and unsigned modules are forbidden; vfio-pci with"
                                    + " the IOMMU works.",
                            "Use vfio-pci."));
        }
        return List.of(
                Finding.fail(
                        "lockdown",
                        what,
                        "It forbids all that could do without an IOMMU, and there is none.",
                        "Switch the IOMMU on, or Secure Boot off."));
    }

    /** Groups that an IOMMU stands behind. */
    private long groupCount() {
        return sysfs.names(Sysfs.IOMMU_GROUPS).stream()
                .filter(group ->
                        !sysfs.text(Sysfs.IOMMU_GROUPS + group + "/name")
                                .orElse("")
                                .equals("vfio-noiommu"))
                .count();
    }
}
