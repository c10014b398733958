// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Network devices on the PCI bus that EAL was to use and did not, of which it says nothing: where
 * no driver knows the device, or the kernel's holds it, {@code pci_common.c} goes on in silence.
 */
final class UnusedDevices {
    private static final Pattern ADDRESS =
            Pattern.compile("[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]");

    private UnusedDevices() {}

    /**
     * Finds them.
     *
     * @param options what EAL was started with
     * @param messages what it said
     * @param port whether there is a port of a device, whose PCI address is given
     * @return for each a sentence that begins with its address
     */
    static List<String> find(
            EalOptions options, String messages, PciDevices pci, Predicate<String> port) {
        List<String> allowed = options.values("--allow");
        List<String> wanted =
                allowed.stream()
                        // Of a class other than net, which drivers like mlx5's have, too.
                        .filter(device -> !device.contains("class="))
                        .map(PciDevices::address)
                        .toList();
        if (allowed.isEmpty() && !options.has("--no-pci", "--block")) {
            // A container sees the devices of the whole machine.
            wanted = pci.forUserspace().stream().filter(pci::mayOpen).toList();
        }
        return wanted.stream()
                .distinct()
                .filter(address -> ADDRESS.matcher(address).matches())
                .filter(port.negate())
                .filter(pci::mayBeNic)
                .filter(address -> !pci.namesPortsOtherwise(address))
                .map(address -> address + " is no port of DPDK: " + reason(address, messages, pci))
                .toList();
    }

    private static String reason(String address, String messages, PciDevices pci) {
        if (messages.contains(address)) {
            return "EAL says: " + messages;
        }
        if (!pci.exists(address)) {
            return "there is no such PCI device";
        }
        String driver = pci.driver(address).orElse("");
        if (!pci.isForUserspace(driver)) {
            return (driver.isEmpty() ? "no driver of the kernel" : "the kernel's driver " + driver)
                    + " has it; bind it to vfio-pci";
        }
        return pci.mayOpen(address)
                ? "none of its drivers that are loaded knows a device "
                        + pci.id(address)
                        + "; is the package with that driver installed?"
                : "the node of its VFIO group is not in /dev/vfio";
    }
}
