// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

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

    private EtherType() {}
}
