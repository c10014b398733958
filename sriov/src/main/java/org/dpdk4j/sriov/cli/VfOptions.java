// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.dpdk4j.sriov.MacAddress;
import org.dpdk4j.sriov.pf.VfInfo;
import org.dpdk4j.sriov.pf.VfLinkState;
import org.dpdk4j.sriov.pf.VfSettings;
import org.dpdk4j.sriov.pf.VlanProtocol;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Settings of a virtual function on the command line, named as ip link names them. */
final class VfOptions {
    @Option(names = "--mac", paramLabel = "MAC", description = "Its address.")
    private @Nullable MacAddress mac;

    @Option(names = "--vlan", paramLabel = "ID", description = "VLAN, 1 to 4094; 0 for none.")
    private @Nullable Integer vlan;

    @Option(names = "--qos", paramLabel = "P", description = "Priority in the VLAN, 0 to 7.")
    private @Nullable Integer qos;

    @Option(names = "--proto", paramLabel = "NAME", description = "802.1Q or 802.1ad.")
    private @Nullable VlanProtocol protocol;

    @Option(names = "--spoofchk", paramLabel = "on|off", description = "Drop foreign addresses.")
    private @Nullable OnOff spoofCheck;

    @Option(names = "--trust", paramLabel = "on|off", description = "Allow promiscuous mode etc.")
    private @Nullable OnOff trust;

    @Option(names = "--link", paramLabel = "STATE", description = "auto, enable or disable.")
    private @Nullable VfLinkState linkState;

    @Option(names = "--min-rate", paramLabel = "MBPS", description = "Guaranteed; 0 for none.")
    private @Nullable Integer minRate;

    @Option(names = "--max-rate", paramLabel = "MBPS", description = "Limit; 0 for none.")
    private @Nullable Integer maxRate;

    /** The two positions of a switch. */
    enum OnOff {
        ON,
        OFF
    }

    VfSettings settings() {
        VfSettings.Builder settings = VfSettings.builder();
        if (mac != null) {
            settings.mac(mac);
        }
        if (vlan != null) {
            settings.vlan(vlan);
        }
        if (qos != null) {
            settings.qos(qos);
        }
        if (protocol != null) {
            settings.vlanProtocol(protocol);
        }
        if (spoofCheck != null) {
            settings.spoofCheck(spoofCheck == OnOff.ON);
        }
        if (trust != null) {
            settings.trust(trust == OnOff.ON);
        }
        if (linkState != null) {
            settings.linkState(linkState);
        }
        if (minRate != null) {
            settings.minRateMbps(minRate);
        }
        if (maxRate != null) {
            settings.maxRateMbps(maxRate);
        }
        return settings.build();
    }

    static Map<String, Object> document(VfInfo vf) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("vf", vf.index());
        document.put("mac", vf.mac());
        document.put("vlan", vf.vlan());
        document.put("qos", vf.qos());
        document.put("vlan_protocol", vf.vlanProtocol());
        document.put("spoof_check", vf.spoofCheck());
        document.put("trust", vf.trust());
        document.put("link_state", vf.linkState());
        document.put("min_rate_mbps", vf.minRateMbps());
        document.put("max_rate_mbps", vf.maxRateMbps());
        return document;
    }

    static String text(VfInfo vf) {
        return document(vf).entrySet().stream()
                .skip(1)
                .map(entry -> entry.getKey() + " " + Json.plain(entry.getValue()))
                .collect(Collectors.joining(", "));
    }
}
