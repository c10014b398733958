// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import java.nio.ByteOrder;

/** What follows an Ethernet header or a VLAN tag, as IEEE 802 numbers it. */
public final class EtherType {
    /** Internet Protocol, version 4. */
    public static final int IPV4 = 0x0800;

    /** Address Resolution Protocol. */
    public static final int ARP = 0x0806;

    /** A VLAN tag, IEEE 802.1Q. */
    public static final int VLAN = 0x8100;

    /** Internet Protocol, version 6. */
    public static final int IPV6 = 0x86dd;

    /** The outer of two VLAN tags, IEEE 802.1ad. */
    public static final int QINQ = 0x88a8;

    /** Link Layer Discovery Protocol. */
    public static final int LLDP = 0x88cc;

    /** The least value that is a type; below it the field is a length, as IEEE 802.3 has it. */
    public static final int LEAST = 0x0600;

    // What is compared with packets' bytes without turning these round first.
    static final int IPV4_AS_READ = asRead(IPV4);
    static final int ARP_AS_READ = asRead(ARP);
    static final int VLAN_AS_READ = asRead(VLAN);
    static final int IPV6_AS_READ = asRead(IPV6);
    static final int QINQ_AS_READ = asRead(QINQ);

    private EtherType() {}

    /** A type as its two bytes in a packet read in the machine's byte order. */
    private static int asRead(int type) {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                ? Character.reverseBytes((char) type)
                : type;
    }
}
