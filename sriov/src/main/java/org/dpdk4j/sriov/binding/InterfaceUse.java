// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.binding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.netlink.Address;
import org.dpdk4j.sriov.netlink.Addresses;
import org.dpdk4j.sriov.netlink.Link;
import org.dpdk4j.sriov.netlink.Links;
import org.dpdk4j.sriov.netlink.Route;
import org.dpdk4j.sriov.netlink.Routes;
import org.dpdk4j.sriov.pci.PciFunction;
import org.dpdk4j.sriov.sysfs.Refusal;

/**
 * What speaks against taking a device from the kernel: somebody would lose an interface that
 * carries something. An interface that is merely up, with the IPv6 addresses and routes that Linux
 * gives to each, is not in use.
 *
 * @param reasons each names the interface and what it carries; none if it is free
 */
public record InterfaceUse(List<String> reasons) {
    private static final int NAMED_ROUTES = 3;

    /** Copies the list. */
    public InterfaceUse {
        reasons = List.copyOf(reasons);
    }

    /**
     * Looks at the interfaces of a device.
     *
     * @param kernel to ask
     * @param function the device
     * @return what they are used for
     * @throws SriovException if the kernel doesn't tell
     */
    public static InterfaceUse of(Kernel kernel, PciFunction function) {
        List<String> reasons = new ArrayList<>();
        if (elsewhere(function)) {
            reasons.add(
                    function.driver().get()
                            + " drives it but its interface is not here, so it is in another"
                            + " network namespace, of a container perhaps");
        }
        try {
            for (String netdev : function.netdevs()) {
                Optional<Link> link = Links.of(kernel).named(netdev);
                if (link.isPresent()) {
                    add(reasons, kernel, link.get());
                }
            }
        } catch (KernelException e) {
            throw Refusal.of(kernel, "see whether " + function.address() + " is in use", e);
        }
        return new InterfaceUse(reasons);
    }

    private static boolean elsewhere(PciFunction function) {
        return function.network()
                && function.netdevs().isEmpty()
                && function.driver().isPresent()
                && !function.driver().get().equals("pci-stub")
                && !UserspaceDriver.holds(function.driver());
    }

    private static void add(List<String> reasons, Kernel kernel, Link link) throws KernelException {
        for (Address address : Addresses.of(kernel).of(link.index())) {
            if (!address.linkLocal()) {
                reasons.add(link.name() + " has the address " + address);
            }
        }
        List<Route> routes =
                Routes.of(kernel).through(link.index()).stream()
                        .filter(route -> !route.automatic())
                        .toList();
        routes.stream()
                .limit(NAMED_ROUTES)
                .forEach(route -> reasons.add(link.name() + " has the route " + route));
        if (routes.size() > NAMED_ROUTES) {
            reasons.add(link.name() + " has " + (routes.size() - NAMED_ROUTES) + " more routes");
        }
        Links links = Links.of(kernel);
        if (link.master() != 0) {
            reasons.add(
                    link.name()
                            + " belongs to "
                            + links.get(link.master())
                                    .map(InterfaceUse::described)
                                    .orElse("another interface"));
        }
        for (Link other : links.all()) {
            if (other.below() == link.index()
                    && other.index() != link.index()
                    && !other.belowElsewhere()) {
                reasons.add(link.name() + " carries " + described(other));
            }
        }
    }

    private static String described(Link link) {
        return link.kind().isEmpty() ? link.name() : link.kind() + " " + link.name();
    }
}
