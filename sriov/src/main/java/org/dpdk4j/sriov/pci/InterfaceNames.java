// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.pci;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.netlink.Link;
import org.dpdk4j.sriov.sysfs.Sysfs;

/** Names of network interfaces as people give them, which needn't be any. */
final class InterfaceNames {
    /** ALTIFNAMSIZ, the zero at the end among them; ordinary names are shorter. */
    private static final int MAX_BYTES = 128;

    private InterfaceNames() {}

    /** Follows {@code dev_valid_name} of Linux: what passes can't lead out of a directory. */
    static void check(String name) {
        boolean valid =
                !name.isEmpty()
                        && name.getBytes(UTF_8).length < MAX_BYTES
                        && !name.equals(".")
                        && !name.equals("..")
                        && name.chars()
                                .noneMatch(c ->
                                        c <= ' '
                                                || c == 0x7f
                                                || c == '/'
                                                || c == ':'
                                                || Character.isWhitespace(c));
        if (!valid) {
            throw new IllegalArgumentException(
                    "\""
                            + printable(name)
                            + "\" can't be the name of a network interface: give one as ip link"
                            + " shows it, or a PCI address.");
        }
    }

    /** The device that an interface says it sits on, if that is one of PCI. */
    static Optional<PciAddress> pciAddress(Link link, Sysfs sysfs) {
        String device =
                link.device().isEmpty()
                        ? sysfs.linkName(Sysfs.NET + link.name() + "/device").orElse("")
                        : link.device();
        try {
            return Optional.of(PciAddress.parse(device));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String printable(String name) {
        String start = name.length() > MAX_BYTES ? name.substring(0, MAX_BYTES) + "…" : name;
        return start.replaceAll("[\\p{Cntrl}]", "?");
    }
}
