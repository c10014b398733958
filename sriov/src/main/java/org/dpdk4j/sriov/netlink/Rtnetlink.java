// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

/**
 * The numbers of {@code linux/rtnetlink.h} and {@code linux/if_link.h}, by the names they have
 * there.
 */
public final class Rtnetlink {
    /** A link, in answers. */
    public static final int RTM_NEWLINK = 16;

    /** Ask for links. */
    public static final int RTM_GETLINK = 18;

    /** Change a link. */
    public static final int RTM_SETLINK = 19;

    /** An address, in answers. */
    public static final int RTM_NEWADDR = 20;

    /** Ask for addresses. */
    public static final int RTM_GETADDR = 22;

    /** A route, in answers. */
    public static final int RTM_NEWROUTE = 24;

    /** Ask for routes. */
    public static final int RTM_GETROUTE = 26;

    /** The length of {@code struct ifinfomsg}: family, type, index, flags, mask of flags. */
    public static final int IFINFOMSG_BYTES = 16;

    /** The length of {@code struct ifaddrmsg}: family, prefix, flags, scope, index. */
    public static final int IFADDRMSG_BYTES = 8;

    /** The length of {@code struct rtmsg}: family, prefixes, tos, table, protocol, scope, type. */
    public static final int RTMSG_BYTES = 12;

    /** The length of {@code struct rtnexthop}: length, flags, hops, index. */
    public static final int RTNEXTHOP_BYTES = 8;

    /** The flag of a link that is up. */
    public static final int IFF_UP = 1;

    /** The MAC address: six bytes on Ethernet. */
    public static final int IFLA_ADDRESS = 1;

    /** The name: text. */
    public static final int IFLA_IFNAME = 3;

    /** The MTU: u32. */
    public static final int IFLA_MTU = 4;

    /** The index of the link below: u32. */
    public static final int IFLA_LINK = 5;

    /** The index of the bridge or bond: u32. */
    public static final int IFLA_MASTER = 10;

    /** Nested {@code IFLA_INFO_}. */
    public static final int IFLA_LINKINFO = 18;

    /** How many VFs there are: u32; only with {@link #RTEXT_FILTER_VF}. */
    public static final int IFLA_NUM_VF = 21;

    /** Nested {@link #IFLA_VF_INFO}, one for each VF. */
    public static final int IFLA_VFINFO_LIST = 22;

    /** What more to tell: u32 of {@code RTEXT_FILTER_}. */
    public static final int IFLA_EXT_MASK = 29;

    /** Which switch a port belongs to: bytes. */
    public static final int IFLA_PHYS_SWITCH_ID = 36;

    /** The namespace of the link below, if that is another one: s32. */
    public static final int IFLA_LINK_NETNSID = 37;

    /** What a port is called on its device: text such as {@code pf0vf1}. */
    public static final int IFLA_PHYS_PORT_NAME = 38;

    /** Nested {@link #IFLA_ALT_IFNAME}, any number of them. */
    public static final int IFLA_PROP_LIST = 52;

    /** Another name: text. */
    public static final int IFLA_ALT_IFNAME = 53;

    /** The device: text such as {@code 0000:03:00.0}. */
    public static final int IFLA_PARENT_DEV_NAME = 56;

    /** The device's bus: text such as {@code pci}. */
    public static final int IFLA_PARENT_DEV_BUS_NAME = 57;

    /** Inside {@link #IFLA_LINKINFO}: {@code vlan}, {@code bridge}, {@code veth} … */
    public static final int IFLA_INFO_KIND = 1;

    /** Tell of VFs. */
    public static final int RTEXT_FILTER_VF = 1;

    /** Leave statistics out. */
    public static final int RTEXT_FILTER_SKIP_STATS = 8;

    /** Inside {@link #IFLA_VFINFO_LIST}: nested {@code IFLA_VF_}. */
    public static final int IFLA_VF_INFO = 1;

    /** {@code u32 vf; u8 mac[32]}. */
    public static final int IFLA_VF_MAC = 1;

    /** {@code u32 vf, vlan, qos}. */
    public static final int IFLA_VF_VLAN = 2;

    /** {@code u32 vf, rate}: the greatest rate alone, of old. */
    public static final int IFLA_VF_TX_RATE = 3;

    /** {@code u32 vf, setting}: 0, 1, or all ones where the driver has none. */
    public static final int IFLA_VF_SPOOFCHK = 4;

    /** {@code u32 vf, state}: 0 as the port, 1 up, 2 down. */
    public static final int IFLA_VF_LINK_STATE = 5;

    /** {@code u32 vf, min, max} in Mbit/s; 0 is none. */
    public static final int IFLA_VF_RATE = 6;

    /** Nested {@code IFLA_VF_STATS_}. */
    public static final int IFLA_VF_STATS = 8;

    /** {@code u32 vf, setting}: 0, 1, or all ones where the driver has none. */
    public static final int IFLA_VF_TRUST = 9;

    /** Nested {@link #IFLA_VF_VLAN_INFO}, at most one. */
    public static final int IFLA_VF_VLAN_LIST = 12;

    /** {@code u32 vf, vlan, qos; be16 protocol}, padded to 16 bytes. */
    public static final int IFLA_VF_VLAN_INFO = 1;

    /** u64. */
    public static final int IFLA_VF_STATS_RX_PACKETS = 0;

    /** u64. */
    public static final int IFLA_VF_STATS_TX_PACKETS = 1;

    /** u64. */
    public static final int IFLA_VF_STATS_RX_BYTES = 2;

    /** u64. */
    public static final int IFLA_VF_STATS_TX_BYTES = 3;

    /** u64. */
    public static final int IFLA_VF_STATS_BROADCAST = 4;

    /** u64. */
    public static final int IFLA_VF_STATS_MULTICAST = 5;

    /** u64. */
    public static final int IFLA_VF_STATS_RX_DROPPED = 7;

    /** u64. */
    public static final int IFLA_VF_STATS_TX_DROPPED = 8;

    /** The address: 4 or 16 bytes; with a peer, the peer's. */
    public static final int IFA_ADDRESS = 1;

    /** The own address: 4 or 16 bytes. */
    public static final int IFA_LOCAL = 2;

    /** Where a route leads: 4 or 16 bytes; none for the default route. */
    public static final int RTA_DST = 1;

    /** The link of a route: u32. */
    public static final int RTA_OIF = 4;

    /** The next hop: 4 or 16 bytes. */
    public static final int RTA_GATEWAY = 5;

    /** Several {@code struct rtnexthop} with attributes of their own. */
    public static final int RTA_MULTIPATH = 9;

    /** The table: u32. */
    public static final int RTA_TABLE = 15;

    /** The type of an ordinary route, other than local, broadcast and such. */
    public static final int RTN_UNICAST = 1;

    /** The table that Linux keeps for its own addresses. */
    public static final int RT_TABLE_LOCAL = 255;

    private Rtnetlink() {}
}
