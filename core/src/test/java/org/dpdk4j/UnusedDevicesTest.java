// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of devices that became no ports. */
class UnusedDevicesTest {
    private static final String NIC = "0000:01:10.0";
    private static final Set<String> NO_PORTS = Set.of();

    private MadeUpSystem system;

    @BeforeEach
    void makeAMachineWithANic(@TempDir Path root) throws IOException {
        system = new MadeUpSystem(root);
        system.bind(NIC, "vfio-pci");
        system.identify(NIC, "0x020000", "0x8086", "0x10ca");
    }

    private List<String> unused(Set<String> ports, String... options) {
        return unused("", ports, options);
    }

    private List<String> unused(String messages, Set<String> ports, String... options) {
        return UnusedDevices.find(
                EalOptions.parse(List.of(options)),
                messages,
                system.surroundings().pciDevices(),
                ports::contains);
    }

    @Test
    void shouldNameTheDeviceThatNoDriverKnows() throws IOException {
        system.bind("0000:01:10.2", "igbvf");
        system.bind("0000:00:05.0", "vfio-pci");
        system.file("sys/bus/pci/devices/0000:00:05.0/class", "0x030000\n");
        assertThat(unused(NO_PORTS))
                .as("no word of the kernel's, nor of a graphics card")
                .singleElement()
                .asString()
                .startsWith(NIC + " is no port of DPDK: none of its drivers")
                .contains("8086:10ca");
    }

    @Test
    void shouldSayNothingOfPortsNorWherePciIsLeftAlone() {
        assertThat(unused(Set.of(NIC))).isEmpty();
        assertThat(unused(NO_PORTS, "--no-pci")).isEmpty();
        assertThat(unused(Set.of("0000:3b:00.0"), "-a", "0000:3B:00.0")).isEmpty();
        assertThat(unused(NO_PORTS, "-a", "0000:3B:00.0")).hasSize(1);
    }

    @Test
    void shouldMissTheNodeOfVfioOnlyForDevicesThatWereNamed() throws IOException {
        system.group(NIC, 7);
        assertThat(unused(NO_PORTS)).as("another container's").isEmpty();
        assertThat(unused(NO_PORTS, "-a", NIC))
                .containsExactly(
                        NIC
                                + " is no port of DPDK: the node of its VFIO group is not in /dev/vfio");
        system.file("dev/vfio/7", "");
        assertThat(unused(NO_PORTS)).as("this container's").hasSize(1);
    }

    @Test
    void shouldGiveTheReasonThatEalGaveBeforeAnyOther() throws IOException {
        system.group(NIC, 7);
        assertThat(unused("EAL: " + NIC + " x", NO_PORTS, "-a", NIC))
                .containsExactly(NIC + " is no port of DPDK: EAL says: EAL: " + NIC + " x");
    }

    @Test
    void shouldSayWhoHasADeviceThatWasNamed() throws IOException {
        system.bind("0000:01:10.2", "igbvf");
        system.directory("sys/bus/pci/devices/0000:01:10.4");
        assertThat(unused(NO_PORTS, "-a", "01:10.2,arg=1", "--allow=pci:0000:01:10.4"))
                .satisfiesExactly(
                        first ->
                                assertThat(first).contains("0000:01:10.2", "kernel's driver igbvf"),
                        second ->
                                assertThat(second)
                                        .contains("0000:01:10.4", "no driver of the kernel"));
    }

    @Test
    void shouldSayThatADeviceThatWasNamedIsNotThere() {
        assertThat(unused(NO_PORTS, "-a", "99:00.0"))
                .containsExactly("0000:99:00.0 is no port of DPDK: there is no such PCI device");
    }

    @Test
    void shouldSayNothingOfDevicesThatAreNoPortsByIntent() {
        assertThat(unused(NO_PORTS, "-a", NIC + ",class=vdpa")).isEmpty();
    }

    @Test
    void shouldPassOverWhatHasNoPciAddress() {
        assertThat(unused(NO_PORTS, "-a", "auxiliary:mlx5_core.sf.1", "-a", NIC))
                .singleElement()
                .asString()
                .startsWith(NIC);
    }

    @Test
    void shouldExpectNoNodeOfVfioForDriversThatShareTheDeviceWithTheKernel() throws IOException {
        system.group(NIC, 7);
        system.bind("0000:05:00.0", "mlx5_core");
        system.group("0000:05:00.0", 7);
        assertThat(unused(NO_PORTS))
                .as("but for the other device of that group")
                .singleElement()
                .asString()
                .startsWith("0000:05:00.0 is no port of DPDK: none of its drivers");
    }

    @Test
    void shouldSayNothingOfADeviceWhosePortsHaveOtherNames() throws IOException {
        system.unbind(NIC, "vfio-pci");
        system.bind("0000:06:00.0", "mlx4_core");
        assertThat(unused(NO_PORTS)).isEmpty();
    }
}
