// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.driver;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.dpdk4j.docker.DockerNetwork;
import org.dpdk4j.docker.NetInfoFile;
import org.dpdk4j.sriov.MacAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Reservation;
import org.dpdk4j.sriov.inventory.ReservationRequest;
import org.dpdk4j.sriov.inventory.ReservedVf;
import org.dpdk4j.sriov.inventory.VfState;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.pf.Netdev;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Endpoints and their virtual functions. There are two kinds: that of a plain container has a
 * virtual function as an interface of the kernel, from creation to deletion; that of a DPDK
 * container was reserved before by the command, and stays reserved when Docker deletes the
 * endpoint, because a stopped container keeps its device nodes.
 */
final class Endpoints {
    /** The driver option that carries the ID of a reservation. */
    static final String RESERVATION = "dpdk4j.reservation";

    private static final Logger LOG = LoggerFactory.getLogger(Endpoints.class);

    private final Inventory inventory;
    private final Kernel kernel;
    private final Networks networks;

    Endpoints(Inventory inventory, Kernel kernel, Networks networks) {
        this.inventory = inventory;
        this.kernel = kernel;
        this.networks = networks;
    }

    Messages.EndpointCreated create(
            String networkId,
            String endpoint,
            Messages.EndpointInterface offered,
            Optional<String> reservation) {
        DockerNetwork network = networks.get(networkId);
        if (network.removed()) {
            throw new SriovException("Network " + networkId + " was removed.");
        }
        Map<String, String> remembered = new LinkedHashMap<>();
        remembered.put("network", networkId);
        remembered.put("endpoint", endpoint);
        remembered.put("ipv4", address(offered.address()));
        remembered.put("ipv6", address(offered.addressIpv6()));
        return reservation.isPresent()
                ? createReserved(network, offered, reserved(network, reservation.get()), remembered)
                : createPlain(network, endpoint, offered, remembered);
    }

    Messages.Joined join(String networkId, String endpoint, String sandbox) {
        DockerNetwork network = networks.get(networkId);
        Reservation reservation =
                find(endpoint)
                        .orElseThrow(() ->
                                new SriovException(
                                        "hisriov has no endpoint "
                                                + endpoint
                                                + ": start the container again."));
        inventory.remember(reservation.id(), Map.of("sandbox", sandbox));
        if (!plain(reservation) && !bifurcated(reservation)) {
            return new Messages.Joined(null, null, null, true);
        }
        Netdev netdev = netdev(reservation.vfs().getFirst());
        return new Messages.Joined(
                new Messages.InterfaceName(netdev.name(), network.options().prefix()),
                network.gateway().orElse(null),
                network.gatewayIpv6().orElse(null),
                true);
    }

    /** What Docker's operators may see of it. */
    Map<String, String> info(String endpoint) {
        Map<String, String> info = new LinkedHashMap<>();
        find(endpoint)
                .ifPresent(reservation -> {
                    info.put("dpdk4j.reservation", Long.toString(reservation.id()));
                    info.put(
                            "dpdk4j.pci",
                            String.join(
                                    ",",
                                    reservation.vfs().stream()
                                            .map(vf -> vf.address().toString())
                                            .toList()));
                });
        return info;
    }

    void delete(String endpoint) {
        Optional<Reservation> found = find(endpoint);
        if (found.isEmpty()) {
            return;
        }
        Reservation reservation = found.get();
        if (plain(reservation)) {
            release(reservation);
        } else {
            inventory.remember(reservation.id(), Map.of("endpoint", "", "sandbox", ""));
            // While the command is still at work with it, it isn't ours to change.
            if (reservation.state() == VfState.ATTACHED) {
                inventory.hold(reservation.id());
            }
        }
    }

    /** Gives back what a plain container had. */
    void release(Reservation reservation) {
        restoreMtu(reservation);
        inventory.release(reservation.id());
    }

    /** The inventory puts the rest back. */
    void restoreMtu(Reservation reservation) {
        String mtu = reservation.metadata().getOrDefault("mtu.before", "");
        if (!mtu.isEmpty()) {
            for (Netdev netdev : Netdev.of(kernel, reservation.vfs().getFirst().address())) {
                netdev.mtu(Integer.parseInt(mtu));
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

    /**
     * Whether program and kernel share it: the interface moves, too, and RDMA nodes are beside it.
     */
    private static boolean bifurcated(Reservation reservation) {
        return "rdma".equals(reservation.metadata().get("kind"));
    }

    private Messages.EndpointCreated createReserved(
            DockerNetwork network,
            Messages.EndpointInterface offered,
            Reservation reservation,
            Map<String, String> remembered) {
        String mac = reservation.metadata().getOrDefault("mac", "");
        String wanted = text(offered.mac());
        if (!wanted.isEmpty()
                && !mac.isEmpty()
                && !MacAddress.parse(wanted).equals(MacAddress.parse(mac))) {
            throw new SriovException(
                    "The container is to have the MAC address "
                            + wanted
                            + ", but reservation "
                            + reservation.id()
                            + " was made with "
                            + mac
                            + ": docker_run_dpdk takes --mac-address itself.");
        }
        inventory.remember(reservation.id(), remembered);
        tell(network, reservation, offered);
        if (reservation.state() == VfState.HELD) {
            inventory.attach(reservation.id(), "");
        }
        LOG.info("Endpoint {} on reservation {}", remembered.get("endpoint"), reservation.id());
        return chosen(wanted.isEmpty() ? mac : "");
    }

    /** The program in the container learns its addresses from a file. */
    private static void tell(
            DockerNetwork network, Reservation reservation, Messages.EndpointInterface offered) {
        String file = reservation.metadata().getOrDefault("netinfo", "");
        if (!file.isEmpty()) {
            NetInfoFile.of(Path.of(file))
                    .endpoint(
                            reservation.id(),
                            Stream.of(text(offered.address()), text(offered.addressIpv6()))
                                    .filter(address -> !address.isEmpty())
                                    .toList(),
                            Stream.of(network.gateway(), network.gatewayIpv6())
                                    .flatMap(Optional::stream)
                                    .toList());
        }
    }

    private Messages.EndpointCreated createPlain(
            DockerNetwork network,
            String endpoint,
            Messages.EndpointInterface offered,
            Map<String, String> remembered) {
        String wanted = text(offered.mac());
        for (Reservation before : inventory.reservations(owner(endpoint))) {
            if (before.state() == VfState.ATTACHED) {
                return chosen(wanted.isEmpty() ? before.metadata().getOrDefault("mac", "") : "");
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
        Reservation reservation =
                inventory.reserve(
                        ReservationRequest.of(network.id(), 1, owner(endpoint)).with(remembered));
        try {
            if (!whole) {
                inventory.configure(
                        reservation.id(), List.of(network.options().vfSettings().mac(mac).build()));
            }
            setMtu(network, reservation);
            inventory.attach(reservation.id(), owner(endpoint));
        } catch (RuntimeException e) {
            giveBack(reservation, e);
            throw e;
        }
        LOG.info("Endpoint {} has {}", endpoint, reservation.vfs().getFirst().address());
        return chosen(wanted.isEmpty() ? mac.toString() : "");
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

    private Reservation reserved(DockerNetwork network, String text) {
        Optional<Reservation> reservation =
                text.matches("[0-9]{1,18}")
                        ? inventory.reservation(Long.parseLong(text))
                        : Optional.empty();
        if (reservation.isEmpty() || !reservation.get().network().equals(network.id())) {
            throw new SriovException(
                    "Network "
                            + network.id()
                            + " has no such reservation"
                            + (reservation.isEmpty() ? "; it was released, or never made" : "")
                            + ". Start DPDK containers by docker_run_dpdk run.");
        }
        if (plain(reservation.get())) {
            throw new SriovException("Reservation " + text + " is that of a plain container.");
        }
        return reservation.get();
    }

    private Optional<Reservation> find(String endpoint) {
        List<Reservation> plain = inventory.reservations(owner(endpoint));
        if (!plain.isEmpty()) {
            return Optional.of(plain.getFirst());
        }
        return inventory.reservations().stream()
                .filter(other -> endpoint.equals(other.metadata().get("endpoint")))
                .findFirst();
    }

    private Netdev netdev(ReservedVf vf) {
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

    static String owner(String endpoint) {
        return "endpoint:" + endpoint;
    }

    private static String endpointAddress(Messages.EndpointInterface offered, String endpoint) {
        String address = text(offered.address());
        return address.isEmpty() ? endpoint : address;
    }

    private static Messages.EndpointCreated chosen(String mac) {
        return new Messages.EndpointCreated(
                new Messages.EndpointInterface(null, null, mac.isEmpty() ? null : mac));
    }

    private static String address(@Nullable String value) {
        return value == null || value.isEmpty() ? "" : Addresses.checked(value);
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
