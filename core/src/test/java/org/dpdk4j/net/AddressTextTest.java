// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTextTest {
    @Property
    void shouldAgreeWithInetAddressOnIpv4(@ForAll int bits) throws UnknownHostException {
        byte[] bytes = ByteBuffer.allocate(4).putInt(bits).array();
        String text = Ipv4Address.format(bits);

        assertThat(text).isEqualTo(InetAddress.getByAddress(bytes).getHostAddress());
        assertThat(Ipv4Address.parse(text).bits()).isEqualTo(bits);
        assertThat(Ipv4Address.parse(text)).hasToString(text);
    }

    @Property
    void shouldAgreeWithInetAddressOnIpv6(@ForAll("halves") long high, @ForAll("halves") long low)
            throws UnknownHostException {
        byte[] bytes = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        Inet6Address theirs = Inet6Address.getByAddress("", bytes, -1);

        assertThat(Ipv6Address.parse(theirs.getHostAddress()))
                .isEqualTo(new Ipv6Address(high, low));
        String text = Ipv6Address.format(high, low);
        assertThat(Ipv6Address.parse(text)).isEqualTo(new Ipv6Address(high, low));
        if (!text.contains(".")) {
            assertThat(InetAddress.getByName("[" + text + "]").getAddress()).isEqualTo(bytes);
        }
    }

    /** Halves with runs of zeros, which decide how an address is written. */
    @Provide
    Arbitrary<Long> halves() {
        Arbitrary<Long> mask =
                Arbitraries.of(
                        0L, -1L, 0xffffL, 0xffff_0000L, 0xffff_0000_0000_ffffL, 0xffff_0000_ffffL);
        return net.jqwik.api.Combinators.combine(Arbitraries.longs(), mask)
                .as((bits, keep) -> bits & keep);
    }

    @ParameterizedTest
    @CsvSource({
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "0:0:0:0:0:0:0:1, ::1",
        "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
        "2001:0db8:0000:0001:0001:0001:0001:0001, 2001:db8:0:1:1:1:1:1",
        "2001:db8::1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "1:2:3:4:5:6::, 1:2:3:4:5:6::",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        "::ffff:192.0.2.1, ::ffff:192.0.2.1",
        "::ffff:c000:201, ::ffff:192.0.2.1",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304",
        "ff02::1:ff00:2, ff02::1:ff00:2",
    })
    void shouldWriteIpv6AsRfc5952Says(String text, String canonical) {
        assertThat(Ipv6Address.parse(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":::",
                "1",
                "1:",
                ":1",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8:",
                "1:2:3:4::5:6:7:8",
                "::1:2:3:4:5:6:7:8",
                "1::2::3",
                "1:::2",
                "::12345",
                "::g",
                "::\u0661",
                "::1%eth0",
                "[::1]",
                " ::1",
                "::1.2.3",
                "::1.2.3.4.5",
                "::1.2.3.4:5",
                "1.2.3.4",
                "1.2.3.4::",
                "::1.2.3.256",
                "1:2:3:4:5:6:7:1.2.3.4",
                "::abcd.2.3.4",
            })
    void shouldRefuseWhatIsNoIpv6Address(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ipv6Address.parse(text))
                .withMessage("not an IPv6 address: \"" + text + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2.3",
                "1.2.3.",
                ".1.2.3.4",
                "1.2.3.4.",
                "1.2.3.4.5",
                "1..3.4",
                "1.2.3.256",
                "1.2.3.1000",
                "01.2.3.4",
                "1.2.3.00",
                "1.2.3.-4",
                "1.2.3.+4",
                "1.2.3.4 ",
                "0x1.2.3.4",
                "1.2.3.\u0664",
                "localhost",
                "::1",
            })
    void shouldRefuseWhatIsNoIpv4Address(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ipv4Address.parse(text))
                .withMessage("not an IPv4 address: \"" + text + "\"");
    }

    @Property
    void shouldNeverThrowAnythingElse(@ForAll("nearAddresses") String text) {
        try {
            Ipv6Address address = Ipv6Address.parse(text);
            assertThat(Ipv6Address.parse(address.toString())).isEqualTo(address);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining(text);
        }
    }

    @Provide
    Arbitrary<String> nearAddresses() {
        return Arbitraries.strings().withChars("0123f:::..").ofMaxLength(24);
    }

    @Test
    void shouldKnowItsKinds() {
        assertThat(Ipv4Address.parse("224.0.0.1").multicast()).isTrue();
        assertThat(Ipv4Address.parse("240.0.0.1").multicast()).isFalse();
        assertThat(Ipv6Address.parse("ff02::1").multicast()).isTrue();
        assertThat(Ipv6Address.parse("fe80::1").multicast()).isFalse();
        assertThat(Ipv6Address.parse("febf::1").linkLocal()).isTrue();
        assertThat(Ipv6Address.parse("fec0::1").linkLocal()).isFalse();
    }
}
