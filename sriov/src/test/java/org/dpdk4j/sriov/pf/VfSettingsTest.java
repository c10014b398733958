// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.pf;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.util.function.UnaryOperator;
import org.dpdk4j.sriov.MacAddress;
import org.junit.jupiter.api.Test;

class VfSettingsTest {
    @Test
    void shouldRefuseWhatMakesNoSense() {
        refuses("all zeros", b -> b.mac(MacAddress.of(0)));
        refuses("one of a group", b -> b.mac(MacAddress.parse("01:00:5e:00:00:01")));
        refuses("one of a group", b -> b.mac(MacAddress.BROADCAST));
        refuses("No such VLAN: 4095", b -> b.vlan(4095));
        refuses("No such VLAN: -1", b -> b.vlan(-1));
        refuses("No such priority: 8", b -> b.vlan(1).qos(8));
        refuses("name the VLAN, too", b -> b.qos(1));
        refuses("name the VLAN, too", b -> b.vlanProtocol(VlanProtocol.DOT1Q));
        refuses("VLAN 0 is none", b -> b.vlan(0).vlanProtocol(VlanProtocol.DOT1AD));
        refuses("No such rate: -1", b -> b.minRateMbps(-1));
        refuses("No such rate: -5", b -> b.maxRateMbps(-5));
        refuses("above the limit of 10", b -> b.minRateMbps(11).maxRateMbps(10));
    }

    @Test
    void shouldTakeTheEndsOfTheRanges() {
        accepts(b -> b.vlan(0));
        accepts(b -> b.vlan(4094).qos(7).vlanProtocol(VlanProtocol.DOT1AD));
        accepts(b -> b.minRateMbps(11).maxRateMbps(0));
        accepts(b -> b.minRateMbps(10).maxRateMbps(10));
        accepts(b -> b.mac(MacAddress.parse("02:00:00:00:00:01")));
        accepts(b -> b);
    }

    private static void refuses(String words, UnaryOperator<VfSettings.Builder> settings) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.apply(VfSettings.builder()).build())
                .withMessageContaining(words)
                .withMessageEndingWith(".");
    }

    private static void accepts(UnaryOperator<VfSettings.Builder> settings) {
        assertThatNoException().isThrownBy(() -> settings.apply(VfSettings.builder()).build());
    }
}
