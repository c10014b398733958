// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

/**
 * An IPv6 address, for what isn't the hot path: that keeps the two longs.
 *
 * @param high the first eight bytes; the first on the wire is the most significant
 * @param low the last eight bytes
 */
public record Ipv6Address(long high, long low) {
    private static final int GROUPS = 8;

    /**
     * Reads an address in any of the forms of RFC 4291 section 2.2.
     *
     * @param text such as {@code 2001:db8::1} or {@code ::ffff:192.0.2.1}; no zone, no brackets
     * @return the address
     * @throws IllegalArgumentException if it is anything else; nothing is looked up
     */
    public static Ipv6Address parse(String text) {
        Parser parser = new Parser(text);
        if (!parser.parse()) {
            throw new IllegalArgumentException("not an IPv6 address: \"" + text + "\"");
        }
        return new Ipv6Address(parser.half(0), parser.half(4));
    }

    /**
     * Writes an address in the form of RFC 5952: small letters, no leading zeros, the longest run
     * of zero groups left out, an IPv4-mapped address with points.
     *
     * @param high the first eight bytes
     * @param low the last eight bytes
     * @return such as {@code 2001:db8::1}
     */
    public static String format(long high, long low) {
        if (high == 0 && low >>> 32 == 0xffff) {
            return Ipv4Address.append(new StringBuilder(22).append("::ffff:"), (int) low)
                    .toString();
        }
        int gap = longestGap(high, low);
        int gapLength = gapLength(high, low, gap);
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < GROUPS; i++) {
            if (gapLength > 1 && i == gap) {
                text.append("::");
                i += gapLength - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(group(high, low, i)));
        }
        return text.toString();
    }

    /** {@return whether the address is for a group of hosts, RFC 4291 section 2.7} */
    public boolean multicast() {
        return high >>> 56 == 0xff;
    }

    /** {@return whether the address is of use on its link only, RFC 4291 section 2.5.6} */
    public boolean linkLocal() {
        return high >>> 54 == 0xfe80 >>> 6;
    }

    /**
     * {@return the multicast address at which the owner of this address is asked for, RFC 4291
     * section 2.7.1}
     */
    public Ipv6Address solicitedNode() {
        return new Ipv6Address(0xff02_0000_0000_0000L, 0x1_ff00_0000L | (low & 0xff_ffff));
    }

    /** {@return the form of RFC 5952, such as {@code 2001:db8::1}} */
    @Override
    public String toString() {
        return format(high, low);
    }

    private static int group(long high, long low, int index) {
        return (int) ((index < 4 ? high : low) >>> (48 - 16 * (index & 3))) & 0xffff;
    }

    private static int longestGap(long high, long low) {
        int longest = 0;
        for (int i = 1; i < GROUPS; i++) {
            if (gapLength(high, low, i) > gapLength(high, low, longest)) {
                longest = i;
            }
        }
        return longest;
    }

    /** How many groups from this one on are zero. */
    private static int gapLength(long high, long low, int from) {
        int end = from;
        while (end < GROUPS && group(high, low, end) == 0) {
            end++;
        }
        return end - from;
    }

    /** Takes an address apart, group by group. */
    private static final class Parser {
        private final String text;
        private final int[] groups = new int[GROUPS];
        private int count;
        private int gap = -1;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        boolean parse() {
            if (text.startsWith("::")) {
                gap = 0;
                at = 2;
            }
            // At each turn a group must begin, except at the end of a text that ends in "::".
            while (at < text.length() || gap != count) {
                if (!group()) {
                    return false;
                }
                if (at == text.length()) {
                    break;
                }
                if (text.charAt(at++) != ':') {
                    return false;
                }
                if (at < text.length() && text.charAt(at) == ':') {
                    if (gap >= 0) {
                        return false;
                    }
                    gap = count;
                    at++;
                }
            }
            return spread();
        }

        long half(int from) {
            return (long) groups[from] << 48
                    | (long) groups[from + 1] << 32
                    | (long) groups[from + 2] << 16
                    | groups[from + 3];
        }

        private boolean group() {
            int first = at;
            int value = 0;
            while (at < text.length() && at - first < 4 && digit(text.charAt(at)) >= 0) {
                value = value << 4 | digit(text.charAt(at++));
            }
            if (at < text.length() && text.charAt(at) == '.') {
                return ipv4(first);
            }
            if (at == first || count == GROUPS) {
                return false;
            }
            groups[count++] = value;
            return true;
        }

        private boolean ipv4(int first) {
            long bits = Ipv4Address.bits(text, first);
            if (bits < 0 || count > GROUPS - 2) {
                return false;
            }
            groups[count++] = (int) (bits >>> 16);
            groups[count++] = (int) bits & 0xffff;
            at = text.length();
            return true;
        }

        /** Moves what came after the gap to the end. */
        private boolean spread() {
            if (gap < 0) {
                return count == GROUPS;
            }
            if (count == GROUPS) {
                return false;
            }
            int tail = count - gap;
            for (int i = 0; i < tail; i++) {
                groups[GROUPS - 1 - i] = groups[count - 1 - i];
                groups[count - 1 - i] = 0;
            }
            return true;
        }

        private static int digit(char c) {
            return c < 0x80 ? Character.digit(c, 16) : -1;
        }
    }
}
