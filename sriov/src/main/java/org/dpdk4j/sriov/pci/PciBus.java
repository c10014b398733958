// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.pci;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.netlink.Link;
import org.dpdk4j.sriov.netlink.Links;
import org.dpdk4j.sriov.sysfs.Refusal;
import org.dpdk4j.sriov.sysfs.Sysfs;

/**
 * The PCI functions of the machine. Each call looks anew; nothing is kept, so that renames, hotplug
 * and other people's changes are seen.
 */
public final class PciBus {
    private static final Pattern SPEED = Pattern.compile("([0-9.]+) GT/s.*");

    private static final Pattern VIRTIO = Pattern.compile("virtio\\d+");

    private final Kernel kernel;
    private final Sysfs sysfs;

    private PciBus(Kernel kernel) {
        this.kernel = kernel;
        this.sysfs = new Sysfs(kernel);
    }

    /**
     * The bus of a kernel.
     *
     * @param kernel to ask
     * @return the bus
     */
    public static PciBus of(Kernel kernel) {
        return new PciBus(kernel);
    }

    /**
     * All functions. One that vanishes meanwhile is left out.
     *
     * @return sorted by address
     */
    public List<PciFunction> functions() {
        Representors representors = Representors.read(sysfs);
        List<PciFunction> functions = new ArrayList<>();
        for (String name : sysfs.names(Sysfs.PCI_DEVICES)) {
            find(PciAddress.parse(name), representors).ifPresent(functions::add);
        }
        functions.sort(Comparator.comparing(PciFunction::address));
        return List.copyOf(functions);
    }

    /**
     * One function.
     *
     * @param address of it
     * @return it
     * @throws SriovException if there is none at this address
     */
    public PciFunction function(PciAddress address) {
        return find(address)
                .orElseThrow(() ->
                        new SriovException(
                                "There is no PCI device at "
                                        + address
                                        + ". The command list shows those that there"
                                        + " are."));
    }

    /**
     * One function, if it is there.
     *
     * @param address of it
     * @return it, or nothing if there is none at this address
     */
    public Optional<PciFunction> find(PciAddress address) {
        return find(address, Representors.read(sysfs, address));
    }

    /**
     * The function behind a network interface of this namespace.
     *
     * @param netdev its name, or one of its alternative names
     * @return the function
     * @throws IllegalArgumentException if no interface can have this name
     * @throws SriovException if there is no such interface, or no PCI device behind it
     */
    public PciFunction named(String netdev) {
        InterfaceNames.check(netdev);
        try {
            Optional<Link> link = Links.of(kernel).named(netdev);
            if (link.isEmpty()) {
                throw new SriovException("There is no network interface \"" + netdev + "\" here.");
            }
            String name = link.get().name();
            return InterfaceNames.pciAddress(link.get(), sysfs)
                    .flatMap(this::find)
                    .or(() ->
                            functions().stream().filter(f -> f.netdevs().contains(name)).findAny())
                    .orElseThrow(() ->
                            new SriovException(
                                    "There is no PCI device behind the network interface"
                                            + " \""
                                            + netdev
                                            + "\"."));
        } catch (KernelException e) {
            throw Refusal.of(kernel, "find the network interface \"" + netdev + "\"", e);
        }
    }

    private Optional<PciFunction> find(PciAddress address, Representors representors) {
        String path = Sysfs.device(address);
        OptionalInt vendor = sysfs.number(path + "/vendor");
        OptionalInt device = sysfs.number(path + "/device");
        OptionalInt classCode = sysfs.number(path + "/class");
        if (vendor.isEmpty() || device.isEmpty() || classCode.isEmpty()) {
            return Optional.empty();
        }
        Optional<PciAddress> parent = sysfs.linkName(path + "/physfn").map(PciAddress::parse);
        OptionalInt index = parent.isEmpty() ? OptionalInt.empty() : vfIndex(parent.get(), address);
        Optional<String> driver = sysfs.linkName(path + "/driver");
        List<String> netdevs = netdevs(path, driver);
        List<String> ours = representors.of(address, parent, index);
        netdevs.removeAll(ours);
        return Optional.of(
                new PciFunction(
                        address,
                        vendor.getAsInt(),
                        device.getAsInt(),
                        classCode.getAsInt(),
                        driver,
                        natural(sysfs.number(path + "/numa_node")),
                        link(path),
                        iommuGroup(path),
                        netdevs,
                        sysfs.names(path + "/infiniband"),
                        ours,
                        sriov(path),
                        parent,
                        index));
    }

    private List<String> netdevs(String path, Optional<String> driver) {
        List<String> netdevs = new ArrayList<>(sysfs.names(path + "/net"));
        if (driver.filter("virtio-pci"::equals).isPresent()) {
            // Its interface belongs to a device between the two.
            for (String name : sysfs.names(path)) {
                if (VIRTIO.matcher(name).matches()) {
                    netdevs.addAll(sysfs.names(path + "/" + name + "/net"));
                }
            }
        }
        return netdevs;
    }

    private OptionalInt iommuGroup(String path) {
        Optional<String> name = sysfs.linkName(path + "/iommu_group");
        return name.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(name.get()));
    }

    private Optional<SriovCapability> sriov(String path) {
        OptionalInt total = sysfs.number(path + "/sriov_totalvfs");
        if (total.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new SriovCapability(
                        total.getAsInt(),
                        sysfs.number(path + "/sriov_numvfs").orElse(0),
                        sysfs.number(path + "/sriov_drivers_autoprobe").orElse(1) != 0));
    }

    /**
     * Calculated as the SR-IOV specification lays virtual functions out, and believed if the
     * kernel's link confirms it: thousands of them needn't be searched for each.
     */
    private OptionalInt vfIndex(PciAddress parent, PciAddress address) {
        String path = Sysfs.device(parent);
        OptionalInt offset = sysfs.number(path + "/sriov_offset");
        OptionalInt stride = sysfs.number(path + "/sriov_stride");
        if (offset.isPresent() && stride.orElse(0) > 0) {
            int distance = routingId(address) - routingId(parent) - offset.getAsInt();
            int index = distance / stride.getAsInt();
            if (distance >= 0 && isVf(path, index, address)) {
                return OptionalInt.of(index);
            }
        }
        int count = sysfs.number(path + "/sriov_numvfs").orElse(0);
        for (int index = 0; index < count; index++) {
            if (isVf(path, index, address)) {
                return OptionalInt.of(index);
            }
        }
        return OptionalInt.empty();
    }

    private boolean isVf(String parent, int index, PciAddress address) {
        return sysfs.linkName(parent + "/virtfn" + index)
                .filter(address.toString()::equals)
                .isPresent();
    }

    private static int routingId(PciAddress address) {
        return address.bus() << 8 | address.device() << 3 | address.function();
    }

    private Optional<PcieLink> link(String path) {
        double speed = gigatransfers(path + "/current_link_speed");
        double maxSpeed = gigatransfers(path + "/max_link_speed");
        int width = sysfs.number(path + "/current_link_width").orElse(0);
        int maxWidth = sysfs.number(path + "/max_link_width").orElse(0);
        // Virtual functions read as unknown, 0 or 255 lanes: the link is the physical function's.
        boolean known = speed > 0 && maxSpeed > 0 && width > 0 && maxWidth > 0 && maxWidth <= 32;
        return known
                ? Optional.of(new PcieLink(speed, width, maxSpeed, maxWidth))
                : Optional.empty();
    }

    private double gigatransfers(String path) {
        Matcher matcher = SPEED.matcher(sysfs.text(path).orElse(""));
        return matcher.matches() ? Double.parseDouble(matcher.group(1)) : 0;
    }

    /** The kernel says -1 for what it doesn't know. */
    private static OptionalInt natural(OptionalInt number) {
        return number.orElse(-1) < 0 ? OptionalInt.empty() : number;
    }
}
