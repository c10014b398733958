// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.dpdk4j.sriov.PciAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
    @Test
    void shouldReadAllKeys() {
        Selector selector =
                Selector.parse(
                        "pf=0000:03:00.0,netdev=eth2,pci=0000:03:10.0..0000:03:11.6,vendor=8086,"
                                + "device=0x154C,driver=igbvf,vfs=0-3,numa=1");

        assertThat(selector.pf()).contains(PciAddress.parse("0000:03:00.0"));
        assertThat(selector.netdev()).contains("eth2");
        assertThat(selector.first()).contains(PciAddress.parse("0000:03:10.0"));
        assertThat(selector.last()).contains(PciAddress.parse("0000:03:11.6"));
        assertThat(selector.vendorId()).hasValue(0x8086);
        assertThat(selector.deviceId()).hasValue(0x154c);
        assertThat(selector.driver()).contains("igbvf");
        assertThat(selector.firstVf()).hasValue(0);
        assertThat(selector.lastVf()).hasValue(3);
        assertThat(selector.numaNode()).hasValue(1);
        assertThat(Selector.parse(selector.toString())).isEqualTo(selector);
    }

    @Test
    void shouldTakeOneForARange() {
        assertThat(Selector.parse("vfs=2").lastVf()).hasValue(2);
        assertThat(Selector.parse("pci=03:10.0").last()).contains(PciAddress.parse("03:10.0"));
        assertThat(Selector.parse("vfs=2,pci=03:10.0")).hasToString("pci=0000:03:10.0,vfs=2");
    }

    @Test
    void shouldTakeNothingForAny() {
        assertThat(Selector.parse("")).isEqualTo(Selector.ANY).hasToString("");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pf",
                "pf=",
                "pf=eth2",
                "pf=0000:03:00.8",
                "pf=0000:03:00.0,",
                ",",
                "pf=0000:03:00.0,pf=0000:04:00.0",
                "Pf=0000:03:00.0",
                "netdev=../../etc/passwd",
                "netdev=..",
                "netdev=.",
                "netdev=",
                "netdev=eth 2",
                "netdev=eth\u00002",
                "netdev=eth\n",
                "netdev=ethé",
                "driver=../igbvf",
                "driver=",
                "driver=a b",
                "pci=0000:03:11.0..0000:03:10.0",
                "pci=0000:03:11.0..",
                "pci=..",
                "vendor=80861",
                "vendor=intel",
                "vendor=-1",
                "device=",
                "vfs=3-1",
                "vfs=-1",
                "vfs=65536",
                "vfs=0-99999",
                "vfs=a",
                "vfs=1-2-3",
                "numa=-1",
                "numa=x",
                "color=red"
            })
    void shouldRefuseWithASentence(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Selector.parse(text))
                .satisfies(e -> {
                    assertThat(e.getMessage()).hasSizeGreaterThan(20);
                    assertThat(e.getMessage()).matches("[ -~\n]*|.*é.*|(?s).*not a PCI.*");
                });
    }

    @Property
    void shouldReadWhatItWrites(
            @ForAll @IntRange(max = 0xffff) int vendor,
            @ForAll @IntRange(max = 0xff) int bus,
            @ForAll @IntRange(max = 31) int device,
            @ForAll @IntRange(max = 60_000) int first,
            @ForAll @IntRange(max = 5_000) int more) {
        PciAddress address = new PciAddress(0, bus, device, 0);
        Selector selector =
                new Selector(
                        Optional.of(address),
                        Optional.empty(),
                        Optional.of(address),
                        Optional.of(new PciAddress(1, bus, device, 7)),
                        OptionalInt.of(vendor),
                        OptionalInt.empty(),
                        Optional.empty(),
                        OptionalInt.of(first),
                        OptionalInt.of(first + more),
                        OptionalInt.empty());
        assertThat(Selector.parse(selector.toString())).isEqualTo(selector);
    }

    @Property
    void shouldNeverFailOtherwise(@ForAll @StringLength(max = 40) String text) {
        try {
            Selector.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
