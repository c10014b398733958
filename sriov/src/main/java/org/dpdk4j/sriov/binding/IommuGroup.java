// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.binding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.pci.PciBus;
import org.dpdk4j.sriov.pci.PciFunction;
import org.dpdk4j.sriov.sysfs.Sysfs;

/**
 * Devices that the IOMMU can't tell apart, so that VFIO gives all of them to one program or none.
 *
 * @param number as in {@code /dev/vfio/NUMBER}
 * @param members all PCI functions of the group, sorted
 * @param isolated whether an IOMMU stands behind it; VFIO makes groups without one, too
 */
public record IommuGroup(int number, List<PciFunction> members, boolean isolated) {
    // drivers/pci: they declare driver_managed_dma, or drive no device of their own.
    private static final Set<String> HARMLESS = Set.of("pci-stub", "pcieport", "shpchp");

    /** Copies the list. */
    public IommuGroup {
        members = List.copyOf(members);
    }

    /**
     * Looks a group up.
     *
     * @param kernel to ask
     * @param number of the group
     * @return the group
     * @throws SriovException if there is none
     */
    public static IommuGroup of(Kernel kernel, int number) {
        Sysfs sysfs = new Sysfs(kernel);
        String path = Sysfs.IOMMU_GROUPS + number;
        if (!sysfs.exists(path)) {
            throw new SriovException("There is no IOMMU group " + number + ".");
        }
        PciBus bus = PciBus.of(kernel);
        List<PciFunction> members = new ArrayList<>();
        for (String name : sysfs.names(path + "/devices")) {
            // Others than PCI devices exist, on other buses: VFIO asks nothing of them here.
            address(name).flatMap(bus::find).ifPresent(members::add);
        }
        boolean isolated = !sysfs.text(path + "/name").map("vfio-noiommu"::equals).orElse(false);
        return new IommuGroup(number, members, isolated);
    }

    /**
     * The group of a device.
     *
     * @param kernel to ask
     * @param function the device
     * @return its group, or nothing if no IOMMU is on
     */
    public static Optional<IommuGroup> of(Kernel kernel, PciFunction function) {
        return function.iommuGroup().isEmpty()
                ? Optional.empty()
                : Optional.of(of(kernel, function.iommuGroup().getAsInt()));
    }

    /**
     * The devices that keep VFIO from giving out a member: those with a driver of the kernel which
     * moves data, other than the member itself. Bridges don't count.
     *
     * @param member that is wanted
     * @return none if the group is viable
     */
    public List<PciFunction> obstacles(PciAddress member) {
        return members.stream()
                .filter(sibling -> !sibling.address().equals(member))
                .filter(sibling -> !sibling.bridge())
                .filter(sibling -> sibling.driver().isPresent())
                .filter(sibling -> !UserspaceDriver.vfio(sibling.driver().get()))
                .filter(sibling -> !HARMLESS.contains(sibling.driver().get()))
                .toList();
    }

    /**
     * Says in a sentence what {@link #obstacles} finds.
     *
     * @param member that is wanted
     * @return the sentence, or nothing if VFIO would give the member out
     */
    public Optional<String> hindrance(PciAddress member) {
        List<PciFunction> obstacles = obstacles(member);
        if (obstacles.isEmpty()) {
            return Optional.empty();
        }
        String names =
                obstacles.stream()
                        .map(sibling ->
                                sibling.address()
                                        + " ("
                                        + sibling.id()
                                        + ", on "
                                        + sibling.driver().orElse("no driver")
                                        + ")")
                        .collect(Collectors.joining(", "));
        return Optional.of(
                member
                        + " shares IOMMU group "
                        + number
                        + " with "
                        + names
                        + ": VFIO gives out all of a group or nothing. Bind these to vfio-pci, too,"
                        + " or take them off their drivers, or move the card to a slot whose ports"
                        + " isolate it (ACS).");
    }

    private static Optional<PciAddress> address(String name) {
        try {
            return Optional.of(PciAddress.parse(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
