// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.util.ArrayList;
import java.util.List;

/** A network interface. */
final class Netdev {
    final int index;

    /** The PCI function that it belongs to; null for a virtual one. */
    final PciDevice device;

    /** Where it stands in sysfs: below its PCI function, or below {@code /sys/devices/virtual}. */
    final Node.Directory place;

    Node.Directory directory;
    String name;
    final List<String> altNames = new ArrayList<>();
    long mac;
    boolean randomMac;
    int mtu = 1500;
    boolean up;
    String kind = "";
    int master;
    int link;
    int vlan;
    String physPortName = "";
    byte[] physSwitchId = {};

    /** For representors: the VF that it stands for, otherwise -1. */
    int representsVf = -1;

    /** In another network namespace, where this one's lists don't show it. */
    boolean elsewhere;

    Netdev(int index, PciDevice device, Node.Directory place, String name) {
        this.index = index;
        this.device = device;
        this.place = place;
        this.name = name;
    }

    String macText() {
        StringBuilder text = new StringBuilder();
        for (int shift = 40; shift >= 0; shift -= 8) {
            text.append("%02x".formatted(mac >>> shift & 0xff)).append(shift > 0 ? ":" : "");
        }
        return text.toString();
    }
}
