// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.pf;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.dpdk4j.sriov.MacAddress;
import org.dpdk4j.sriov.netlink.VfCommand;

/**
 * One thing to set of a VF, and how to tell that it is so.
 *
 * @param name what it is, for people
 * @param wanted its value
 * @param command which sets it
 * @param read its value
 */
record VfSetting(String name, Object wanted, VfCommand command, Function<VfInfo, Object> read) {

    private record Vlan(int id, int qos, VlanProtocol protocol) {
        static Vlan of(VfInfo vf) {
            // Drivers without a VLAN show any protocol, which then means nothing.
            VlanProtocol protocol =
                    vf.vlan() == 0 && vf.qos() == 0 ? VlanProtocol.DOT1Q : vf.vlanProtocol();
            return new Vlan(vf.vlan(), vf.qos(), protocol);
        }

        @Override
        public String toString() {
            return id
                    + (qos == 0 ? "" : " with priority " + qos)
                    + (protocol == VlanProtocol.DOT1Q ? "" : " of " + protocol);
        }
    }

    private record Rate(int minMbps, int maxMbps) {
        @Override
        public String toString() {
            return minMbps + " to " + (maxMbps == 0 ? "any" : maxMbps) + " Mbit/s";
        }
    }

    /**
     * What is to be set, in this order: trust first, on which some drivers let the rest depend. The
     * MAC address is always among it: set equal to the one that the VF's driver took by chance, it
     * becomes an administrative one.
     */
    static List<VfSetting> of(VfSettings settings, VfInfo before) {
        int vf = before.index();
        List<VfSetting> all = new ArrayList<>();
        settings.trust().ifPresent(on -> all.add(trust(vf, on)));
        settings.mac().ifPresent(mac -> all.add(mac(vf, mac)));
        settings.vlan()
                .ifPresent(id ->
                        all.add(
                                vlan(
                                        vf,
                                        new Vlan(
                                                id,
                                                settings.qos().orElse(0),
                                                settings.vlanProtocol()
                                                        .orElse(VlanProtocol.DOT1Q)))));
        settings.spoofCheck().ifPresent(on -> all.add(spoofCheck(vf, on)));
        settings.linkState().ifPresent(state -> all.add(linkState(vf, state)));
        if (settings.minRateMbps().isPresent() || settings.maxRateMbps().isPresent()) {
            int min = settings.minRateMbps().orElse(before.minRateMbps());
            int max = settings.maxRateMbps().orElse(before.maxRateMbps());
            all.add(rate(vf, new Rate(min, max)));
        }
        all.removeIf(setting -> !setting.name.equals("MAC address") && setting.shown(before));
        return List.copyOf(all);
    }

    /** All that a VF had, but what the driver didn't tell of. */
    static List<VfSetting> of(VfInfo before) {
        int vf = before.index();
        List<VfSetting> all = new ArrayList<>();
        before.trust().ifPresent(on -> all.add(trust(vf, on)));
        all.add(mac(vf, before.mac()));
        all.add(vlan(vf, Vlan.of(before)));
        before.spoofCheck().ifPresent(on -> all.add(spoofCheck(vf, on)));
        all.add(linkState(vf, before.linkState()));
        all.add(rate(vf, new Rate(before.minRateMbps(), before.maxRateMbps())));
        return List.copyOf(all);
    }

    boolean shown(VfInfo now) {
        return read.apply(now).equals(wanted);
    }

    Object value(VfInfo now) {
        return read.apply(now);
    }

    /** Name and value, to stand behind "set the". */
    @Override
    public String toString() {
        return name + " to " + wanted;
    }

    private static VfSetting mac(int vf, MacAddress mac) {
        return new VfSetting("MAC address", mac, VfCommand.mac(vf, mac.bits()), VfInfo::mac);
    }

    private static VfSetting vlan(int vf, Vlan vlan) {
        VfCommand command = VfCommand.vlan(vf, vlan.id, vlan.qos, vlan.protocol.etherType());
        return new VfSetting("VLAN", vlan, command, Vlan::of);
    }

    private static VfSetting spoofCheck(int vf, boolean on) {
        return new VfSetting(
                "spoof check",
                onOff(on),
                VfCommand.spoofCheck(vf, on),
                now -> now.spoofCheck().map(VfSetting::onOff).orElse("unknown"));
    }

    private static VfSetting trust(int vf, boolean on) {
        return new VfSetting(
                "trust",
                onOff(on),
                VfCommand.trust(vf, on),
                now -> now.trust().map(VfSetting::onOff).orElse("unknown"));
    }

    private static VfSetting linkState(int vf, VfLinkState state) {
        return new VfSetting(
                "link state", state, VfCommand.linkState(vf, state.number()), VfInfo::linkState);
    }

    private static VfSetting rate(int vf, Rate rate) {
        return new VfSetting(
                "rate",
                rate,
                VfCommand.rate(vf, rate.minMbps, rate.maxMbps),
                now -> new Rate(now.minRateMbps(), now.maxRateMbps()));
    }

    private static String onOff(boolean on) {
        return on ? "on" : "off";
    }
}
