// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.pci;

/**
 * A PCI Express link, as negotiated and as the device could do.
 *
 * @param gigatransfers per second and lane, now: 2.5, 5, 8, 16, 32 or 64
 * @param width lanes, now
 * @param maxGigatransfers per second and lane, of which the device is capable
 * @param maxWidth lanes, of which the device is capable
 */
public record PcieLink(double gigatransfers, int width, double maxGigatransfers, int maxWidth) {
    /**
     * Whether the device gets less than it is capable of: the slot is too small or the link was
     * trained badly.
     *
     * @return true if speed or width is below its maximum
     */
    public boolean degraded() {
        return gigatransfers < maxGigatransfers || width < maxWidth;
    }

    /** As people write it: {@code 8 GT/s x4}. */
    @Override
    public String toString() {
        return number(gigatransfers) + " GT/s x" + width;
    }

    /**
     * The best that the device can do, in the same notation.
     *
     * @return such as {@code 16 GT/s x8}
     */
    public String capability() {
        return number(maxGigatransfers) + " GT/s x" + maxWidth;
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
