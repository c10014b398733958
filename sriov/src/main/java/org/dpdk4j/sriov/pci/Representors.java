// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.pci;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.sysfs.Sysfs;

/**
 * The interfaces that stand for virtual functions where a NIC's switch is in switchdev mode. The
 * kernel tells them by the switch that they belong to ({@code phys_switch_id}) and by their port's
 * name ({@code phys_port_name}: {@code pf0vf3}, or {@code vf3} from older drivers); their own names
 * mean nothing.
 */
final class Representors {
    private static final Pattern PORT = Pattern.compile("(?:c\\d+)?(?:pf(\\d{1,5}))?vf(\\d{1,5})");
    private static final Pattern UPLINK = Pattern.compile("p(\\d{1,5})");

    private record Port(String netdev, String switchId, OptionalInt pf, int vf) {}

    private final Sysfs sysfs;
    private final List<Port> ports;

    private Representors(Sysfs sysfs, List<Port> ports) {
        this.sysfs = sysfs;
        this.ports = ports;
    }

    /** All that this machine has. */
    static Representors read(Sysfs sysfs) {
        List<Port> ports = new ArrayList<>();
        for (String netdev : sysfs.names(Sysfs.NET)) {
            port(sysfs, netdev).ifPresent(ports::add);
        }
        return new Representors(sysfs, ports);
    }

    /** Those that matter for one function: mostly none, which is found out without a search. */
    static Representors read(Sysfs sysfs, PciAddress address) {
        String path = Sysfs.device(address);
        Optional<PciAddress> parent = sysfs.linkName(path + "/physfn").map(PciAddress::parse);
        boolean hasSwitch =
                sysfs.names(Sysfs.device(parent.orElse(address)) + "/net").stream()
                        .anyMatch(netdev -> switchId(sysfs, netdev).isPresent());
        return hasSwitch ? read(sysfs) : new Representors(sysfs, List.of());
    }

    /** Of a physical function all of them, of a virtual function its own. */
    List<String> of(PciAddress address, Optional<PciAddress> parent, OptionalInt index) {
        if (ports.isEmpty()) {
            return List.of();
        }
        PciAddress physical = parent.orElse(address);
        OptionalInt number = OptionalInt.empty();
        Optional<String> ourSwitch = Optional.empty();
        for (String netdev : sysfs.names(Sysfs.device(physical) + "/net")) {
            ourSwitch = ourSwitch.or(() -> switchId(sysfs, netdev));
            Matcher uplink = UPLINK.matcher(portName(sysfs, netdev));
            if (uplink.matches()) {
                number = OptionalInt.of(Integer.parseInt(uplink.group(1)));
            }
        }
        if (ourSwitch.isEmpty()) {
            return List.of();
        }
        String switchId = ourSwitch.get();
        int pf = number.orElse(physical.function());
        return ports.stream()
                .filter(port -> port.switchId.equals(switchId) && port.pf.orElse(pf) == pf)
                .filter(port -> parent.isEmpty() || port.vf == index.orElse(-1))
                .map(Port::netdev)
                .toList();
    }

    private static Optional<Port> port(Sysfs sysfs, String netdev) {
        Matcher matcher = PORT.matcher(portName(sysfs, netdev));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        OptionalInt pf =
                matcher.group(1) == null
                        ? OptionalInt.empty()
                        : OptionalInt.of(Integer.parseInt(matcher.group(1)));
        int vf = Integer.parseInt(matcher.group(2));
        return switchId(sysfs, netdev).map(id -> new Port(netdev, id, pf, vf));
    }

    private static Optional<String> switchId(Sysfs sysfs, String netdev) {
        return sysfs.text(Sysfs.NET + netdev + "/phys_switch_id").filter(id -> !id.isEmpty());
    }

    private static String portName(Sysfs sysfs, String netdev) {
        return sysfs.text(Sysfs.NET + netdev + "/phys_port_name").orElse("");
    }
}
