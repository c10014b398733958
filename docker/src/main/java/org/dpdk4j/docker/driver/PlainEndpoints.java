// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.driver;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.dpdk4j.docker.DockerNetwork;
import org.dpdk4j.sriov.MacAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.binding.InterfaceUse;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Reservation;
import org.dpdk4j.sriov.inventory.ReservationRequest;
import org.dpdk4j.sriov.inventory.ReservedVf;
import org.dpdk4j.sriov.inventory.VfState;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.pci.PciBus;
import org.dpdk4j.sriov.pf.Netdev;
import org.dpdk4j.sriov.pf.PhysicalFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Endpoints of plain containers: each has a virtual function as an interface of the kernel, from
 * creation to deletion, and its reservation is owned by the endpoint itself.
 */
final class PlainEndpoints {
    private static final Logger LOG = LoggerFactory.getLogger(PlainEndpoints.class);

    private final Inventory inventory;
    private final Kernel kernel;

    PlainEndpoints(Inventory inventory, Kernel kernel) {
        this.inventory = inventory;
        this.kernel = kernel;
    }

    /** Makes one, or finds the one that a repeated call means. */
    Messages.EndpointCreated create(
            DockerNetwork network,
            String endpoint,
            Messages.EndpointInterface offered,
            Map<String, String> remembered) {
        String wanted = Endpoints.text(offered.mac());
        for (Reservation before : inventory.reservations(owner(endpoint))) {
            if (before.state() == VfState.ATTACHED) {
                return Endpoints.chosen(
                        wanted.isEmpty() ? before.metadata().getOrDefault("mac", "") : "");
            }
            release(before);
        }
        boolean whole = network.options().passthrough();
        MacAddress mac =
                whole
                        ? ownMac(network, wanted)
                        : wanted.isEmpty()
                                ? Addresses.mac(network.id(), endpointAddress(offered, endpoint))
                                : MacAddress.parse(wanted);
        remembered.put("kind", "kernel");
        remembered.put("mac", mac.toString());
        remembered.put("created", Long.toString(System.currentTimeMillis() / 1000));
        remembered.put("boot", boot());
        Reservation reservation =
                inventory.reserve(
                        ReservationRequest.of(network.id(), 1, owner(endpoint)).with(remembered));
        try {
            requireUnused(reservation.vfs().getFirst());
        } catch (RuntimeException e) {
            inventory.release(reservation.id());
            throw e;
        }
        try {
            if (!whole) {
                inventory.configure(
                        reservation.id(), List.of(network.options().vfSettings().mac(mac).build()));
                readAddress(reservation.vfs().getFirst());
            }
            setMtu(network, reservation);
            inventory.attach(reservation.id(), owner(endpoint));
        } catch (RuntimeException e) {
            giveBack(reservation, e);
            throw e;
        }
        LOG.info("Endpoint {} has {}", endpoint, reservation.vfs().getFirst().address());
        return Endpoints.chosen(wanted.isEmpty() ? mac.toString() : "");
    }

    /** Docker would move it away from who uses it here. */
    private void requireUnused(ReservedVf vf) {
        List<String> reasons =
                InterfaceUse.of(kernel, PciBus.of(kernel).function(vf.address())).reasons();
        if (!reasons.isEmpty()) {
            throw new SriovException(
                    vf.address()
                            + " is in use here: "
                            + String.join("; ", reasons)
                            + ". No other of this network is free.");
        }
    }

    /**
     * Whether it is from before the machine was started anew: then its container ended with that.
     */
    boolean ended(Reservation reservation) {
        String boot = reservation.metadata().getOrDefault("boot", "");
        return plain(reservation) && !boot.isEmpty() && !boot.equals(boot());
    }

    private String boot() {
        try {
            return kernel.read("/proc/sys/kernel/random/boot_id").strip();
        } catch (KernelException e) {
            throw new SriovException("The kernel doesn't tell when it started: " + e, e);
        }
    }

    /** A NIC that is given away as a whole keeps its address. */
    private MacAddress ownMac(DockerNetwork network, String wanted) {
        if (!wanted.isEmpty()) {
            throw new SriovException(
                    "With mode=passthrough the NIC keeps its own address: leave out"
                            + " --mac-address.");
        }
        return Netdev.of(kernel, network.pf()).stream()
                .findFirst()
                .map(Netdev::mac)
                .orElseThrow(() ->
                        new SriovException(
                                network.pf()
                                        + " has no network interface here: another container has"
                                        + " it, or no driver of the kernel."));
    }

    /**
     * Some drivers (igbvf) read an address that the NIC was given for them when their interface
     * goes down, and until then refuse it from others, Docker among them.
     */
    private void readAddress(ReservedVf vf) {
        for (Netdev netdev : Netdev.of(kernel, vf.address())) {
            MacAddress mac = PhysicalFunction.of(kernel, vf.pf()).vf(vf.index()).mac();
            if (mac.bits() != 0 && !netdev.mac().equals(mac)) {
                netdev.up(true);
                netdev.up(false);
            }
        }
    }

    private void setMtu(DockerNetwork network, Reservation reservation) {
        Netdev netdev = netdev(reservation.vfs().getFirst());
        if (network.options().mtu().isPresent()) {
            inventory.remember(
                    reservation.id(), Map.of("mtu.before", Integer.toString(netdev.mtu())));
            netdev.mtu(network.options().mtu().getAsInt());
        }
    }

    private void giveBack(Reservation reservation, RuntimeException cause) {
        try {
            inventory.reservation(reservation.id()).ifPresent(this::release);
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    /** Gives back what a plain container had. */
    void release(Reservation reservation) {
        restoreMtu(reservation);
        inventory.release(reservation.id());
        ReservedVf vf = reservation.vfs().getFirst();
        if (!vf.address().equals(vf.pf())) {
            readAddress(vf);
        }
    }

    /** The inventory puts the rest back, also where the NIC doesn't take this one any more. */
    void restoreMtu(Reservation reservation) {
        String mtu = reservation.metadata().getOrDefault("mtu.before", "");
        if (!mtu.isEmpty()) {
            for (Netdev netdev : Netdev.of(kernel, reservation.vfs().getFirst().address())) {
                try {
                    netdev.mtu(Integer.parseInt(mtu));
                } catch (SriovException e) {
                    LOG.warn("{} keeps its MTU: {}", netdev.name(), e.getMessage());
                }
            }
        }
    }

    /** Since a plain container's reservation was made. */
    static Duration age(Reservation reservation) {
        String created = reservation.metadata().getOrDefault("created", "0");
        return Duration.ofSeconds(System.currentTimeMillis() / 1000 - Long.parseLong(created));
    }

    /** Whether the kernel has the virtual function, and no program. */
    static boolean plain(Reservation reservation) {
        return "kernel".equals(reservation.metadata().get("kind"));
    }

    /** The owner, as the inventory has it. */
    static String owner(String endpoint) {
        return "endpoint:" + endpoint;
    }

    /** The interface of a virtual function, as long as it is here. */
    Netdev netdev(ReservedVf vf) {
        List<Netdev> netdevs = Netdev.of(kernel, vf.address());
        if (netdevs.isEmpty()) {
            throw new SriovException(
                    "Virtual function "
                            + vf.address()
                            + " has no network interface here: either no driver of the kernel has"
                            + " it (dpdk4j list shows which), or it is in a container still.");
        }
        return netdevs.getFirst();
    }

    private static String endpointAddress(Messages.EndpointInterface offered, String endpoint) {
        String address = Endpoints.text(offered.address());
        return address.isEmpty() ? endpoint : address;
    }
}
