// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.binding;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.netlink.Link;
import org.dpdk4j.sriov.netlink.Links;
import org.dpdk4j.sriov.netlink.Rtnetlink;
import org.dpdk4j.sriov.pci.PciFunction;
import org.dpdk4j.sriov.sysfs.Patience;
import org.dpdk4j.sriov.sysfs.Steps;
import org.dpdk4j.sriov.sysfs.Sysfs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the interface of a device forgets, since Linux makes it anew when its driver takes the
 * device back: its MTU, and that it was up.
 */
final class InterfaceState {
    private static final Logger LOG = LoggerFactory.getLogger(InterfaceState.class);

    /**
     * Until udev has given a new interface its name; before Linux 6.2 it can't while that is up.
     */
    private static final Duration RENAMING = Duration.ofSeconds(5);

    private final Kernel kernel;
    private final Sysfs sysfs;

    InterfaceState(Kernel kernel) {
        this.kernel = kernel;
        this.sysfs = new Sysfs(kernel);
    }

    /** The MTU, of a device that has exactly one interface. */
    OptionalInt mtu(PciFunction function) {
        return only(function.netdevs())
                .map(name -> sysfs.number(Sysfs.NET + name + "/mtu"))
                .orElse(OptionalInt.empty());
    }

    /** The name of its interface, of a device that has exactly one, if that is up. */
    Optional<String> up(PciFunction function) {
        return only(function.netdevs())
                .filter(name ->
                        (sysfs.number(Sysfs.NET + name + "/flags").orElse(0) & Rtnetlink.IFF_UP)
                                != 0);
    }

    /**
     * Puts both back, as far as that can be done; what is as it was already is left alone. The
     * device is given back all the same.
     */
    void restore(Binding before) {
        PciAddress device = before.address();
        if (before.mtu().isPresent()) {
            for (String netdev : netdevs(device)) {
                String path = Sysfs.NET + netdev + "/mtu";
                if (!sysfs.number(path).equals(before.mtu())) {
                    restoreMtu(path, before.mtu().getAsInt());
                }
            }
        }
        if (before.up().isPresent()) {
            restoreUp(device, before.up().get());
        }
    }

    private void restoreMtu(String path, int mtu) {
        try {
            new Steps(kernel).writeIfThere(path, mtu + "\n");
        } catch (KernelException e) {
            // Its NIC may have a smaller one by now.
            LOG.warn("{} was {} before, and is not: {}", path, mtu, e.getMessage());
        }
    }

    private void restoreUp(PciAddress device, String name) {
        Patience patience = new Patience(RENAMING);
        while (!netdevs(device).contains(name)
                && patience.pause("wait until " + device + " has its interface " + name)) {}
        for (String netdev : netdevs(device)) {
            try {
                Links links = Links.of(kernel);
                Optional<Link> link = links.named(netdev).filter(found -> !found.up());
                if (link.isPresent()) {
                    links.up(link.get().index(), true);
                }
            } catch (KernelException e) {
                // igbvf does so while its NIC is down.
                LOG.warn(
                        "{}, the interface of {}, was up before, and is not: {}",
                        netdev,
                        device,
                        e);
            }
        }
    }

    private List<String> netdevs(PciAddress device) {
        return sysfs.names(Sysfs.device(device) + "/net");
    }

    private static Optional<String> only(List<String> names) {
        return names.size() == 1 ? Optional.of(names.getFirst()) : Optional.empty();
    }
}
