// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.driver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dpdk4j.docker.DockerNetwork;
import org.dpdk4j.docker.NetworkOptions;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Network;
import org.dpdk4j.sriov.inventory.Selector;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.pci.PciBus;
import org.dpdk4j.sriov.pci.PciFunction;
import org.dpdk4j.sriov.pf.Netdev;
import org.dpdk4j.sriov.pf.PhysicalFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Docker's networks and the NICs that serve them. A network stands in the inventory before its
 * virtual functions are made, so that whoever dies in between leaves nothing that nobody knows of.
 */
final class Networks {
    private static final Logger LOG = LoggerFactory.getLogger(Networks.class);
    private static final String CREATED = "docker.created";

    /** Of a network for which there is a number of virtual functions that there was not before. */
    private static final String MADE_VFS = "docker.made-vfs";

    /** How many there were before any network of its NIC made some. */
    private static final String VFS_BEFORE = "docker.vfs-before";

    private static final String YES = "yes";
    private static final String NO = "no";

    private final Inventory inventory;
    private final Kernel kernel;

    Networks(Inventory inventory, Kernel kernel) {
        this.inventory = inventory;
        this.kernel = kernel;
    }

    /** The network with this ID, if Docker made it with this driver. */
    Optional<DockerNetwork> find(String id) {
        return inventory.network(id).flatMap(found -> DockerNetwork.of(id, found.metadata()));
    }

    /** As {@link #find}, for those who can't go on without. */
    DockerNetwork get(String id) {
        return find(id).orElseThrow(() ->
                new SriovException(
                        "hisriov doesn't know network "
                                + id
                                + ": it was made with another state directory, or"
                                + " that was lost. Remove the network from Docker"
                                + " and create it again."));
    }

    /** All networks of this driver. */
    List<DockerNetwork> all() {
        List<DockerNetwork> all = new ArrayList<>();
        for (Network network : inventory.networks()) {
            DockerNetwork.of(network.name(), network.metadata()).ifPresent(all::add);
        }
        return all;
    }

    /** The networks of this driver that weren't made just now. */
    List<String> olderThan(Duration age) {
        long limit = System.currentTimeMillis() / 1000 - age.toSeconds();
        return inventory.networks().stream()
                .filter(each -> DockerNetwork.of(each.name(), each.metadata()).isPresent())
                .filter(each -> Long.parseLong(each.metadata().getOrDefault(CREATED, "0")) < limit)
                .map(Network::name)
                .toList();
    }

    /** Makes a network, with its virtual functions. The same once more does nothing. */
    synchronized void create(
            String id,
            NetworkOptions options,
            Optional<String> gateway,
            Optional<String> gatewayIpv6) {
        PciFunction nic = nic(options);
        int nvf = options.passthrough() ? 0 : count(nic, options);
        if (!options.passthrough()) {
            checkMtu(nic, options);
        }
        DockerNetwork network =
                new DockerNetwork(id, nic.address(), options, gateway, gatewayIpv6, false);
        Optional<DockerNetwork> before = find(id);
        if (before.isPresent() && !before.get().equals(network)) {
            throw new SriovException("Network " + id + " exists already, with other options.");
        }
        if (before.isEmpty()) {
            checkNeighbours(network, nvf);
            Map<String, String> metadata = new LinkedHashMap<>(network.metadata());
            metadata.put(CREATED, Long.toString(System.currentTimeMillis() / 1000));
            metadata.put(MADE_VFS, makesVfs(network, nvf) ? YES : NO);
            if (!options.passthrough()) {
                metadata.put(VFS_BEFORE, vfsBefore(network));
            }
            inventory.network(id, selector(network), metadata);
        }
        try {
            if (options.passthrough()) {
                inventory.whole(nic.address());
            } else {
                if (PhysicalFunction.of(kernel, nic.address()).numVfs() == nvf) {
                    // Else the inventory sets it up, and down again when they are gone.
                    up(nic);
                }
                inventory.numVfs(nic.address(), nvf);
            }
        } catch (RuntimeException e) {
            if (before.isEmpty()) {
                // The count is what it was before: a change that fails is undone where it is made.
                forget(network, e);
            }
            throw e;
        }
        LOG.info(
                "Network {} on {}: {}",
                id,
                nic.address(),
                options.passthrough() ? "as a whole" : nvf + " virtual functions");
    }

    /**
     * Removes a network. While a stopped container still owns a virtual function, only a mark is
     * made: the rest follows when that is given back.
     */
    synchronized void delete(String id) {
        Optional<DockerNetwork> network = find(id);
        if (network.isEmpty()) {
            return;
        }
        boolean used =
                inventory.reservations().stream().anyMatch(other -> other.network().equals(id));
        // First a mark, so that whoever comes after us goes on if we get no further.
        Map<String, String> metadata = new LinkedHashMap<>(metadata(id));
        metadata.putAll(network.get().forgotten().metadata());
        inventory.network(id, selector(network.get()), metadata);
        if (used) {
            LOG.info(
                    "Network {} is removed; stopped containers still own virtual functions of it",
                    id);
            return;
        }
        restoreCount(network.get());
        inventory.forgetNetwork(id);
        LOG.info("Network {} is removed", id);
    }

    /** Ends the removal of those networks whose last container has gone. */
    synchronized void sweep() {
        for (DockerNetwork network : all()) {
            if (network.removed()) {
                delete(network.id());
            }
        }
    }

    private void forget(DockerNetwork network, RuntimeException cause) {
        try {
            inventory.forgetNetwork(network.id());
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    /** When the last network of a NIC goes, so do the virtual functions that were made for it. */
    private void restoreCount(DockerNetwork network) {
        if (network.options().passthrough() || !madeVfs(network) || !others(network).isEmpty()) {
            return;
        }
        String before = metadata(network.id()).getOrDefault(VFS_BEFORE, "");
        if (before.isEmpty()) {
            inventory.restoreNumVfs(network.pf());
        } else {
            inventory.restoreNumVfs(network.pf(), Integer.parseInt(before));
        }
    }

    /** Those that share its NIC. */
    private List<DockerNetwork> others(DockerNetwork network) {
        return all().stream()
                .filter(other -> other.pf().equals(network.pf()))
                .filter(other -> !other.id().equals(network.id()))
                .toList();
    }

    /** Also if it was another one that made those which it shares. */
    private boolean makesVfs(DockerNetwork network, int nvf) {
        return !network.options().passthrough()
                && (PhysicalFunction.of(kernel, network.pf()).numVfs() != nvf
                        || others(network).stream().anyMatch(this::madeVfs));
    }

    /** As an earlier network of its NIC has it, or as it is now. */
    private String vfsBefore(DockerNetwork network) {
        return others(network).stream()
                .filter(this::madeVfs)
                .map(other -> metadata(other.id()).getOrDefault(VFS_BEFORE, ""))
                .filter(before -> !before.isEmpty())
                .findFirst()
                .orElseGet(() -> "" + PhysicalFunction.of(kernel, network.pf()).numVfs());
    }

    /** Those that were made before this was remembered did. */
    private boolean madeVfs(DockerNetwork network) {
        return metadata(network.id()).getOrDefault(MADE_VFS, YES).equals(YES);
    }

    private Map<String, String> metadata(String id) {
        return inventory.network(id).map(Network::metadata).orElse(Map.of());
    }

    private static Selector selector(DockerNetwork network) {
        return Selector.parse((network.options().passthrough() ? "pci=" : "pf=") + network.pf());
    }

    private PciFunction nic(NetworkOptions options) {
        PciBus bus = PciBus.of(kernel);
        Optional<PciAddress> named = options.netdevice().map(this::device);
        if (named.isPresent()
                && options.pci().isPresent()
                && !named.get().equals(options.pci().get())) {
            throw new SriovException(
                    "Interface "
                            + options.netdevice().get()
                            + " belongs to "
                            + named.get()
                            + " and not to "
                            + options.pci().get()
                            + ": name one of them.");
        }
        PciFunction nic = bus.function(named.or(options::pci).orElseThrow());
        if (nic.physicalFunction().isPresent()) {
            throw new SriovException(
                    nic.address()
                            + " is a virtual function. Name the NIC that it belongs to: -o pci="
                            + nic.physicalFunction().get()
                            + ".");
        }
        return nic;
    }

    private PciAddress device(String netdevice) {
        try {
            String device = kernel.readLink("/sys/class/net/" + netdevice + "/device");
            return PciAddress.parse(device.substring(device.lastIndexOf('/') + 1));
        } catch (KernelException | IllegalArgumentException e) {
            throw new SriovException(
                    "There is no interface "
                            + netdevice
                            + " of a PCI device here. dpdk4j list shows those that there are.",
                    e);
        }
    }

    private int count(PciFunction nic, NetworkOptions options) {
        PhysicalFunction pf = PhysicalFunction.of(kernel, nic.address());
        int now = pf.numVfs();
        if (options.nvf().isEmpty() && now == 0) {
            throw new SriovException(
                    nic.address()
                            + " has no virtual functions yet: say how many to make, from 1 to "
                            + pf.totalVfs()
                            + ", as in -o nvf="
                            + Math.min(4, pf.totalVfs())
                            + ".");
        }
        return options.nvf().orElse(now);
    }

    private void checkNeighbours(DockerNetwork network, int nvf) {
        for (DockerNetwork other : all()) {
            if (other.pf().equals(network.pf())
                    && other.options().passthrough() != network.options().passthrough()) {
                throw new SriovException(
                        "Network "
                                + other.id()
                                + " gives "
                                + (other.options().passthrough()
                                        ? other.pf() + " away as a whole"
                                        : "virtual functions of " + other.pf() + " away")
                                + ", and both can't be. Remove that network first.");
            }
            int theirs = other.options().nvf().orElse(nvf);
            if (other.removed() && other.pf().equals(network.pf()) && theirs != nvf) {
                throw new SriovException(
                        "Network "
                                + other.id()
                                + " was removed, but somebody still has virtual functions of it:"
                                + " docker_run_dpdk ps names the containers, docker_run_dpdk stop"
                                + " frees them. Until then there have to be "
                                + theirs
                                + " on "
                                + other.pf()
                                + ".");
            }
            if (other.pf().equals(network.pf()) && theirs != nvf) {
                throw new SriovException(
                        "Network "
                                + other.id()
                                + " has "
                                + theirs
                                + " virtual functions on "
                                + other.pf()
                                + " already, and another number would destroy them. Share them, -o"
                                + " nvf="
                                + theirs
                                + ", or remove that network first.");
            }
        }
    }

    private void checkMtu(PciFunction nic, NetworkOptions options) {
        for (Netdev netdev : Netdev.of(kernel, nic.address())) {
            if (options.mtu().orElse(0) > netdev.mtu()) {
                throw new SriovException(
                        "Virtual functions can't have an MTU of "
                                + options.mtu().getAsInt()
                                + " while their NIC "
                                + netdev.name()
                                + " has "
                                + netdev.mtu()
                                + ". Raise that first: ip link set "
                                + netdev.name()
                                + " mtu "
                                + options.mtu().getAsInt()
                                + ".");
            }
        }
    }

    /**
     * Some drivers hold new virtual functions up, or give them odd addresses, below a NIC that is
     * down.
     */
    private void up(PciFunction nic) {
        for (Netdev netdev : Netdev.of(kernel, nic.address())) {
            if (!netdev.up()) {
                netdev.up(true);
            }
        }
    }
}
