// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A PCI driver. */
final class Driver {
    enum Kind {
        NET,
        VFIO,
        UIO,
        BRIDGE
    }

    /** Drivers by the module that brings them. */
    static final Map<String, Driver> KNOWN =
            Map.ofEntries(
                    known("igb", "igb", Kind.NET, "8086:10c9"),
                    known("igbvf", "igbvf", Kind.NET, "8086:10ca"),
                    known("ice", "ice", Kind.NET, "8086:1592"),
                    known("i40e", "i40e", Kind.NET, "8086:1572"),
                    known("iavf", "iavf", Kind.NET, "8086:154c", "8086:1889"),
                    known("mlx5_core", "mlx5_core", Kind.NET, "15b3:101d", "15b3:101e"),
                    known("e1000e", "e1000e", Kind.NET, "8086:10d3"),
                    known("vfio-pci", "vfio_pci", Kind.VFIO),
                    known("uio_pci_generic", "uio_pci_generic", Kind.UIO),
                    known("igb_uio", "igb_uio", Kind.UIO));

    final String name;
    final String module;
    final Kind kind;
    final Set<String> ids;
    final Set<String> dynamicIds = new LinkedHashSet<>();
    Node.Directory directory;

    Driver(String name, String module, Kind kind, Set<String> ids) {
        this.name = name;
        this.module = module;
        this.kind = kind;
        this.ids = ids;
    }

    /** As {@code pci_bus_match} does it. */
    boolean matches(PciDevice device) {
        if (device.driverOverride != null) {
            return device.driverOverride.equals(name);
        }
        String id = "%04x:%04x".formatted(device.vendor, device.device);
        boolean bridge = kind == Kind.BRIDGE && device.classCode >> 8 == 0x0604;
        return dynamicIds.contains(id) || ids.contains(id) || bridge;
    }

    Driver fresh() {
        return new Driver(name, module, kind, ids);
    }

    private static Map.Entry<String, Driver> known(
            String name, String module, Kind kind, String... ids) {
        return Map.entry(module, new Driver(name, module, kind, Set.copyOf(List.of(ids))));
    }
}
