// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.dpdk4j.sriov.SriovException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkOptionsTest {
    @Test
    void shouldReadWhatItWrites() {
        Map<String, String> all =
                Map.ofEntries(
                        Map.entry("netdevice", "eth2"),
                        Map.entry("pci", "0000:03:00.0"),
                        Map.entry("nvf", "5"),
                        Map.entry("vlan", "7"),
                        Map.entry("qos", "3"),
                        Map.entry("spoofchk", "off"),
                        Map.entry("trust", "on"),
                        Map.entry("mtu", "9000"),
                        Map.entry("minrate", "10"),
                        Map.entry("maxrate", "100"),
                        Map.entry("prefix", "net"));
        NetworkOptions options = NetworkOptions.parse(all);
        assertThat(options.toMap()).isEqualTo(all);
        assertThat(NetworkOptions.parse(options.toMap())).isEqualTo(options);
        assertThat(options.vfSettings().build().vlan()).hasValue(7);
        assertThat(options.vfSettings().build().trust()).contains(true);
    }

    @Test
    void shouldAskForANic() {
        assertThatThrownBy(() -> NetworkOptions.parse(Map.of("nvf", "5")))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("-o netdevice=eth2");
    }

    @Test
    void shouldNotTakeOptionsThatItDoesNotKnow() {
        assertThatThrownBy(() -> NetworkOptions.parse(Map.of("netdevice", "eth2", "nfv", "5")))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("\"nfv\"")
                .hasMessageContaining("nvf");
    }

    @ParameterizedTest
    @CsvSource({
        "netdevice, ../../x",
        "netdevice, --privileged",
        "netdevice, .",
        "netdevice, eth2;reboot",
        "netdevice, 'eth2\n'",
        "netdevice, 'eth\u00002'",
        "netdevice, $(id)",
        "netdevice, averyverylongname",
        "netdevice, ''",
        "pci, 0000:03:00.8",
        "pci, 0000:03:20.0",
        "pci, ../03:00.0",
        "nvf, 0",
        "nvf, -1",
        "nvf, 99999999999999999999",
        "nvf, 5x",
        "vlan, 4095",
        "qos, 8",
        "spoofchk, maybe",
        "trust, ''",
        "mtu, 67",
        "mode, bridge",
        "prefix, eth/0",
        "prefix, averylongprefix",
        "prefix, ''"
    })
    void shouldRefuse(String name, String value) {
        Map<String, String> given =
                name.equals("netdevice")
                        ? Map.of(name, value)
                        : Map.of("netdevice", "eth2", name, value);
        assertThatThrownBy(() -> NetworkOptions.parse(given))
                .isInstanceOfAny(SriovException.class, IllegalArgumentException.class)
                .message()
                .matches("[ -~]+");
    }

    @Test
    void shouldRefuseWhatDoesNotGoTogether() {
        assertThatThrownBy(() ->
                        NetworkOptions.parse(
                                Map.of("netdevice", "eth2", "mode", "passthrough", "nvf", "2")))
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("leave out nvf");
        assertThatThrownBy(() -> NetworkOptions.parse(Map.of("netdevice", "eth2", "qos", "2")))
                .isInstanceOf(SriovException.class);
        assertThatThrownBy(() ->
                        NetworkOptions.parse(
                                Map.of("netdevice", "eth2", "minrate", "9", "maxrate", "5")))
                .isInstanceOf(SriovException.class);
    }
}
