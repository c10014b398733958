// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import java.nio.ByteOrder;
import org.dpdk4j.MacAddress;

/**
 * Destination and source of frames that go the same way, as they stand in the header: a router has
 * one for each next hop, and writes it to frames with {@link
 * Ethernet#addresses(EthernetAddresses)}.
 *
 * <p>Can't be changed; any thread may use it.
 */
public final class EthernetAddresses {
    private final MacAddress destination;
    private final MacAddress source;

    /** The first eight bytes of the header, read in the machine's byte order. */
    final long firstEight;

    /** The four bytes after them. */
    final int lastFour;

    private EthernetAddresses(MacAddress destination, MacAddress source) {
        this.destination = destination;
        this.source = source;
        long first = destination.bits() << Short.SIZE | source.bits() >>> Integer.SIZE;
        int last = (int) source.bits();
        boolean reversed = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        this.firstEight = reversed ? Long.reverseBytes(first) : first;
        this.lastFour = reversed ? Integer.reverseBytes(last) : last;
    }

    /**
     * The addresses of frames from one station to another.
     *
     * @param destination where the frames go
     * @param source where they come from
     * @return both
     */
    public static EthernetAddresses of(MacAddress destination, MacAddress source) {
        return new EthernetAddresses(destination, source);
    }

    /** {@return where the frames go} */
    public MacAddress destination() {
        return destination;
    }

    /** {@return where they come from} */
    public MacAddress source() {
        return source;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EthernetAddresses that
                && destination.equals(that.destination)
                && source.equals(that.source);
    }

    @Override
    public int hashCode() {
        return 31 * destination.hashCode() + source.hashCode();
    }

    @Override
    public String toString() {
        return destination + " from " + source;
    }
}
