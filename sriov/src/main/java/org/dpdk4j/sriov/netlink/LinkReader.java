// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.dpdk4j.sriov.kernel.KernelException;
import org.jspecify.annotations.Nullable;

/** Reads {@code RTM_NEWLINK}. */
final class LinkReader {
    /** A VF's entry begins with its MAC address; nothing else looks like this. */
    private static final int VF_MAC_BYTES = 36;

    private static final int MAC_BYTES = 6;
    private static final int ETH_P_8021Q = 0x8100;

    private LinkReader() {}

    /** A link, or nothing if the message is not of one. */
    static List<Link> read(NetlinkMessage message) throws KernelException {
        if (message.type() != Rtnetlink.RTM_NEWLINK) {
            return List.of();
        }
        ByteBuffer header = message.structure(Rtnetlink.IFINFOMSG_BYTES);
        int index = header.getInt(4);
        boolean up = (header.getInt(8) & Rtnetlink.IFF_UP) != 0;
        List<Attribute> vfEntries = new ArrayList<>();
        Attributes link = attributes(message.payload(), vfEntries);
        List<LinkVf> vfs = new ArrayList<>();
        for (Attribute entry : vfEntries) {
            vfs.add(vf(entry.nested()));
        }
        List<String> altNames = new ArrayList<>();
        for (Attribute property : link.nested(Rtnetlink.IFLA_PROP_LIST)) {
            if (property.type() == Rtnetlink.IFLA_ALT_IFNAME) {
                altNames.add(property.text());
            }
        }
        Attribute mac = link.get(Rtnetlink.IFLA_ADDRESS);
        Attribute switchId = link.get(Rtnetlink.IFLA_PHYS_SWITCH_ID);
        return List.of(
                new Link(
                        index,
                        link.text(Rtnetlink.IFLA_IFNAME, ""),
                        List.copyOf(altNames),
                        mac != null && mac.length() == MAC_BYTES ? mac(mac.bytes(), 0) : 0,
                        link.u32(Rtnetlink.IFLA_MTU, 0),
                        up,
                        link.u32(Rtnetlink.IFLA_MASTER, 0),
                        link.nested(Rtnetlink.IFLA_LINKINFO).text(Rtnetlink.IFLA_INFO_KIND, ""),
                        link.u32(Rtnetlink.IFLA_LINK, 0),
                        link.has(Rtnetlink.IFLA_LINK_NETNSID),
                        link.text(Rtnetlink.IFLA_PHYS_PORT_NAME, ""),
                        switchId == null ? "" : HexFormat.of().formatHex(switchId.bytes()),
                        link.text(Rtnetlink.IFLA_PARENT_DEV_NAME, ""),
                        link.u32(Rtnetlink.IFLA_NUM_VF, 0),
                        List.copyOf(vfs)));
    }

    /**
     * All attributes, those of VFs apart. An attribute's length has 16 bits, and some 300 VFs need
     * more: then the kernel writes all of them, but the length of their list has lost its upper
     * bits. So the list ends where no VF follows any more, not where it says that it ends.
     */
    private static Attributes attributes(byte[] bytes, List<Attribute> vfEntries)
            throws KernelException {
        List<Attribute> all = new ArrayList<>();
        int vfCount = 0;
        int at = Rtnetlink.IFINFOMSG_BYTES;
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        while (bytes.length - at >= AttributeWriter.HEADER_BYTES) {
            if ((in.getShort(at + 2) & 0x3fff) == Rtnetlink.IFLA_VFINFO_LIST) {
                int declared = at + (in.getShort(at) & 0xffff);
                at += AttributeWriter.HEADER_BYTES;
                while (vfEntries.size() < vfCount) {
                    Attribute entry = vfEntry(bytes, at);
                    if (entry == null) {
                        break;
                    }
                    vfEntries.add(entry);
                    at = Attributes.following(entry);
                }
                // Entries of a future kind, after or instead of those known here.
                at = Math.max(at, Math.min(declared + 3 & ~3, bytes.length));
                continue;
            }
            Attribute next = Attributes.one(bytes, at, bytes.length);
            if (next.type() == Rtnetlink.IFLA_NUM_VF) {
                vfCount = next.u32();
            }
            all.add(next);
            at = Attributes.following(next);
        }
        return Attributes.of(all);
    }

    private static @Nullable Attribute vfEntry(byte[] bytes, int at) {
        try {
            if (bytes.length - at < AttributeWriter.HEADER_BYTES) {
                return null;
            }
            Attribute entry = Attributes.one(bytes, at, bytes.length);
            if (entry.type() != Rtnetlink.IFLA_VF_INFO) {
                return null;
            }
            Attribute mac = entry.nested().get(Rtnetlink.IFLA_VF_MAC);
            return mac != null && mac.length() >= VF_MAC_BYTES ? entry : null;
        } catch (KernelException e) {
            return null;
        }
    }

    private static LinkVf vf(Attributes vf) throws KernelException {
        int index = 0;
        long mac = 0;
        int vlan = 0;
        int qos = 0;
        int protocol = ETH_P_8021Q;
        int spoofCheck = -1;
        int trust = -1;
        int linkState = 0;
        int minRate = 0;
        int maxRate = 0;
        LinkVf.Counters counters = LinkVf.Counters.NONE;
        for (Attribute attribute : vf) {
            switch (attribute.type()) {
                case Rtnetlink.IFLA_VF_MAC -> {
                    index = attribute.structure(VF_MAC_BYTES).getInt(0);
                    mac = mac(attribute.bytes(), 4);
                }
                case Rtnetlink.IFLA_VF_VLAN -> {
                    vlan = attribute.structure(12).getInt(4);
                    qos = attribute.structure(12).getInt(8);
                }
                case Rtnetlink.IFLA_VF_VLAN_LIST -> {
                    Attribute info = attribute.nested().get(Rtnetlink.IFLA_VF_VLAN_INFO);
                    if (info != null) {
                        // It tells more than IFLA_VF_VLAN, and stands behind it.
                        vlan = info.structure(14).getInt(4);
                        qos = info.structure(14).getInt(8);
                        protocol =
                                info.structure(14).order(ByteOrder.BIG_ENDIAN).getShort(12)
                                        & 0xffff;
                    }
                }
                case Rtnetlink.IFLA_VF_TX_RATE -> maxRate = setting(attribute);
                case Rtnetlink.IFLA_VF_RATE -> {
                    // Stands before IFLA_VF_TX_RATE or behind it; both say the same.
                    minRate = attribute.structure(12).getInt(4);
                    maxRate = attribute.structure(12).getInt(8);
                }
                case Rtnetlink.IFLA_VF_SPOOFCHK -> spoofCheck = setting(attribute);
                case Rtnetlink.IFLA_VF_TRUST -> trust = setting(attribute);
                case Rtnetlink.IFLA_VF_LINK_STATE -> linkState = setting(attribute);
                case Rtnetlink.IFLA_VF_STATS -> counters = counters(attribute.nested());
                default -> {}
            }
        }
        return new LinkVf(
                index,
                mac,
                vlan,
                qos,
                protocol,
                spoofCheck,
                trust,
                linkState,
                minRate,
                maxRate,
                counters);
    }

    /** Of {@code u32 vf, setting}. */
    private static int setting(Attribute attribute) throws KernelException {
        return attribute.structure(8).getInt(4);
    }

    private static LinkVf.Counters counters(Attributes stats) throws KernelException {
        return new LinkVf.Counters(
                u64(stats, Rtnetlink.IFLA_VF_STATS_RX_PACKETS),
                u64(stats, Rtnetlink.IFLA_VF_STATS_TX_PACKETS),
                u64(stats, Rtnetlink.IFLA_VF_STATS_RX_BYTES),
                u64(stats, Rtnetlink.IFLA_VF_STATS_TX_BYTES),
                u64(stats, Rtnetlink.IFLA_VF_STATS_BROADCAST),
                u64(stats, Rtnetlink.IFLA_VF_STATS_MULTICAST),
                u64(stats, Rtnetlink.IFLA_VF_STATS_RX_DROPPED),
                u64(stats, Rtnetlink.IFLA_VF_STATS_TX_DROPPED));
    }

    private static long u64(Attributes attributes, int type) throws KernelException {
        Attribute attribute = attributes.get(type);
        return attribute == null ? 0 : attribute.u64();
    }

    private static long mac(byte[] bytes, int offset) {
        long mac = 0;
        for (int i = 0; i < MAC_BYTES; i++) {
            mac = mac << 8 | (bytes[offset + i] & 0xff);
        }
        return mac;
    }
}
