// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a PCI function sits: what a device is known by here.
 *
 * @param domain of 16 bits, or of 32 below some bridges
 * @param bus 0 to 255
 * @param device 0 to 31
 * @param function 0 to 7
 */
public record PciAddress(int domain, int bus, int device, int function)
        implements Comparable<PciAddress> {
    private static final Pattern TEXT =
            Pattern.compile("(?:([0-9a-fA-F]{4,8}):)?([0-9a-fA-F]{2}):([0-9a-fA-F]{2})\\.([0-7])");
    private static final Comparator<PciAddress> ORDER =
            Comparator.comparingLong((PciAddress a) -> Integer.toUnsignedLong(a.domain))
                    .thenComparingInt(PciAddress::bus)
                    .thenComparingInt(PciAddress::device)
                    .thenComparingInt(PciAddress::function);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one is left
     */
    public PciAddress {
        if (bus >>> 8 != 0 || device >>> 5 != 0 || function >>> 3 != 0) {
            throw new IllegalArgumentException(
                    "no PCI address: bus " + bus + ", device " + device + ", function " + function);
        }
    }

    /**
     * Reads the notation of Linux, with or without the domain.
     *
     * @param text such as {@code 0000:03:10.2} or {@code 03:10.2}, in hexadecimal
     * @return the address
     * @throws IllegalArgumentException if the text is anything else
     */
    public static PciAddress parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "not a PCI address: \"" + text + "\"; one looks like 0000:03:10.2");
        }
        int device = Integer.parseInt(matcher.group(3), 16);
        if (device > 31) {
            throw new IllegalArgumentException(
                    "not a PCI address: \"" + text + "\"; a bus has devices 00 to 1f");
        }
        String domain = matcher.group(1) == null ? "0" : matcher.group(1);
        return new PciAddress(
                Integer.parseUnsignedInt(domain, 16),
                Integer.parseInt(matcher.group(2), 16),
                device,
                Integer.parseInt(matcher.group(4), 16));
    }

    @Override
    public int compareTo(PciAddress other) {
        return ORDER.compare(this, other);
    }

    /** The notation of Linux, with the domain. */
    @Override
    public String toString() {
        return String.format("%04x:%02x:%02x.%d", domain, bus, device, function);
    }
}
