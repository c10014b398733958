// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.model.Node.Directory;

/** Network interfaces, as sysfs shows them and rtnetlink changes them. */
final class NetModel {
    private static final int NAME_BYTES = 15;
    private static final int EADDRNOTAVAIL = 99;

    final Map<Integer, Netdev> netdevs = new TreeMap<>();
    final List<Address> addresses = new ArrayList<>();
    final List<Route> routes = new ArrayList<>();

    private final KernelModel kernel;
    private final Directory netClass;
    private final Directory virtual;
    private final Random random = new Random();
    private int lastIndex;

    /** An address of an interface. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Address(int netdev, byte[] bytes, int prefix) {
        int family() {
            return bytes.length == 4 ? 2 : 10;
        }
    }

    /** A route; several interfaces make it a multipath one. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Route(int family, byte[] destination, int prefix, int table, List<Integer> netdevs) {}

    NetModel(KernelModel kernel) {
        this.kernel = kernel;
        this.netClass = kernel.tree.sys("class/net");
        this.virtual = kernel.tree.sys("devices/virtual/net");
        Netdev lo = new Netdev(++lastIndex, null, virtual, "lo");
        lo.mtu = 65536;
        lo.up = true;
        add(lo);
    }

    Netdev byName(String name) {
        for (Netdev each : netdevs.values()) {
            if (!each.elsewhere && (each.name.equals(name) || each.altNames.contains(name))) {
                return each;
            }
        }
        return null;
    }

    /** By name, for the tests' own requests. */
    Netdev named(String name) throws Refusal {
        Netdev netdev = byName(name);
        if (netdev == null) {
            throw new Refusal(Errno.ENODEV);
        }
        return netdev;
    }

    /** What a NIC's driver registers when it has got a function. */
    void addFor(PciDevice device) {
        Netdev netdev = new Netdev(++lastIndex, device, device.directory.directory("net"), eth());
        if (device.physfn == null) {
            netdev.mac = 0x525400L << 24 | device.routingId();
        } else {
            VfConfig config = device.config();
            netdev.randomMac = !config.macSet;
            netdev.mac = config.macSet ? config.mac : randomMac();
            if (device.model == NicModel.IGB && netdev.randomMac) {
                // The VF's driver tells the PF what it made up.
                config.mac = netdev.mac;
            }
        }
        if (device.model.rdma()) {
            if (device.physfn == null) {
                netdev.physPortName = "p" + device.address.function();
            }
            addRdma(device);
        }
        device.netdevs.add(netdev);
        add(netdev);
        renameLater(
                netdev,
                predictable(device)
                        + (netdev.physPortName.isEmpty() ? "" : "n" + netdev.physPortName));
        if (device.switchdev) {
            netdev.physSwitchId = switchId(device);
        }
    }

    void removeOf(PciDevice device) {
        for (Netdev netdev : List.copyOf(device.netdevs)) {
            remove(netdev);
        }
        device.directory.remove("net");
        if (!device.rdma.isEmpty()) {
            String verbs = "uverbs" + device.rdma.substring("mlx5_".length());
            device.directory.remove("infiniband");
            device.directory.remove("infiniband_verbs");
            kernel.tree.sys("class/infiniband").remove(device.rdma);
            kernel.tree.sys("class/infiniband_verbs").remove(verbs);
            kernel.tree.dev().directory("infiniband").remove(verbs);
            device.rdma = "";
        }
    }

    void addRepresentor(PciDevice pf, int vf) {
        Netdev netdev = new Netdev(++lastIndex, pf, pf.directory.directory("net"), eth());
        netdev.representsVf = vf;
        netdev.mac = randomMac();
        netdev.randomMac = true;
        netdev.physPortName = "pf" + pf.address.function() + "vf" + vf;
        netdev.physSwitchId = switchId(pf);
        pf.netdevs.add(netdev);
        add(netdev);
        renameLater(netdev, predictable(pf) + "n" + netdev.physPortName);
    }

    void removeRepresentor(PciDevice pf, int vf) {
        for (Netdev netdev : List.copyOf(pf.netdevs)) {
            if (netdev.representsVf == vf) {
                remove(netdev);
            }
        }
    }

    void eswitch(PciDevice pf, boolean switchdev) {
        pf.switchdev = switchdev;
        for (Netdev netdev : pf.netdevs) {
            netdev.physSwitchId = switchdev ? switchId(pf) : new byte[0];
        }
        for (PciDevice vf : pf.vfs) {
            if (switchdev) {
                addRepresentor(pf, vf.vfIndex);
            } else {
                removeRepresentor(pf, vf.vfIndex);
            }
        }
    }

    /** A VLAN, bridge, bond or dummy, that some test wants. */
    Netdev addVirtual(String name, String kind, int link, int vlan) throws Refusal {
        if (byName(name) != null) {
            throw new Refusal(Errno.EEXIST);
        }
        Netdev netdev = new Netdev(++lastIndex, null, virtual, name);
        netdev.kind = kind;
        netdev.link = link;
        netdev.vlan = vlan;
        netdev.up = true;
        netdev.mac = link == 0 ? randomMac() : netdevs.get(link).mac;
        add(netdev);
        if (link != 0) {
            netdevs.get(link).directory.link("upper_" + name, netdev.directory);
            netdev.directory.link("lower_" + netdevs.get(link).name, netdevs.get(link).directory);
        }
        if (kind.equals("bridge")) {
            netdev.directory.directory("bridge");
        }
        return netdev;
    }

    void enslave(Netdev netdev, int master) {
        netdev.master = master;
        if (master == 0) {
            netdev.directory.remove("master");
        } else {
            netdev.directory.link("master", netdevs.get(master).directory);
        }
    }

    void remove(Netdev netdev) {
        netdevs.remove(netdev.index);
        netdev.place.remove(netdev.name);
        netClass.remove(netdev.name);
        addresses.removeIf(each -> each.netdev == netdev.index);
        routes.removeIf(each -> each.netdevs.contains(netdev.index));
        for (Netdev upper : List.copyOf(netdevs.values())) {
            if (upper.link == netdev.index && upper.kind.equals("vlan")) {
                remove(upper);
            }
            if (upper.master == netdev.index) {
                enslave(upper, 0);
            }
        }
        if (netdev.device != null) {
            netdev.device.netdevs.remove(netdev);
        }
    }

    /** To another network namespace and back: the PCI function stays, its netdev isn't seen. */
    void move(Netdev netdev, boolean elsewhere) {
        netdev.elsewhere = elsewhere;
        if (elsewhere) {
            netdev.place.remove(netdev.name);
            netClass.remove(netdev.name);
            netdev.up = false;
            addresses.removeIf(each -> each.netdev == netdev.index);
            routes.removeIf(each -> each.netdevs.contains(netdev.index));
        } else {
            show(netdev);
        }
    }

    void rename(Netdev netdev, String name) throws Refusal {
        boolean valid =
                !name.isEmpty()
                        && name.getBytes(StandardCharsets.UTF_8).length <= NAME_BYTES
                        && !name.equals(".")
                        && !name.equals("..")
                        && name.chars().noneMatch(c -> c == '/' || c == ':' || c <= ' ');
        if (!valid) {
            throw new Refusal(Errno.EINVAL);
        }
        if (netdev.name.equals(name)) {
            return;
        }
        if (byName(name) != null) {
            throw new Refusal(Errno.EEXIST);
        }
        netdev.place.remove(netdev.name);
        netClass.remove(netdev.name);
        netdev.name = name;
        show(netdev);
    }

    void mtu(Netdev netdev, int mtu) throws Refusal {
        if (mtu < 68) {
            throw new Refusal(Errno.EINVAL, "mtu less than device minimum");
        }
        if (mtu > (netdev.device == null ? 65536 : 9216)) {
            throw new Refusal(Errno.EINVAL, "mtu greater than device maximum");
        }
        netdev.mtu = mtu;
    }

    void up(Netdev netdev, boolean up) {
        PciDevice device = netdev.device;
        boolean down = netdev.up && !up;
        netdev.up = up;
        if (down && device != null && device.physfn != null && device.model == NicModel.IGB) {
            // igbvf resets the function then, and asks the PF for the address again.
            VfConfig config = device.config();
            netdev.mac = config.macSet ? config.mac : netdev.mac;
            netdev.randomMac = netdev.randomMac && !config.macSet;
        }
    }

    void mac(Netdev netdev, long mac) throws Refusal {
        if (mac == 0 || (mac >>> 40 & 1) != 0) {
            throw new Refusal(EADDRNOTAVAIL);
        }
        PciDevice device = netdev.device;
        if (device != null && device.physfn != null) {
            VfConfig config = device.config();
            // What the administrator set, only trusted VFs may change; and igbvf refuses an address
            // other than the one that it was reset with, even if it has become the PF's meanwhile.
            boolean unread = device.model == NicModel.IGB && netdev.mac != mac;
            if (config.macSet && !config.trust && (config.mac != mac || unread)) {
                throw new Refusal(EADDRNOTAVAIL);
            }
            if (!config.macSet && device.model == NicModel.IGB) {
                config.mac = mac;
            }
        }
        netdev.mac = mac;
        netdev.randomMac = false;
    }

    private void add(Netdev netdev) {
        netdevs.put(netdev.index, netdev);
        show(netdev);
    }

    private void show(Netdev netdev) {
        Directory directory = netdev.place.directory(netdev.name);
        netdev.directory = directory;
        netClass.link(netdev.name, directory);
        directory.link("subsystem", netClass);
        if (netdev.device != null) {
            directory.link("device", netdev.device.directory);
        }
        directory.show("address", netdev::macText);
        directory.text("broadcast", "ff:ff:ff:ff:ff:ff");
        directory.show("addr_assign_type", () -> netdev.randomMac ? "1" : "0");
        directory.text("ifindex", Integer.toString(netdev.index));
        directory.text("iflink", Integer.toString(netdev.link == 0 ? netdev.index : netdev.link));
        directory.text("type", netdev.name.equals("lo") ? "772" : "1");
        directory.text("dev_id", "0x0");
        directory.text("dev_port", "0");
        directory.show("flags", () -> netdev.up ? "0x1003" : "0x1002");
        directory.show("operstate", () -> netdev.up ? "up" : "down");
        directory.show("carrier", () -> whenUp(netdev, carrier(netdev)));
        directory.show("speed", () -> whenUp(netdev, "1000"));
        directory.show("duplex", () -> whenUp(netdev, "full"));
        directory.attribute(
                "mtu",
                () -> Integer.toString(netdev.mtu),
                text -> mtu(netdev, PciModel.number(text)));
        directory.show("phys_port_name", () -> known(netdev.physPortName));
        directory.show("phys_switch_id", () -> known(hex(netdev.physSwitchId)));
        directory.show(
                "uevent",
                () ->
                        (netdev.kind.isEmpty() ? "" : "DEVTYPE=" + netdev.kind + "\n")
                                + "INTERFACE="
                                + netdev.name
                                + "\nIFINDEX="
                                + netdev.index);
        if (netdev.master != 0) {
            enslave(netdev, netdev.master);
        }
    }

    private static String carrier(Netdev netdev) {
        return netdev.device == null || netdev.device.findsLink() ? "1" : "0";
    }

    private static String whenUp(Netdev netdev, String text) throws Refusal {
        if (!netdev.up) {
            throw new Refusal(Errno.EINVAL);
        }
        return text;
    }

    private static String known(String text) throws Refusal {
        if (text.isEmpty()) {
            throw new Refusal(Errno.EOPNOTSUPP);
        }
        return text;
    }

    private void renameLater(Netdev netdev, String name) {
        if (!kernel.machine.udevDelay().isNegative()) {
            kernel.later(
                    kernel.machine.udevDelay(),
                    () -> {
                        if (netdevs.get(netdev.index) == netdev
                                && !netdev.up
                                && netdev.name.startsWith("eth")
                                && !netdev.elsewhere) {
                            try {
                                rename(netdev, name);
                                if (!netdev.randomMac && netdev.device != null) {
                                    netdev.altNames.add("enx" + netdev.macText().replace(":", ""));
                                }
                            } catch (Refusal e) {
                                // udev leaves it as it is, too.
                            }
                        }
                    });
        }
    }

    private static String predictable(PciDevice device) {
        PciDevice pf = device.physfn == null ? device : device.physfn;
        boolean several =
                pf.parent.children.containsKey(pf.address.toString().replaceAll("0$", "1"));
        return "enp"
                + pf.address.bus()
                + "s"
                + pf.address.device()
                + (several || pf.address.function() > 0 ? "f" + pf.address.function() : "")
                + (device.physfn == null ? "" : "v" + device.vfIndex);
    }

    private void addRdma(PciDevice device) {
        Directory rdmaClass = kernel.tree.sys("class/infiniband");
        int number = 0;
        while (rdmaClass.children.containsKey("mlx5_" + number)) {
            number++;
        }
        device.rdma = "mlx5_" + number;
        Directory directory = device.directory.path("infiniband/" + device.rdma);
        directory.text("node_type", "1: CA");
        directory.link("device", device.directory);
        directory.path("ports/1").text("state", "4: ACTIVE");
        rdmaClass.link(device.rdma, directory);
        String verbs = "uverbs" + number;
        Directory verbsDirectory = device.directory.path("infiniband_verbs/" + verbs);
        verbsDirectory.text("ibdev", device.rdma);
        verbsDirectory.link("device", device.directory);
        kernel.tree.sys("class/infiniband_verbs").link(verbs, verbsDirectory);
        Directory nodes = kernel.tree.dev().directory("infiniband");
        nodes.put(verbs, new Node.Device(0x1b6));
        if (!nodes.children.containsKey("rdma_cm")) {
            nodes.put("rdma_cm", new Node.Device(0x1b6));
        }
    }

    private static byte[] switchId(PciDevice pf) {
        return new byte[] {0x50, 0x54, 0, 0, (byte) pf.address.bus(), 0, 0, 1};
    }

    static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte each : bytes) {
            text.append("%02x".formatted(each));
        }
        return text.toString();
    }

    private String eth() {
        Set<String> taken = new HashSet<>();
        netdevs.values().forEach(netdev -> taken.add(netdev.name));
        int number = 0;
        while (taken.contains("eth" + number)) {
            number++;
        }
        return "eth" + number;
    }

    private long randomMac() {
        return (random.nextLong() >>> 16 & 0xfcff_ffff_ffffL) | 0x0200_0000_0000L;
    }

    /** For comparison; without what differs from boot to boot. */
    void describe(List<String> lines) {
        List<String> these = new ArrayList<>();
        for (Netdev netdev : netdevs.values()) {
            String mac = netdev.randomMac ? "random" : netdev.macText();
            Netdev master = netdevs.get(netdev.master);
            StringBuilder text =
                    new StringBuilder("netdev ")
                            .append(netdev.name)
                            .append(netdev.device == null ? "" : " of " + netdev.device.address)
                            .append(netdev.elsewhere ? " elsewhere" : "")
                            .append(" mac=" + mac + " mtu=" + netdev.mtu + " up=" + netdev.up)
                            .append(master == null ? "" : " master=" + master.name);
            addresses.stream()
                    .filter(each -> each.netdev == netdev.index)
                    .forEach(each -> text.append(" ip=" + hex(each.bytes) + "/" + each.prefix));
            routes.stream()
                    .filter(each -> each.netdevs.contains(netdev.index))
                    .forEach(each -> text.append(" route=" + hex(each.destination)));
            these.add(text.toString());
        }
        these.sort(null);
        lines.addAll(these);
    }
}
