// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.binding;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.pci.PciFunction;
import org.dpdk4j.sriov.sysfs.Sysfs;

/**
 * Processes that have a device's node open. The kernel would wait for them without end when the
 * device is taken off VFIO, so they are looked for before.
 */
final class DeviceUsers {
    private static final Pattern PID = Pattern.compile("[1-9][0-9]*");

    private final Kernel kernel;
    private final Sysfs sysfs;

    DeviceUsers(Kernel kernel) {
        this.kernel = kernel;
        this.sysfs = new Sysfs(kernel);
    }

    /** Nodes in /dev through which programs reach a device. */
    Set<String> nodes(PciFunction function) {
        String path = Sysfs.device(function.address());
        Set<String> nodes = new HashSet<>();
        if (function.driver().filter(UserspaceDriver::vfio).isPresent()) {
            function.iommuGroup()
                    .ifPresent(group -> {
                        nodes.add("/dev/vfio/" + group);
                        nodes.add("/dev/vfio/noiommu-" + group);
                    });
            sysfs.names(path + "/vfio-dev").forEach(name -> nodes.add("/dev/vfio/devices/" + name));
        }
        sysfs.names(path + "/uio").forEach(name -> nodes.add("/dev/" + name));
        return nodes;
    }

    /** Each as "1234 (java)". Processes that we may not look into are left out. */
    List<String> of(PciFunction function) {
        Set<String> nodes = nodes(function);
        List<String> users = new ArrayList<>();
        if (nodes.isEmpty()) {
            return users;
        }
        for (String pid : sysfs.names("/proc")) {
            if (PID.matcher(pid).matches() && holds(pid, nodes)) {
                users.add(pid + " (" + command(pid) + ")");
            }
        }
        return users;
    }

    private boolean holds(String pid, Set<String> nodes) {
        String directory = "/proc/" + pid + "/fd/";
        try {
            for (String fd : kernel.list(directory)) {
                if (nodes.contains(target(directory + fd))) {
                    return true;
                }
            }
            return false;
        } catch (KernelException e) {
            // Ended meanwhile, or not ours to look into.
            return false;
        }
    }

    private String target(String link) {
        try {
            return kernel.readLink(link);
        } catch (KernelException e) {
            return "";
        }
    }

    private String command(String pid) {
        try {
            return kernel.read("/proc/" + pid + "/comm").strip();
        } catch (KernelException e) {
            return "?";
        }
    }
}
