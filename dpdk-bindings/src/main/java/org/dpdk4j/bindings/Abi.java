// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.bindings;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A binary interface of DPDK for which layouts were generated: one for each long-term release.
 *
 * <p>DPDK promises that its binary interface stays the same from one LTS to the next (<a
 * href="https://doc.dpdk.org/guides/contributing/abi_policy.html">ABI policy</a>); the number is
 * the major one of the libraries' sonames.
 */
public enum Abi {
    /** DPDK 22.11. */
    DPDK_22_11(23, "22.11"),
    /** DPDK 23.11. */
    DPDK_23_11(24, "23.11"),
    /** DPDK 24.11. */
    DPDK_24_11(25, "24.11"),
    /** DPDK 25.11. */
    DPDK_25_11(26, "25.11");

    private final int number;
    private final String release;

    Abi(int number, String release) {
        this.number = number;
        this.release = release;
    }

    /**
     * The number in the soname: 23 in {@code librte_eal.so.23}.
     *
     * @return the ABI's major number
     */
    public int number() {
        return number;
    }

    /**
     * The long-term release that this ABI belongs to.
     *
     * @return for example {@code 22.11}
     */
    public String release() {
        return release;
    }

    /**
     * The ABI with a given number.
     *
     * @param number the number in a soname
     * @return the ABI, or empty if no layouts were generated for it
     */
    public static Optional<Abi> of(int number) {
        return Arrays.stream(values()).filter(a -> a.number == number).findFirst();
    }

    /**
     * All of them, for messages.
     *
     * @return for example {@code 23 (DPDK 22.11), 24 (DPDK 23.11)}
     */
    public static String supported() {
        return Arrays.stream(values())
                .map(a -> a.number + " (DPDK " + a.release + ")")
                .collect(Collectors.joining(", "));
    }
}
