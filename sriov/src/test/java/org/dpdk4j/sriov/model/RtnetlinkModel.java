// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.model.NetlinkModel.Request;
import org.dpdk4j.sriov.model.NicModel.VfFeature;

/** Links with their VFs, addresses, routes. */
final class RtnetlinkModel {
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_NEWROUTE = 24;
    private static final int NLM_F_CREATE = 0x400;

    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_BROADCAST = 2;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_LINK = 5;
    private static final int IFLA_MASTER = 10;
    private static final int IFLA_TXQLEN = 13;
    private static final int IFLA_OPERSTATE = 16;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_NUM_VF = 21;
    private static final int IFLA_VFINFO_LIST = 22;
    private static final int IFLA_EXT_MASK = 29;
    private static final int IFLA_PHYS_SWITCH_ID = 36;
    private static final int IFLA_PHYS_PORT_NAME = 38;
    private static final int IFLA_PROP_LIST = 52;
    private static final int IFLA_ALT_IFNAME = 53;
    private static final int IFLA_PARENT_DEV_NAME = 56;
    private static final int IFLA_PARENT_DEV_BUS_NAME = 57;
    private static final int NESTED = 0x8000;
    private static final int RTEXT_FILTER_VF = 1;
    private static final int RTEXT_FILTER_SKIP_STATS = 8;
    private static final int IFF_UP = 1;

    private static final int VF_MAC = 1;
    private static final int VF_VLAN = 2;
    private static final int VF_TX_RATE = 3;
    private static final int VF_SPOOFCHK = 4;
    private static final int VF_LINK_STATE = 5;
    private static final int VF_RATE = 6;
    private static final int VF_RSS_QUERY_EN = 7;
    private static final int VF_STATS = 8;
    private static final int VF_TRUST = 9;
    private static final int VF_VLAN_LIST = 12;
    private static final int VF_BROADCAST = 13;

    /** The order in which {@code do_setvfinfo} takes them. */
    private static final int[] VF_ORDER = {
        VF_MAC,
        VF_VLAN,
        VF_VLAN_LIST,
        VF_TX_RATE,
        VF_RATE,
        VF_SPOOFCHK,
        VF_LINK_STATE,
        VF_RSS_QUERY_EN,
        VF_TRUST
    };

    private static final int MAIN_TABLE = 254;
    private static final int LOCAL_TABLE = 255;

    private final KernelModel kernel;

    RtnetlinkModel(KernelModel kernel) {
        this.kernel = kernel;
    }

    static String text(Request request) {
        String name =
                switch (request.type) {
                    case NetlinkModel.RTM_NEWLINK -> "RTM_NEWLINK";
                    case NetlinkModel.RTM_GETLINK -> "RTM_GETLINK";
                    case NetlinkModel.RTM_SETLINK -> "RTM_SETLINK";
                    case NetlinkModel.RTM_GETADDR -> "RTM_GETADDR";
                    case NetlinkModel.RTM_GETROUTE -> "RTM_GETROUTE";
                    default -> "type " + request.type;
                };
        StringBuilder text = new StringBuilder("netlink ").append(name);
        if (name.endsWith("LINK") && request.payload.limit() >= 16) {
            text.append(" index ").append(request.payload.getInt(4));
            ByteBuffer list = attributes(request).get(IFLA_VFINFO_LIST);
            if (list != null) {
                for (NetlinkBuffer.Attribute vf : NetlinkBuffer.list(list)) {
                    for (NetlinkBuffer.Attribute each : NetlinkBuffer.list(vf.value())) {
                        text.append(vfText(each.type()));
                    }
                }
            }
        }
        return text.toString();
    }

    private static String vfText(int type) {
        return switch (type) {
            case VF_MAC -> " mac";
            case VF_VLAN, VF_VLAN_LIST -> " vlan";
            case VF_TX_RATE, VF_RATE -> " rate";
            case VF_SPOOFCHK -> " spoofchk";
            case VF_LINK_STATE -> " state";
            case VF_TRUST -> " trust";
            default -> " vf" + type;
        };
    }

    private static Map<Integer, ByteBuffer> attributes(Request request) {
        ByteBuffer rest = request.payload.duplicate();
        rest.position(Math.min(16, rest.limit()));
        return NetlinkBuffer.parse(rest);
    }

    void handle(Request request) throws Refusal {
        switch (request.type) {
            case NetlinkModel.RTM_GETLINK -> getLinks(request);
            case NetlinkModel.RTM_SETLINK, NetlinkModel.RTM_NEWLINK -> {
                NetlinkModel.onlyRoot(kernel);
                setLink(request);
            }
            case NetlinkModel.RTM_GETADDR -> addresses(request);
            case NetlinkModel.RTM_GETROUTE -> routes(request);
            default -> throw new Refusal(Errno.EOPNOTSUPP);
        }
    }

    private void getLinks(Request request) throws Refusal {
        if (request.payload.limit() < 16) {
            throw new Refusal(Errno.EINVAL);
        }
        ByteBuffer mask = attributes(request).get(IFLA_EXT_MASK);
        int filter = mask == null ? 0 : mask.getInt(0);
        if (!request.dump()) {
            request.answers.add(link(request, find(request), filter));
            return;
        }
        for (Netdev netdev : kernel.net.netdevs.values()) {
            if (!netdev.elsewhere) {
                request.answers.add(link(request, netdev, filter));
            }
        }
    }

    private Netdev find(Request request) throws Refusal {
        int index = request.payload.getInt(4);
        Map<Integer, ByteBuffer> attributes = attributes(request);
        Netdev netdev;
        if (index > 0) {
            netdev = kernel.net.netdevs.get(index);
        } else if (attributes.containsKey(IFLA_IFNAME)) {
            netdev = kernel.net.byName(NetlinkBuffer.text(attributes.get(IFLA_IFNAME)));
        } else if (attributes.containsKey(IFLA_ALT_IFNAME)) {
            netdev = kernel.net.byName(NetlinkBuffer.text(attributes.get(IFLA_ALT_IFNAME)));
        } else {
            throw new Refusal(Errno.EINVAL, "Invalid index or name");
        }
        if (netdev == null || netdev.elsewhere) {
            throw new Refusal(Errno.ENODEV);
        }
        return netdev;
    }

    private byte[] link(Request request, Netdev netdev, int filter) {
        NetlinkBuffer answer = request.answer(NetlinkModel.RTM_NEWLINK);
        int flags = netdev.up ? 0x11043 : 0x1002;
        answer.u8(0).u8(0).u16(netdev.name.equals("lo") ? 772 : 1).u32(netdev.index);
        answer.u32(flags).u32(0);
        answer.text(IFLA_IFNAME, netdev.name);
        answer.attribute32(IFLA_TXQLEN, 1000);
        answer.attribute8(IFLA_OPERSTATE, netdev.up ? 6 : 2);
        answer.attribute32(IFLA_MTU, netdev.mtu);
        answer.attribute(IFLA_ADDRESS, mac(netdev.mac));
        answer.attribute(IFLA_BROADCAST, mac(0xffff_ffff_ffffL));
        if (netdev.link != 0) {
            answer.attribute32(IFLA_LINK, netdev.link);
        }
        if (netdev.master != 0) {
            answer.attribute32(IFLA_MASTER, netdev.master);
        }
        if (!netdev.physPortName.isEmpty()) {
            answer.text(IFLA_PHYS_PORT_NAME, netdev.physPortName);
        }
        if (netdev.physSwitchId.length > 0) {
            answer.attribute(IFLA_PHYS_SWITCH_ID, netdev.physSwitchId);
        }
        PciDevice device = netdev.device;
        if (device != null && (filter & RTEXT_FILTER_VF) != 0) {
            boolean ours = netdev.representsVf < 0;
            answer.attribute32(IFLA_NUM_VF, device.numVfs);
            if (ours && device.totalVfs > 0) {
                vfs(answer, device, filter);
            }
        }
        if (!netdev.kind.isEmpty()) {
            int info = answer.begin(IFLA_LINKINFO);
            answer.text(1, netdev.kind);
            if (netdev.kind.equals("vlan")) {
                int data = answer.begin(2);
                answer.attribute16(1, netdev.vlan);
                answer.end(data);
            }
            answer.end(info);
        }
        if (!netdev.altNames.isEmpty()) {
            int names = answer.begin(IFLA_PROP_LIST | NESTED);
            for (String each : netdev.altNames) {
                answer.text(IFLA_ALT_IFNAME, each);
            }
            answer.end(names);
        }
        if (device != null) {
            answer.text(IFLA_PARENT_DEV_NAME, device.address.toString());
            answer.text(IFLA_PARENT_DEV_BUS_NAME, "pci");
        }
        return answer.bytes();
    }

    private static void vfs(NetlinkBuffer answer, PciDevice pf, int filter) {
        int list = answer.begin(IFLA_VFINFO_LIST);
        for (int i = 0; i < pf.numVfs; i++) {
            vf(answer, pf, i, filter);
        }
        // More VFs than a nested attribute can say: the kernel writes them all the same.
        answer.end(list);
    }

    private static void vf(NetlinkBuffer answer, PciDevice pf, int vf, int filter) {
        VfConfig config = pf.vfConfigs.get(vf);
        NicModel nic = pf.model;
        int info = answer.begin(1);
        answer.attribute(VF_MAC, new NetlinkBuffer().u32(vf).raw(wide(config.mac)).cutBytes());
        answer.attribute(VF_BROADCAST, wide(0xffff_ffff_ffffL));
        answer.attribute(VF_VLAN, NetlinkBuffer.ints(vf, config.vlan, config.qos));
        answer.attribute(VF_RATE, NetlinkBuffer.ints(vf, config.minRate, config.maxRate));
        answer.attribute(VF_TX_RATE, NetlinkBuffer.ints(vf, config.maxRate));
        boolean spoof = nic.has(VfFeature.SPOOF_CHECK);
        boolean trust = nic.has(VfFeature.TRUST);
        answer.attribute(
                VF_SPOOFCHK, NetlinkBuffer.ints(vf, spoof ? config.spoofCheck ? 1 : 0 : -1));
        answer.attribute(VF_LINK_STATE, NetlinkBuffer.ints(vf, config.linkState));
        answer.attribute(VF_RSS_QUERY_EN, NetlinkBuffer.ints(vf, -1));
        answer.attribute(VF_TRUST, NetlinkBuffer.ints(vf, trust ? config.trust ? 1 : 0 : -1));
        int vlans = answer.begin(VF_VLAN_LIST);
        byte[] protocol = {(byte) (config.vlanProtocol >> 8), (byte) config.vlanProtocol, 0, 0};
        answer.attribute(
                1,
                new NetlinkBuffer()
                        .u32(vf)
                        .u32(config.vlan)
                        .u32(config.qos)
                        .raw(protocol)
                        .cutBytes());
        answer.end(vlans);
        if ((filter & RTEXT_FILTER_SKIP_STATS) == 0) {
            int stats = answer.begin(VF_STATS);
            int[] types = {0, 1, 2, 3, 4, 5, 7, 8};
            for (int i = 0; i < types.length; i++) {
                answer.attribute64(types[i], config.statistics[i], 6);
            }
            answer.end(stats);
        }
        answer.end(info);
    }

    /** In the order of {@code do_setlink}; what came before a refusal stays done. */
    private void setLink(Request request) throws Refusal {
        Map<Integer, ByteBuffer> attributes = attributes(request);
        int index = request.payload.getInt(4);
        if (index <= 0 && (request.flags & NLM_F_CREATE) != 0) {
            throw new Refusal(Errno.EOPNOTSUPP);
        }
        Netdev netdev = find(request);
        if (attributes.containsKey(IFLA_ADDRESS)) {
            kernel.net.mac(netdev, mac(attributes.get(IFLA_ADDRESS), 0));
        }
        if (attributes.containsKey(IFLA_MTU)) {
            kernel.net.mtu(netdev, attributes.get(IFLA_MTU).getInt(0));
        }
        if (index > 0 && attributes.containsKey(IFLA_IFNAME)) {
            kernel.net.rename(netdev, NetlinkBuffer.text(attributes.get(IFLA_IFNAME)));
        }
        if (attributes.containsKey(IFLA_MASTER)) {
            int master = attributes.get(IFLA_MASTER).getInt(0);
            if (master != 0 && !kernel.net.netdevs.containsKey(master)) {
                throw new Refusal(Errno.EINVAL);
            }
            kernel.net.enslave(netdev, master);
        }
        int flags = request.payload.getInt(8);
        int change = request.payload.getInt(12);
        if ((change & IFF_UP) != 0 || (change == 0 && flags != 0)) {
            kernel.net.up(netdev, (flags & IFF_UP) != 0);
        }
        ByteBuffer list = attributes.get(IFLA_VFINFO_LIST);
        if (list != null) {
            for (NetlinkBuffer.Attribute each : NetlinkBuffer.list(list)) {
                if (each.type() != 1) {
                    throw new Refusal(Errno.EINVAL);
                }
                setVf(netdev, NetlinkBuffer.parse(each.value()));
            }
        }
    }

    private static void setVf(Netdev netdev, Map<Integer, ByteBuffer> attributes) throws Refusal {
        PciDevice pf = netdev.device;
        boolean capable = pf != null && pf.totalVfs > 0 && netdev.representsVf < 0;
        for (int type : VF_ORDER) {
            ByteBuffer value = attributes.get(type);
            if (value == null) {
                continue;
            }
            if (!capable) {
                throw new Refusal(Errno.EOPNOTSUPP);
            }
            if (type == VF_VLAN_LIST) {
                List<NetlinkBuffer.Attribute> vlans = NetlinkBuffer.list(value);
                if (vlans.size() != 1) {
                    throw new Refusal(vlans.isEmpty() ? Errno.EINVAL : Errno.EOPNOTSUPP);
                }
                value = vlans.getFirst().value();
            }
            set(pf, type, value);
        }
    }

    private static void set(PciDevice pf, int type, ByteBuffer value) throws Refusal {
        NicModel nic = pf.model;
        int vf = value.getInt(0);
        require(
                switch (type) {
                    case VF_SPOOFCHK -> nic.has(VfFeature.SPOOF_CHECK);
                    case VF_TRUST -> nic.has(VfFeature.TRUST);
                    case VF_LINK_STATE -> nic.has(VfFeature.LINK_STATE);
                    case VF_RSS_QUERY_EN -> false;
                    default -> true;
                },
                Errno.EOPNOTSUPP);
        require(vf >= 0 && vf < pf.numVfs, Errno.EINVAL);
        VfConfig config = pf.vfConfigs.get(vf);
        switch (type) {
            case VF_MAC -> {
                long mac = mac(value, 4);
                require((mac >>> 40 & 1) == 0, Errno.EINVAL);
                config.mac = mac;
                config.macSet = mac != 0;
            }
            case VF_VLAN, VF_VLAN_LIST -> {
                int protocol = type == VF_VLAN ? VfConfig.ETH_P_8021Q : protocol(value);
                int vlan = value.getInt(4);
                int qos = value.getInt(8);
                require(vlan >= 0 && vlan < 4096 && qos >= 0 && qos < 8, Errno.EINVAL);
                require(
                        protocol == VfConfig.ETH_P_8021Q || nic.has(VfFeature.VLAN_PROTOCOL),
                        Errno.EPROTONOSUPPORT);
                config.vlan = vlan;
                config.qos = qos;
                config.vlanProtocol = protocol;
            }
            case VF_TX_RATE, VF_RATE -> {
                int min = type == VF_RATE ? value.getInt(4) : config.minRate;
                int max = value.getInt(type == VF_RATE ? 8 : 4);
                require(min >= 0 && max >= 0 && (max == 0 || min <= max), Errno.EINVAL);
                require(min == 0 || nic.has(VfFeature.MIN_RATE), Errno.EINVAL);
                require(nic != NicModel.IGB || (max <= 1000 && pf.findsLink()), Errno.EINVAL);
                config.minRate = min;
                config.maxRate = max;
            }
            case VF_SPOOFCHK -> config.spoofCheck = value.getInt(4) != 0;
            case VF_LINK_STATE -> {
                int state = value.getInt(4);
                require(state >= 0 && state <= 2, Errno.EINVAL);
                config.linkState = state;
            }
            default -> config.trust = value.getInt(4) != 0;
        }
    }

    private static int protocol(ByteBuffer vlan) throws Refusal {
        int protocol = (vlan.get(12) & 0xff) << 8 | (vlan.get(13) & 0xff);
        require(protocol == VfConfig.ETH_P_8021Q || protocol == 0x88a8, Errno.EPROTONOSUPPORT);
        return protocol;
    }

    private static void require(boolean condition, int errno) throws Refusal {
        if (!condition) {
            throw new Refusal(errno);
        }
    }

    private void addresses(Request request) {
        int wanted = request.payload.hasRemaining() ? request.payload.get(0) : 0;
        for (NetModel.Address each : allAddresses()) {
            if (wanted == 0 || wanted == each.family()) {
                NetlinkBuffer answer = request.answer(RTM_NEWADDR);
                boolean linkLocal = each.bytes()[0] == (byte) 0xfe;
                boolean host = each.bytes()[0] == 127 || each.prefix() == 128;
                int scope = linkLocal ? 253 : host ? 254 : 0;
                answer.u8(each.family()).u8(each.prefix()).u8(0x80).u8(scope).u32(each.netdev());
                answer.attribute(1, each.bytes());
                if (each.family() == 2) {
                    answer.attribute(2, each.bytes());
                }
                answer.attribute32(8, 0x80);
                request.answers.add(answer.bytes());
            }
        }
    }

    /** Those that were given, and those that Linux gives: lo's, and IPv6 link-local ones. */
    private List<NetModel.Address> allAddresses() {
        List<NetModel.Address> all = new ArrayList<>();
        for (Netdev netdev : kernel.net.netdevs.values()) {
            if (netdev.name.equals("lo")) {
                all.add(new NetModel.Address(netdev.index, new byte[] {127, 0, 0, 1}, 8));
                byte[] one = new byte[16];
                one[15] = 1;
                all.add(new NetModel.Address(netdev.index, one, 128));
            } else if (netdev.up && netdev.master == 0 && !netdev.elsewhere) {
                byte[] local = new byte[16];
                local[0] = (byte) 0xfe;
                local[1] = (byte) 0x80;
                byte[] mac = mac(netdev.mac);
                System.arraycopy(mac, 0, local, 8, 3);
                local[8] ^= 2;
                local[11] = (byte) 0xff;
                local[12] = (byte) 0xfe;
                System.arraycopy(mac, 3, local, 13, 3);
                all.add(new NetModel.Address(netdev.index, local, 64));
            }
            kernel.net.addresses.stream()
                    .filter(each -> each.netdev() == netdev.index)
                    .forEach(all::add);
        }
        return all;
    }

    private void routes(Request request) {
        int wanted = request.payload.hasRemaining() ? request.payload.get(0) : 0;
        for (NetModel.Route each : kernel.net.routes) {
            route(request, wanted, each, 1, 3, 0);
        }
        for (NetModel.Address each : allAddresses()) {
            List<Integer> netdev = List.of(each.netdev());
            byte[] network = network(each);
            int family = each.family();
            // What comes with any address: the way to its network, and to itself.
            if (each.bytes()[0] != 127) {
                route(
                        request,
                        wanted,
                        new NetModel.Route(family, network, each.prefix(), MAIN_TABLE, netdev),
                        1,
                        2,
                        253);
            }
            route(
                    request,
                    wanted,
                    new NetModel.Route(
                            family, each.bytes(), each.bytes().length * 8, LOCAL_TABLE, netdev),
                    2,
                    2,
                    254);
            if (each.bytes()[0] == (byte) 0xfe) {
                byte[] multicast = new byte[16];
                multicast[0] = (byte) 0xff;
                route(
                        request,
                        wanted,
                        new NetModel.Route(10, multicast, 8, LOCAL_TABLE, netdev),
                        5,
                        2,
                        0);
            }
        }
    }

    private static byte[] network(NetModel.Address address) {
        byte[] bytes = address.bytes().clone();
        for (int bit = address.prefix(); bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        return bytes;
    }

    private static void route(
            Request request, int wanted, NetModel.Route route, int type, int origin, int scope) {
        if (wanted != 0 && wanted != route.family()) {
            return;
        }
        NetlinkBuffer answer = request.answer(RTM_NEWROUTE);
        answer.u8(route.family()).u8(route.prefix()).u8(0).u8(0);
        // Larger ones stand in the attribute alone.
        answer.u8(route.table() > 255 ? 252 : route.table());
        answer.u8(origin).u8(scope).u8(type).u32(0);
        answer.attribute32(15, route.table());
        if (route.prefix() > 0) {
            answer.attribute(1, route.destination());
        }
        if (route.netdevs().size() == 1) {
            answer.attribute32(4, route.netdevs().getFirst());
        } else {
            int hops = answer.begin(9);
            for (int netdev : route.netdevs()) {
                answer.u16(8).u8(0).u8(0).u32(netdev);
            }
            answer.end(hops);
        }
        request.answers.add(answer.bytes());
    }

    private static byte[] mac(long mac) {
        byte[] bytes = new byte[6];
        for (int i = 0; i < 6; i++) {
            bytes[i] = (byte) (mac >>> (40 - 8 * i));
        }
        return bytes;
    }

    private static byte[] wide(long mac) {
        return java.util.Arrays.copyOf(mac(mac), 32);
    }

    private static long mac(ByteBuffer value, int at) {
        long mac = 0;
        for (int i = 0; i < 6; i++) {
            mac = mac << 8 | (value.get(at + i) & 0xff);
        }
        return mac;
    }
}
