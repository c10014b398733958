// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov;

import java.util.regex.Pattern;

/**
 * A 48-bit Ethernet address.
 *
 * @param bits the address in the low 48 bits, first octet of the wire highest
 */
public record MacAddress(long bits) {
    /** {@code ff:ff:ff:ff:ff:ff}. */
    public static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);

    private static final int OCTETS = 6;
    private static final Pattern TEXT =
            Pattern.compile("[0-9a-fA-F]{1,2}([:-])[0-9a-fA-F]{1,2}(\\1[0-9a-fA-F]{1,2}){4}");

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if a bit above the 48th is set
     */
    public MacAddress {
        if (bits >>> 48 != 0) {
            throw new IllegalArgumentException("more than 48 bits: 0x" + Long.toHexString(bits));
        }
    }

    /**
     * The address with these bits.
     *
     * @param bits the low 48 bits, first octet highest
     * @return the address
     * @throws IllegalArgumentException if a bit above the 48th is set
     */
    public static MacAddress of(long bits) {
        return new MacAddress(bits);
    }

    /**
     * Reads the usual notation.
     *
     * @param text six octets in hexadecimal, all separated by colons or all by dashes
     * @return the address
     * @throws IllegalArgumentException if the text is anything else
     */
    public static MacAddress parse(String text) {
        if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException("not a MAC address: " + text);
        }
        long bits = 0;
        for (String octet : text.split("[:-]", OCTETS)) {
            bits = bits << 8 | Integer.parseInt(octet, 16);
        }
        return new MacAddress(bits);
    }

    /**
     * Whether the group bit is set; so it is for broadcast.
     *
     * @return true for multicast and broadcast addresses
     */
    public boolean multicast() {
        return (bits >>> 40 & 1) != 0;
    }

    /**
     * Whether the address was assigned locally and not by a vendor.
     *
     * @return true if the second lowest bit of the first octet is set
     */
    public boolean locallyAdministered() {
        return (bits >>> 40 & 2) != 0;
    }

    /** The usual notation: six octets in lower-case hexadecimal, separated by colons. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(17);
        for (int shift = 40; shift >= 0; shift -= 8) {
            int octet = (int) (bits >>> shift) & 0xff;
            text.append(octet < 16 ? "0" : "").append(Integer.toHexString(octet));
            if (shift > 0) {
                text.append(':');
            }
        }
        return text.toString();
    }
}
