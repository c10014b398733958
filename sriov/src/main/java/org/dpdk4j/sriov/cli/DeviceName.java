// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.cli;

import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.pci.PciBus;

/** Devices as people name them on the command line. */
final class DeviceName {
    static final String DESCRIPTION =
            "PCI address, such as 0000:03:10.2, or the name of its interface.";

    private DeviceName() {}

    static PciAddress address(Kernel kernel, String text) {
        // No interface has a colon in its name, and each PCI address has one.
        return text.contains(":")
                ? PciAddress.parse(text)
                : PciBus.of(kernel).named(text).address();
    }
}
