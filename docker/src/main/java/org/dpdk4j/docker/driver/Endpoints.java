// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.driver;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.dpdk4j.docker.DeviceNodes;
import org.dpdk4j.docker.DockerNetwork;
import org.dpdk4j.docker.NetInfoFile;
import org.dpdk4j.sriov.MacAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Reservation;
import org.dpdk4j.sriov.inventory.ReservedVf;
import org.dpdk4j.sriov.inventory.VfState;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.pci.PciBus;
import org.dpdk4j.sriov.pci.PciFunction;
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
    private final PlainEndpoints plain;

    Endpoints(Inventory inventory, Kernel kernel, Networks networks) {
        this.inventory = inventory;
        this.kernel = kernel;
        this.networks = networks;
        this.plain = new PlainEndpoints(inventory, kernel);
    }

    /** Those of plain containers. */
    PlainEndpoints plain() {
        return plain;
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
                : plain.create(network, endpoint, offered, remembered);
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
        if (!PlainEndpoints.plain(reservation) && !bifurcated(reservation)) {
            return new Messages.Joined(null, null, null, true);
        }
        Netdev netdev = plain.netdev(reservation.vfs().getFirst());
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
        if (PlainEndpoints.plain(reservation)) {
            plain.release(reservation);
        } else {
            inventory.remember(reservation.id(), Map.of("endpoint", "", "sandbox", ""));
            // While the command is still at work with it, it isn't ours to change.
            if (reservation.state() == VfState.ATTACHED) {
                inventory.hold(reservation.id());
            }
        }
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
        // Also if it was never given back, as when the machine went down at once.
        if (reservation.state() == VfState.HELD || reservation.state() == VfState.ATTACHED) {
            inventory.attach(reservation.id(), "");
            renewNodes(reservation);
        }
        LOG.info("Endpoint {} on reservation {}", remembered.get("endpoint"), reservation.id());
        return chosen(wanted.isEmpty() ? mac : "");
    }

    /**
     * The container has the nodes that there were when it was made. Their numbers may change when
     * the machine is started anew, and a device that was bound again has nodes of root's.
     */
    private void renewNodes(Reservation reservation) {
        String before = reservation.metadata().getOrDefault(DeviceNodes.NODES, "");
        if (before.isEmpty()) {
            return;
        }
        DeviceNodes nodes = DeviceNodes.of(kernel);
        PciBus bus = PciBus.of(kernel);
        List<String> now = new ArrayList<>();
        for (ReservedVf vf : reservation.vfs()) {
            PciFunction function = bus.function(vf.address());
            now.addAll(
                    bifurcated(reservation)
                            ? nodes.rdma(function)
                            : nodes.of(
                                    function,
                                    UserspaceDriver.parse(
                                            reservation.metadata().getOrDefault("driver", ""))));
        }
        if (!String.join(" ", now).equals(before)) {
            inventory.hold(reservation.id());
            throw new SriovException(
                    "The devices of reservation "
                            + reservation.id()
                            + " are "
                            + String.join(" ", now)
                            + " now, and were "
                            + before
                            + " when the container was made, which may be somebody else's by now."
                            + " Make the container anew: docker_run_dpdk stop, then run.");
        }
        String owner = reservation.metadata().getOrDefault(DeviceNodes.OWNER, "");
        if (!owner.isEmpty()) {
            String[] ids = owner.split(":", 2);
            now.forEach(
                    node -> nodes.own(node, Integer.parseInt(ids[0]), Integer.parseInt(ids[1])));
        }
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
        if (PlainEndpoints.plain(reservation.get())) {
            throw new SriovException("Reservation " + text + " is that of a plain container.");
        }
        return reservation.get();
    }

    private Optional<Reservation> find(String endpoint) {
        List<Reservation> found = inventory.reservations(PlainEndpoints.owner(endpoint));
        if (!found.isEmpty()) {
            return Optional.of(found.getFirst());
        }
        return inventory.reservations().stream()
                .filter(other -> endpoint.equals(other.metadata().get("endpoint")))
                .findFirst();
    }

    static Messages.EndpointCreated chosen(String mac) {
        return new Messages.EndpointCreated(
                new Messages.EndpointInterface(null, null, mac.isEmpty() ? null : mac));
    }

    private static String address(@Nullable String value) {
        return value == null || value.isEmpty() ? "" : Addresses.checked(value);
    }

    static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
