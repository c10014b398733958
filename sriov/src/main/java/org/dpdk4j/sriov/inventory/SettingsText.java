// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.dpdk4j.sriov.MacAddress;
import org.dpdk4j.sriov.pf.VfInfo;
import org.dpdk4j.sriov.pf.VfLinkState;
import org.dpdk4j.sriov.pf.VfSettings;
import org.dpdk4j.sriov.pf.VlanProtocol;

/**
 * Settings of a virtual function as the journal has them: {@code mac=…,vlan=…}.
 *
 * @param fields name to value, none of them with a comma
 */
record SettingsText(SortedMap<String, String> fields) {
    private static final String MAC = "mac";
    private static final String VLAN = "vlan";
    private static final String QOS = "qos";
    private static final String PROTOCOL = "protocol";
    private static final String SPOOF_CHECK = "spoofcheck";
    private static final String TRUST = "trust";
    private static final String LINK_STATE = "linkstate";
    private static final String MIN_RATE = "minrate";
    private static final String MAX_RATE = "maxrate";

    SettingsText {
        fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
    }

    /** Reads what {@link #toString} wrote. */
    static SettingsText parse(String text) {
        SortedMap<String, String> fields = new TreeMap<>();
        if (!text.isEmpty()) {
            for (String field : text.split(",", -1)) {
                int equals = field.indexOf('=');
                fields.put(field.substring(0, equals), field.substring(equals + 1));
            }
        }
        return new SettingsText(fields);
    }

    static SettingsText of(VfSettings settings) {
        SortedMap<String, String> fields = new TreeMap<>();
        settings.mac().ifPresent(mac -> fields.put(MAC, mac.toString()));
        settings.vlan()
                .ifPresent(vlan -> {
                    // A VLAN is set as a whole: what isn't said of it is as in none.
                    fields.put(VLAN, Integer.toString(vlan));
                    fields.put(QOS, Integer.toString(settings.qos().orElse(0)));
                    fields.put(PROTOCOL, settings.vlanProtocol().orElse(VlanProtocol.DOT1Q).name());
                });
        settings.spoofCheck().ifPresent(on -> fields.put(SPOOF_CHECK, on.toString()));
        settings.trust().ifPresent(on -> fields.put(TRUST, on.toString()));
        settings.linkState().ifPresent(state -> fields.put(LINK_STATE, state.name()));
        settings.minRateMbps().ifPresent(rate -> fields.put(MIN_RATE, Integer.toString(rate)));
        settings.maxRateMbps().ifPresent(rate -> fields.put(MAX_RATE, Integer.toString(rate)));
        return new SettingsText(fields);
    }

    static SettingsText of(VfInfo vf) {
        SortedMap<String, String> fields = new TreeMap<>();
        fields.put(MAC, vf.mac().toString());
        fields.put(VLAN, Integer.toString(vf.vlan()));
        fields.put(QOS, Integer.toString(vf.qos()));
        fields.put(PROTOCOL, vf.vlanProtocol().name());
        vf.spoofCheck().ifPresent(on -> fields.put(SPOOF_CHECK, on.toString()));
        vf.trust().ifPresent(on -> fields.put(TRUST, on.toString()));
        fields.put(LINK_STATE, vf.linkState().name());
        fields.put(MIN_RATE, Integer.toString(vf.minRateMbps()));
        fields.put(MAX_RATE, Integer.toString(vf.maxRateMbps()));
        return new SettingsText(fields);
    }

    static SettingsText mac(MacAddress mac) {
        return new SettingsText(new TreeMap<>(Map.of(MAC, mac.toString())));
    }

    /** The same, where the other has nothing to say. */
    SettingsText with(SettingsText other) {
        SortedMap<String, String> all = new TreeMap<>(fields);
        all.putAll(other.fields);
        return new SettingsText(all);
    }

    boolean isEmpty() {
        return fields.isEmpty();
    }

    VfSettings settings() {
        VfSettings.Builder settings = VfSettings.builder();
        field(MAC, value -> settings.mac(MacAddress.parse(value)));
        field(VLAN, value -> settings.vlan(Integer.parseInt(value)));
        field(QOS, value -> settings.qos(Integer.parseInt(value)));
        field(PROTOCOL, value -> settings.vlanProtocol(VlanProtocol.valueOf(value)));
        field(SPOOF_CHECK, value -> settings.spoofCheck(Boolean.parseBoolean(value)));
        field(TRUST, value -> settings.trust(Boolean.parseBoolean(value)));
        field(LINK_STATE, value -> settings.linkState(VfLinkState.valueOf(value)));
        field(MIN_RATE, value -> settings.minRateMbps(Integer.parseInt(value)));
        field(MAX_RATE, value -> settings.maxRateMbps(Integer.parseInt(value)));
        return settings.build();
    }

    /** All of a VF, where nothing is left out but what its driver doesn't tell of. */
    VfInfo info(int index) {
        return new VfInfo(
                index,
                MacAddress.parse(field(MAC).orElse("00:00:00:00:00:00")),
                field(VLAN).map(Integer::parseInt).orElse(0),
                field(QOS).map(Integer::parseInt).orElse(0),
                field(PROTOCOL).map(VlanProtocol::valueOf).orElse(VlanProtocol.DOT1Q),
                field(SPOOF_CHECK).map(Boolean::parseBoolean),
                field(TRUST).map(Boolean::parseBoolean),
                field(LINK_STATE).map(VfLinkState::valueOf).orElse(VfLinkState.AUTO),
                field(MIN_RATE).map(Integer::parseInt).orElse(0),
                field(MAX_RATE).map(Integer::parseInt).orElse(0));
    }

    @Override
    public String toString() {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + field.getValue())
                .collect(Collectors.joining(","));
    }

    private Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    private void field(String name, Consumer<String> use) {
        field(name).ifPresent(use);
    }
}
