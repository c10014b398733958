// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which drivers' burst functions may be called with the critical linkage: those that poll and never
 * make a system call. A system call may block, and the JVM could not reach a safepoint meanwhile.
 */
final class DriverLinkage {
    /** Virtual devices that only touch memory. The other ones (tap, pcap, memif, …) make calls. */
    private static final Set<String> POLLING_VDEVS = Set.of("net_null", "net_ring");

    private static final Pattern PCI_ADDRESS =
            Pattern.compile("([0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7](_.*)?");

    private DriverLinkage() {}

    static boolean critical(String deviceName, String driverName) {
        return POLLING_VDEVS.contains(driverName) || PCI_ADDRESS.matcher(deviceName).matches();
    }
}
