// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What administrators, other programs and traffic do to the machine. */
public final class Surroundings {
    private final ModelKernel kernel;

    Surroundings(ModelKernel kernel) {
        this.kernel = kernel;
    }

    /** Gives an interface an address, such as {@code 10.0.0.1/24} or {@code fd00::1/64}. */
    public void address(String netdev, String address) {
        kernel.control("address", netdev, address);
    }

    /** Sends a network through interfaces; more than one make a multipath route. */
    public void route(String network, int table, String... netdevs) {
        List<Object> words = new ArrayList<>(List.of("route", network, table));
        Collections.addAll(words, (Object[]) netdevs);
        kernel.control(words.toArray());
    }

    /** Takes an interface's addresses and routes away. */
    public void forget(String netdev) {
        kernel.control("forget", netdev);
    }

    /** Puts a VLAN interface on top of another. */
    public void vlan(String netdev, String name, int id) {
        kernel.control("vlan", netdev, name, id);
    }

    /** Makes a virtual interface of a kind: bridge, bond, dummy. */
    public void virtual(String name, String kind) {
        kernel.control("virtual", name, kind);
    }

    /** Makes an interface a port of a bridge or bond, or of none if the master is empty. */
    public void enslave(String netdev, String master) {
        kernel.control("enslave", netdev, master);
    }

    /** Removes an interface. */
    public void delete(String netdev) {
        kernel.control("delete", netdev);
    }

    /** Moves an interface to another network namespace, or back. */
    public void elsewhere(String netdev, boolean elsewhere) {
        kernel.control("elsewhere", netdev, elsewhere);
    }

    /**
     * Gives each VF's interface a real one of the same name in the network namespace of the model's
     * process, connected by a bridge, until the model ends. Needs root and {@code ip}.
     */
    public void backByVeths(String bridge) {
        kernel.control("veth", bridge);
    }

    /** Renames an interface. */
    public void rename(String netdev, String name) {
        kernel.control("rename", netdev, name);
    }

    /** Gives an interface an alternative name. */
    public void altName(String netdev, String name) {
        kernel.control("altname", netdev, name);
    }

    /** Sets an interface up or down. */
    public void up(String netdev, boolean up) {
        kernel.control("up", netdev, up);
    }

    /**
     * A program opens a device through vfio. Its unbinding waits from now on until {@link #close},
     * and it is dirty until it is reset.
     *
     * @throws IllegalStateException with EPERM if the IOMMU group is not viable
     */
    public void open(String address) {
        kernel.control("open", address, true);
    }

    /** The program ends. */
    public void close(String address) {
        kernel.control("open", address, false);
    }

    /** Whether a device was used through vfio and not reset since. */
    public boolean dirty(String address) {
        return Boolean.parseBoolean(kernel.control("dirty", address));
    }

    /** Some program takes hugepages of a node. */
    public void usePages(int sizeKib, int node, long count) {
        kernel.control("use-pages", sizeKib, node, count);
    }

    /**
     * Traffic of a VF.
     *
     * @param counters packets received and sent, bytes received and sent, broadcast, multicast,
     *     dropped in receiving and sending
     */
    public void statistics(String pf, int vf, long... counters) {
        List<Object> words = new ArrayList<>(List.of("statistics", pf, vf));
        for (long each : counters) {
            words.add(each);
        }
        kernel.control(words.toArray());
    }
}
