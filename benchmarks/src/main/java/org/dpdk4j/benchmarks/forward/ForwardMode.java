// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.forward;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a forwarder does with packets, named as dpdk-testpmd names it. */
public enum ForwardMode {
    /** Nothing. */
    IO("io"),
    /** Exchanges the MAC addresses. */
    MACSWAP("macswap"),
    /** Exchanges MAC addresses, IP addresses and ports. */
    FIVE_TUPLE_SWAP("5tswap"),
    /** Computes the checksums anew. */
    CHECKSUM("csum"),
    /** Receives and frees. */
    RXONLY("rxonly"),
    /** Makes packets and sends them. */
    TXONLY("txonly"),
    /** Routes IPv4 by longest prefix. testpmd has no such mode. */
    L3FWD("l3fwd");

    private final String word;

    ForwardMode(String word) {
        this.word = word;
    }

    /** {@return its name for all programs} */
    public String word() {
        return word;
    }

    /** The mode of a name, or null. */
    static @Nullable ForwardMode of(String word) {
        for (ForwardMode mode : values()) {
            if (mode.word.equals(word.toLowerCase(Locale.ROOT))) {
                return mode;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return word;
    }
}
