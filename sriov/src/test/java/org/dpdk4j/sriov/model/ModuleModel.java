// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.model.Node.Directory;

/** Kernel modules, and what appears with them. */
final class ModuleModel {
    private static final Map<String, List<String>> NEEDS =
            Map.of(
                    "vfio_pci", List.of("vfio", "vfio_iommu_type1", "vfio_pci_core"),
                    "vfio_iommu_type1", List.of("vfio"),
                    "uio_pci_generic", List.of("uio"),
                    "igb_uio", List.of("uio"));

    /** Signed by nobody, so that a locked kernel refuses it. */
    private static final Set<String> OUT_OF_TREE = Set.of("igb_uio");

    final Set<String> loaded = new LinkedHashSet<>();

    /** vfio's parameter {@code enable_unsafe_noiommu_mode}. */
    boolean noIommu;

    private final KernelModel kernel;

    ModuleModel(KernelModel kernel) {
        this.kernel = kernel;
        kernel.tree.sys("module");
        kernel.tree
                .proc()
                .show(
                        "modules",
                        () -> {
                            StringBuilder text = new StringBuilder();
                            for (String name : loaded) {
                                text.append(text.isEmpty() ? "" : "\n")
                                        .append(name)
                                        .append(" 16384 0 - Live 0x0000000000000000");
                            }
                            return text.toString();
                        });
    }

    void load(String name) throws Refusal {
        Machine machine = kernel.machine;
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9_-]*")) {
            throw new Refusal(Errno.EINVAL);
        }
        String module = name.replace('-', '_');
        if (loaded.contains(module)) {
            return;
        }
        if (!machine.loadable().contains(module)) {
            throw new Refusal(Errno.ENOENT);
        }
        boolean locked = !machine.lockdown().isEmpty() && !machine.lockdown().equals("none");
        if (machine.uid() != 0
                || machine.refusedModules().contains(module)
                || (locked && OUT_OF_TREE.contains(module))) {
            throw new Refusal(Errno.EPERM);
        }
        insert(module);
    }

    /** Loads it without asking whether that is allowed, as the boot does. */
    void insert(String module) {
        for (String needed : NEEDS.getOrDefault(module, List.of())) {
            insert(needed);
        }
        if (!loaded.add(module)) {
            return;
        }
        Directory directory = kernel.tree.sys("module/" + module);
        directory.text("refcnt", "0");
        directory.text("initstate", "live");
        if (module.equals("vfio")) {
            Directory vfio = kernel.tree.dev().directory("vfio");
            vfio.put("vfio", new Node.Device(0x1b6));
            if (kernel.machine.noIommuOption()) {
                directory
                        .directory("parameters")
                        .attribute(
                                "enable_unsafe_noiommu_mode",
                                () -> noIommu ? "Y" : "N",
                                text -> noIommu = text.startsWith("1") || text.startsWith("Y"));
            }
        }
        Driver driver = Driver.KNOWN.get(module);
        if (driver != null) {
            kernel.pci.register(driver.fresh());
        }
    }
}
