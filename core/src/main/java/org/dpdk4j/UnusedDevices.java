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
    private static final Pattern SHORT_ADDRESS =
            Pattern.compile("[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]");
    private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F]{4,8}:" + SHORT_ADDRESS);

    private UnusedDevices() {}

    /**
     * Finds them.
     *
     * @param options what EAL was started with
     * @param port whether there is a port of a device, whose PCI address is given
     * @return for each a sentence that begins with its address
     */
    static List<String> find(EalOptions options, Surroundings here, Predicate<String> port) {
        List<String> wanted =
                options.values("--allow").stream().map(UnusedDevices::address).toList();
        if (wanted.isEmpty() && !options.has("--no-pci", "--block")) {
            wanted = here.userspacePciDevices();
        }
        return wanted.stream()
                .distinct()
                .filter(address -> ADDRESS.matcher(address).matches())
                .filter(port.negate())
                .filter(here::mayBeNic)
                .map(address -> address + " is no port of DPDK: " + reason(address, here))
                .toList();
    }

    private static String reason(String address, Surroundings here) {
        if (!here.hasPciDevice(address)) {
            return "there is no such PCI device";
        }
        return here.pciDriver(address)
                .map(driver ->
                        here.isUserspaceDriver(driver)
                                ? "none of its drivers that are loaded knows a device "
                                        + here.pciId(address)
                                        + "; is the package with that driver installed?"
                                : "the kernel's driver " + driver + " has it; bind it to vfio-pci")
                .orElse("no driver of the kernel has it; bind it to vfio-pci");
    }

    /** What stands before a driver's arguments, in the form that sysfs has. */
    private static String address(String allowed) {
        String device = allowed.split(",", 2)[0].replaceFirst("^pci:", "");
        return SHORT_ADDRESS.matcher(device).matches() ? "0000:" + device : device;
    }
}
