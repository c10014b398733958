// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.dpdk4j.sriov.PciAddress;
import org.junit.jupiter.api.Test;

class BindingTest {
    @Property(tries = 500)
    void shouldSurviveItsText(
            @ForAll Optional<@StringLength(min = 1, max = 40) String> driver,
            @ForAll Optional<@StringLength(min = 1, max = 40) String> override,
            @ForAll @IntRange(min = -1, max = 9000) int mtu,
            @ForAll boolean up,
            @ForAll boolean temporary,
            @ForAll boolean twins,
            @ForAll Optional<Boolean> unsafe) {
        boolean encodable =
                driver.map(BindingTest::encodable).orElse(true)
                        && override.map(BindingTest::encodable).orElse(true);
        if (!encodable) {
            return;
        }
        Binding binding =
                new Binding(
                        new PciAddress(0x10000, 0xfe, 0x1f, 7),
                        driver,
                        override,
                        mtu < 0 ? OptionalInt.empty() : OptionalInt.of(mtu),
                        up ? Optional.of("enp1s0v0") : Optional.empty(),
                        temporary,
                        temporary && twins
                                ? List.of(PciAddress.parse("01:02.3"), PciAddress.parse("01:02.4"))
                                : List.of(),
                        unsafe);
        assertThat(binding.text()).doesNotContain("\n");
        assertThat(Binding.parse(binding.text() + "\n")).isEqualTo(binding);
    }

    /** Halves of surrogate pairs are no text. */
    private static boolean encodable(String text) {
        return text.chars().noneMatch(c -> Character.isSurrogate((char) c));
    }

    @Test
    void shouldRefuseOtherTexts() {
        for (String text :
                List.of(
                        "",
                        "nonsense",
                        "binding=1",
                        "binding=2 address=0000:01:02.3",
                        "binding=1 address=here",
                        "binding=1 address=0000:01:02.3 mtu=many",
                        "binding=1 address=0000:01:02.3 driver=%zz",
                        "binding=1 address=0000:01:02.3 twins=there")) {
            assertThatThrownBy(() -> Binding.parse(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void shouldReadTheNamesOfDrivers() {
        for (UserspaceDriver driver : UserspaceDriver.values()) {
            assertThat(UserspaceDriver.parse(driver.toString())).isEqualTo(driver);
        }
        assertThat(UserspaceDriver.parse("vfio_pci")).isEqualTo(UserspaceDriver.VFIO_PCI);
        assertThat(UserspaceDriver.parse("uio-pci-generic"))
                .isEqualTo(UserspaceDriver.UIO_PCI_GENERIC);
        assertThatThrownBy(() -> UserspaceDriver.parse("igb"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("vfio-pci, vfio-noiommu, uio_pci_generic, igb_uio");
    }
}
