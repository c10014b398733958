// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

/**
 * An IPv4 address, for what isn't the hot path: that keeps the int.
 *
 * @param bits the address; its first byte on the wire is the most significant
 */
public record Ipv4Address(int bits) {
    private static final int PARTS = 4;

    /**
     * Reads an address in its usual form: four decimal numbers from 0 to 255 with points between.
     *
     * @param text such as {@code 192.0.2.1}; no leading zeros, which some take for octal
     * @return the address
     * @throws IllegalArgumentException if it is anything else; nothing is looked up
     */
    public static Ipv4Address parse(String text) {
        long bits = bits(text, 0);
        if (bits < 0) {
            throw new IllegalArgumentException("not an IPv4 address: \"" + text + "\"");
        }
        return new Ipv4Address((int) bits);
    }

    /**
     * Writes an address in its usual form.
     *
     * @param bits the address
     * @return such as {@code 192.0.2.1}
     */
    public static String format(int bits) {
        return append(new StringBuilder(15), bits).toString();
    }

    /** {@return whether the address is for a group of hosts, RFC 5771} */
    public boolean multicast() {
        return bits >>> 28 == 0xe;
    }

    /** {@return the usual form, such as {@code 192.0.2.1}} */
    @Override
    public String toString() {
        return format(bits);
    }

    /** The address that stands in the text from an index to the end, or -1. */
    static long bits(String text, int from) {
        long bits = 0;
        int at = from;
        for (int part = 0; part < PARTS; part++) {
            if (part > 0 && (at >= text.length() || text.charAt(at++) != '.')) {
                return -1;
            }
            int first = at;
            int value = 0;
            while (at < text.length() && at - first < 3 && isDigit(text.charAt(at))) {
                value = value * 10 + text.charAt(at++) - '0';
            }
            boolean leadingZero = at - first > 1 && text.charAt(first) == '0';
            if (at == first || value > 255 || leadingZero) {
                return -1;
            }
            bits = bits << 8 | value;
        }
        return at == text.length() ? bits : -1;
    }

    static StringBuilder append(StringBuilder text, int bits) {
        return text.append(bits >>> 24)
                .append('.')
                .append(bits >>> 16 & 0xff)
                .append('.')
                .append(bits >>> 8 & 0xff)
                .append('.')
                .append(bits & 0xff);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
