// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.dpdk4j.docker.ContainerDevice;
import org.dpdk4j.docker.DeviceNodes;
import org.dpdk4j.docker.DockerException;
import org.dpdk4j.docker.NetworkOptions;
import org.dpdk4j.sriov.MacAddress;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.binding.InterfaceUse;
import org.dpdk4j.sriov.binding.IommuGroup;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Reservation;
import org.dpdk4j.sriov.inventory.ReservedVf;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.pci.PciBus;
import org.dpdk4j.sriov.pci.PciFunction;
import org.dpdk4j.sriov.pf.Netdev;
import org.dpdk4j.sriov.pf.VfSettings;

/** Makes reserved virtual functions a container's: addresses, settings, driver, nodes. */
final class Devices {
    /** Their userspace drivers work beside the kernel's, through RDMA. */
    private static final Set<String> BIFURCATED = Set.of("mlx4_core", "mlx5_core", "mana");

    private final Kernel kernel;
    private final RunRequest request;
    private final DeviceNodes nodes;
    private final SecureRandom random = new SecureRandom();

    Devices(Kernel kernel, RunRequest request) {
        this.kernel = kernel;
        this.request = request;
        this.nodes = DeviceNodes.of(kernel);
    }

    /**
     * A device that is ready.
     *
     * @param device what the container is told
     * @param planned what the engine is told
     */
    record Granted(ContainerDevice device, RunPlan.Device planned) {}

    /** Sets up and binds what was reserved. */
    List<Granted> grant(
            Inventory inventory,
            Reservation reservation,
            String network,
            NetworkOptions options,
            Optional<String> wantedMac,
            Signals signals) {
        List<MacAddress> macs = new ArrayList<>();
        List<VfSettings> settings = new ArrayList<>();
        boolean whole = options.passthrough();
        for (ReservedVf vf : reservation.vfs()) {
            if (whole) {
                macs.add(ownMac(vf, wantedMac));
                continue;
            }
            MacAddress mac =
                    macs.isEmpty() && wantedMac.isPresent()
                            ? MacAddress.parse(wantedMac.get())
                            : madeUp();
            macs.add(mac);
            settings.add(options.vfSettings().mac(mac).build());
        }
        // Before anything is set, so that the driver answers with the same address from the start.
        inventory.remember(
                reservation.id(),
                Map.of(
                        "mac",
                        macs.getFirst().toString(),
                        "macs",
                        macs.stream().map(MacAddress::toString).collect(Collectors.joining(","))));
        if (!whole) {
            inventory.configure(reservation.id(), settings);
        }
        signals.check();
        boolean rdma = rdma(reservation);
        if (rdma) {
            requireOneUnused(reservation);
            inventory.remember(reservation.id(), Map.of("kind", "rdma"));
        } else {
            inventory.bind(reservation.id(), request.driver(), request.force());
        }
        signals.check();
        PciBus bus = PciBus.of(kernel);
        List<Granted> granted = new ArrayList<>();
        for (int i = 0; i < reservation.vfs().size(); i++) {
            PciFunction function = bus.function(reservation.vfs().get(i).address());
            List<String> paths = rdma ? nodes.rdma(function) : nodes.of(function, request.driver());
            if (!rdma) {
                requireOwnGroup(inventory, reservation, function);
            }
            if (rdma && paths.isEmpty()) {
                throw new DockerException(
                        function.address()
                                + " has no node in /dev/infiniband, by which DPDK would drive it."
                                + " Load ib_uverbs and the RDMA driver of the NIC.");
            }
            ContainerDevice device =
                    new ContainerDevice(
                            network,
                            reservation.id(),
                            function.address(),
                            rdma ? function.driver() : Optional.of(request.driver().kernelName()),
                            Optional.empty(),
                            macs.get(i),
                            options.vlan(),
                            options.mtu(),
                            function.numaNode(),
                            paths,
                            function.rdmaDevices());
            granted.add(
                    new Granted(
                            device,
                            new RunPlan.Device(
                                    network,
                                    function.address().toString(),
                                    paths,
                                    "/sys/bus/pci/devices/" + function.address())));
        }
        inventory.remember(
                reservation.id(),
                Map.of(
                        DeviceNodes.NODES,
                        granted.stream()
                                .flatMap(one -> one.planned().nodes().stream())
                                .collect(Collectors.joining(" "))));
        return granted;
    }

    /** Who opens the node of a group has all that is in it. */
    private void requireOwnGroup(
            Inventory inventory, Reservation reservation, PciFunction function) {
        Optional<IommuGroup> group = IommuGroup.of(kernel, function);
        if (group.isEmpty()) {
            return;
        }
        Set<PciAddress> members =
                group.get().members().stream()
                        .map(PciFunction::address)
                        .collect(Collectors.toSet());
        for (Reservation other : inventory.reservations()) {
            boolean shares =
                    other.id() != reservation.id()
                            && !other.owner().equals(reservation.owner())
                            && other.vfs().stream().anyMatch(vf -> members.contains(vf.address()));
            if (shares) {
                throw new DockerException(
                        function.address()
                                + " shares IOMMU group "
                                + group.get().number()
                                + " with a device of reservation "
                                + other.id()
                                + " ("
                                + other.owner()
                                + "): each could reach the other's. Release that first, or move the"
                                + " NIC to a slot whose ports isolate it (ACS).");
            }
        }
    }

    /** Gives the nodes to a user. */
    void own(List<Granted> granted, RunPlan.Owner user) {
        for (Granted device : granted) {
            for (String node : device.planned().nodes()) {
                nodes.own(node, user.uid(), user.gid());
            }
        }
    }

    /** Nodes that aren't known yet. */
    static List<String> placeholders(UserspaceDriver driver, int number) {
        return switch (driver) {
            case VFIO_PCI -> List.of("/dev/vfio/vfio", "/dev/vfio/GROUP_" + number);
            case VFIO_NOIOMMU -> List.of("/dev/vfio/vfio", "/dev/vfio/noiommu-GROUP_" + number);
            case UIO_PCI_GENERIC, IGB_UIO -> List.of("/dev/uio_" + number);
        };
    }

    private boolean rdma(Reservation reservation) {
        PciBus bus = PciBus.of(kernel);
        long bifurcated =
                reservation.vfs().stream()
                        .map(vf -> bus.function(vf.address()).driver())
                        .filter(driver -> driver.map(BIFURCATED::contains).orElse(false))
                        .count();
        if (bifurcated != 0 && bifurcated != reservation.vfs().size()) {
            throw new DockerException(
                    "Some of the virtual functions of this network are left on their kernel driver"
                            + " and some are not. Make a network of one NIC.");
        }
        return bifurcated != 0;
    }

    /** Docker moves the interface into the container, and only one for a network. */
    private void requireOneUnused(Reservation reservation) {
        if (reservation.vfs().size() > 1) {
            throw new DockerException(
                    "Of a NIC whose driver stays the kernel's a network gives a container one"
                            + " virtual function: its interface moves, and Docker moves one. Leave"
                            + " out --numVf, or use more networks.");
        }
        PciFunction function = PciBus.of(kernel).function(reservation.vfs().getFirst().address());
        List<String> reasons = InterfaceUse.of(kernel, function).reasons();
        if (!reasons.isEmpty() && !request.force()) {
            throw new DockerException(
                    function.address()
                            + " is in use: "
                            + String.join("; ", reasons)
                            + ". Its interface would move into the container all the same with"
                            + " --force.");
        }
    }

    /** A NIC that is given away as a whole keeps its address. */
    private MacAddress ownMac(ReservedVf nic, Optional<String> wanted) {
        if (wanted.isPresent()) {
            throw new DockerException(
                    "A network with mode=passthrough gives the NIC's own address: leave out"
                            + " --mac-address.");
        }
        return Netdev.of(kernel, nic.address()).stream()
                .findFirst()
                .map(Netdev::mac)
                .orElseThrow(() ->
                        new DockerException(
                                nic.address()
                                        + " has no network interface that would tell its address."));
    }

    /** Of one device, not of a group, and administered here. */
    private MacAddress madeUp() {
        return MacAddress.of((random.nextLong() & 0xfcff_ffff_ffffL) | 0x0200_0000_0000L);
    }
}
