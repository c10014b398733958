// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.pf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.dpdk4j.sriov.MacAddress;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.netlink.Link;
import org.dpdk4j.sriov.netlink.Links;
import org.dpdk4j.sriov.sysfs.Refusal;
import org.dpdk4j.sriov.sysfs.Sysfs;

/**
 * The network interface of a device: its state when it was looked at, and ways to change it. It is
 * known by its index, so a rename in between does no harm.
 */
public final class Netdev {
    /** Ports of other functions, which hang on the PF's device in switchdev mode. */
    private static final Pattern REPRESENTOR = Pattern.compile("(c\\d+)?(pf\\d+)?[vs]f\\d+");

    /** A device that is renamed just now. */
    private static final int TRIES = 5;

    private final Kernel kernel;
    private final PciAddress device;
    private final Link link;

    private Netdev(Kernel kernel, PciAddress device, Link link) {
        this.kernel = kernel;
        this.device = device;
        this.link = link;
    }

    /**
     * The interfaces of a device in this network namespace; mostly one. Representors are not among
     * them.
     *
     * @param kernel to be asked
     * @param device a PF or VF
     * @return them, none if the device is with a userspace driver or in another namespace
     * @throws SriovException if the kernel can't be asked
     */
    public static List<Netdev> of(Kernel kernel, PciAddress device) {
        Sysfs sysfs = new Sysfs(kernel);
        for (int i = 1; ; i++) {
            List<Netdev> netdevs = new ArrayList<>();
            boolean complete = true;
            String net = Sysfs.device(device) + "/net";
            for (String name : sysfs.names(net)) {
                OptionalInt index = sysfs.number(net + "/" + name + "/ifindex");
                Optional<Link> link =
                        index.isEmpty() ? Optional.empty() : link(kernel, index.getAsInt());
                complete &= link.isPresent();
                link.filter(found -> !REPRESENTOR.matcher(found.portName()).matches())
                        .ifPresent(found -> netdevs.add(new Netdev(kernel, device, found)));
            }
            if (complete || i == TRIES) {
                return List.copyOf(netdevs);
            }
        }
    }

    /**
     * What it is known by in the kernel.
     *
     * @return the same number as long as it stays in its namespace
     */
    public int index() {
        return link.index();
    }

    /**
     * What it was called.
     *
     * @return a name
     */
    public String name() {
        return link.name();
    }

    /**
     * What else it was called.
     *
     * @return other names, mostly none
     */
    public List<String> altNames() {
        return link.altNames();
    }

    /**
     * Its own MAC address.
     *
     * @return the address
     */
    public MacAddress mac() {
        return MacAddress.of(link.mac());
    }

    /**
     * How long the frames that it sends may be, without their headers.
     *
     * @return bytes
     */
    public int mtu() {
        return link.mtu();
    }

    /**
     * Whether it was set up, whatever the cable says.
     *
     * @return true if so
     */
    public boolean up() {
        return link.up();
    }

    /**
     * Sets the MTU, and looks whether it is so.
     *
     * @param bytes such as 1500
     * @throws SriovException if the driver refuses
     */
    public void mtu(int bytes) {
        String attempt = "set the MTU of " + this + " to " + bytes;
        try {
            Links links = Links.of(kernel);
            links.mtu(index(), bytes);
            int now = links.get(index()).map(Link::mtu).orElse(bytes);
            if (now != bytes) {
                throw new SriovException(
                        "Can't " + attempt + ": the driver took it, but it is still " + now + ".");
            }
        } catch (KernelException e) {
            throw Refusal.of(kernel, attempt, e);
        }
    }

    /**
     * Sets it up or down.
     *
     * @param up or down
     * @throws SriovException if the driver refuses
     */
    public void up(boolean up) {
        try {
            Links.of(kernel).up(index(), up);
        } catch (KernelException e) {
            throw Refusal.of(kernel, "set " + this + (up ? " up" : " down"), e);
        }
    }

    /** Its name and device. */
    @Override
    public String toString() {
        return name() + " (" + device + ")";
    }

    private static Optional<Link> link(Kernel kernel, int index) {
        try {
            return Links.of(kernel).get(index);
        } catch (KernelException e) {
            throw Refusal.of(kernel, "read network interface " + index, e);
        }
    }
}
