// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a burst has to know of a driver.
 *
 * @param critical whether its burst functions may be called with the critical linkage: they never
 *     block, so that the JVM reaches its safepoints
 * @param gated whether its interrupt handler takes memory away that a burst uses, so that the two
 *     must be kept apart: see {@link InterruptGate}
 */
record EthDriver(boolean critical, boolean gated) {
    private static final String MEMIF = "net_memif";

    /**
     * Virtual devices that only touch memory. memif belongs to them: it writes to an eventfd where
     * its peer sleeps, which doesn't block. The other ones (tap, pcap, af_packet, …) make calls
     * that may.
     */
    private static final Set<String> POLLING_VDEVS = Set.of("net_null", "net_ring", MEMIF);

    private static final Pattern PCI_ADDRESS =
            Pattern.compile("([0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7](_.*)?");

    static EthDriver of(String deviceName, String driverName) {
        return new EthDriver(
                POLLING_VDEVS.contains(driverName) || PCI_ADDRESS.matcher(deviceName).matches(),
                driverName.equals(MEMIF));
    }
}
