// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dpdk4j.sriov.netlink.NetworkNamespace.sh;

import java.util.List;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.testing.RequiresRoot;
import org.junit.jupiter.api.Test;

/** What they say, beside what was told to {@code ip}. */
@RequiresRoot
class AddressesAndRoutesTest {
    private final Kernel kernel = Kernel.system();

    @Test
    void shouldReadAddressesOfBothFamilies() throws Exception {
        NetworkNamespace.run(() -> {
            sh(
                    """
                    ip link add v0 type veth peer name v1
                    ip link set v0 up; ip link set v1 up
                    ip addr add 192.0.2.1/24 dev v0
                    ip addr add 192.0.2.9 peer 192.0.2.10/32 dev v0
                    ip addr add 2001:db8::1/64 dev v0 nodad
                    ip addr add 192.0.2.77/24 dev v1
                    """);
            List<Address> addresses = Addresses.of(kernel).of(index("v0"));
            assertThat(addresses)
                    .filteredOn(address -> !address.linkLocal())
                    .extracting(Address::toString)
                    .containsExactlyInAnyOrder(
                            "192.0.2.1/24", "192.0.2.9/32", "2001:db8:0:0:0:0:0:1/64");
            assertThat(addresses).filteredOn(Address::linkLocal).hasSize(1);
            assertThat(Addresses.of(kernel).of(index("lo"))).isEmpty();
        });
    }

    @Test
    void shouldReadRoutesOfAllTablesAndKinds() throws Exception {
        NetworkNamespace.run(() -> {
            sh(
                    """
                    ip link add v0 type veth peer name v1
                    ip link set v0 up; ip link set v1 up
                    ip addr add 192.0.2.1/24 dev v0
                    ip addr add 2001:db8::1/64 dev v0 nodad
                    ip addr add 198.51.100.1/24 dev v1
                    ip route add default via 192.0.2.254
                    ip route add 203.0.113.0/24 via 192.0.2.7 table 1234
                    ip route add 203.0.113.0/25 \
                      nexthop via 198.51.100.7 nexthop via 192.0.2.8
                    ip -6 route add default via 2001:db8::fe
                    ip -6 route add 2001:db8:7::/48 nexthop via 2001:db8::8 dev v0 \
                      nexthop via fe80::8 dev v1
                    """);
            int v0 = index("v0");
            int v1 = index("v1");
            List<Route> routes = Routes.of(kernel).through(v0);
            assertThat(routes)
                    .filteredOn(route -> !route.automatic())
                    .extracting(route -> route + " table " + route.table())
                    .containsExactlyInAnyOrder(
                            "default of IPv4 table 254",
                            "203.0.113.0/24 table 1234",
                            "203.0.113.0/25 table 254",
                            "default of IPv6 table 254",
                            "2001:db8:7:0:0:0:0:0/48 table 254");
            assertThat(routes)
                    .filteredOn(route -> route.toString().equals("203.0.113.0/25"))
                    .singleElement()
                    .satisfies(route -> assertThat(route.links()).containsExactly(v1, v0));
            assertThat(routes)
                    .filteredOn(route -> route.toString().equals("192.0.2.0/24"))
                    .singleElement()
                    .satisfies(route -> assertThat(route.automatic()).isTrue());
            String all = sh("ip -o -4 route show table all; ip -o -6 route show table all");
            assertThat(routes)
                    .hasSize((int) all.lines().filter(r -> r.contains("dev v0 ")).count());
        });
    }

    private int index(String name) throws Exception {
        return Links.of(kernel).named(name).orElseThrow().index();
    }
}
