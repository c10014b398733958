// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What this container was given: devices, and the addresses that a kernel interface would have had.
 *
 * <p>{@link EalBuilder#detect} hands the devices to EAL. A program reads the rest here: its IP
 * address, for instance, which no kernel keeps for a device that DPDK drives.
 *
 * @param devices the devices, in the order in which they were asked for
 * @param hugepageDirectory where hugepages are mounted for this container, if it is said
 */
public record NetInfo(List<Device> devices, Optional<String> hugepageDirectory) {
    /** Where the file is unless {@value #VARIABLE} says something else. */
    public static final String PATH = "/run/dpdk4j/netinfo.json";

    /** The environment variable that names the file. */
    public static final String VARIABLE = "DPDK4J_NETINFO";

    private static final int VERSION = 1;
    private static final String PCIDEVICE = "PCIDEVICE_";
    private static final String PCIDEVICE_INFO = "_INFO";

    /**
     * A device.
     *
     * @param network the name of the network that it belongs to, or of the resource, as Kubernetes'
     *     device plugin calls it
     * @param pciAddress where it sits, such as {@code 0000:01:10.0}
     * @param driver the kernel's driver for it, such as {@code vfio-pci}; empty if it isn't said
     * @param networkInterface the interface's name, where the device has one
     * @param macAddress its Ethernet address, if it is said
     * @param addresses its IP addresses with prefix lengths, such as {@code 40.0.0.2/24}
     * @param gateways the gateways' IP addresses
     * @param vlan the VLAN that the NIC adds and strips, if there is one
     * @param mtu the largest payload of a frame, if it is said
     * @param numaNode the NUMA node that it is near, if it is said
     */
    public record Device(
            String network,
            String pciAddress,
            String driver,
            Optional<String> networkInterface,
            Optional<MacAddress> macAddress,
            List<String> addresses,
            List<String> gateways,
            OptionalInt vlan,
            OptionalInt mtu,
            OptionalInt numaNode) {
        /** Makes the lists unmodifiable. */
        public Device {
            addresses = List.copyOf(addresses);
            gateways = List.copyOf(gateways);
        }
    }

    /** Makes the list unmodifiable. */
    public NetInfo {
        devices = List.copyOf(devices);
    }

    /**
     * What this process was given: the file that {@value #VARIABLE} names or {@value #PATH}, else
     * the devices in the {@code PCIDEVICE_…} variables of Kubernetes' SR-IOV device plugin.
     *
     * @return it, or nothing if nobody says anything
     * @throws DpdkException if the file can't be read, or is not what it should be
     */
    public static Optional<NetInfo> here() {
        return find(Path.of("/"), System.getenv());
    }

    /** With another root directory and environment, for tests. */
    static Optional<NetInfo> find(Path root, Map<String, String> environment) {
        String named = environment.getOrDefault(VARIABLE, "");
        Path file = root.resolve((named.isEmpty() ? PATH : named).replaceFirst("^/", ""));
        if (!named.isEmpty() || Files.exists(file)) {
            return Optional.of(read(file));
        }
        List<Device> devices = new ArrayList<>();
        new TreeMap<>(environment)
                .forEach((name, value) -> {
                    if (name.startsWith(PCIDEVICE) && !name.endsWith(PCIDEVICE_INFO)) {
                        String resource = name.substring(PCIDEVICE.length());
                        for (String address : value.split(",", -1)) {
                            devices.add(named(resource, address.strip()));
                        }
                    }
                });
        return devices.isEmpty()
                ? Optional.empty()
                : Optional.of(new NetInfo(devices, Optional.empty()));
    }

    /**
     * Reads a file: version 1, JSON. Fields that are not known are passed over.
     *
     * @param file the file
     * @return what it says
     * @throws DpdkException if it can't be read, or is not what it should be
     */
    public static NetInfo read(Path file) {
        try {
            JsonObject json = JsonObject.parse(Files.readString(file));
            int version = json.integer("version").orElse(0);
            if (version != VERSION) {
                throw new IOException(
                        "its version is " + version + ", and this library knows version 1");
            }
            List<Device> devices = new ArrayList<>();
            for (JsonObject device : json.objects("devices")) {
                devices.add(device(device));
            }
            return new NetInfo(
                    devices, json.object("hugepages").flatMap(huge -> huge.text("directory")));
        } catch (IOException | IllegalArgumentException e) {
            throw new DpdkException(
                    "netinfo",
                    DpdkException.EINVAL,
                    Objects.requireNonNullElse(e.getMessage(), e.toString()),
                    "file=" + file);
        }
    }

    private static Device device(JsonObject json) {
        return new Device(
                json.text("network").orElse(""),
                requirePciAddress(
                        json.text("pciAddress")
                                .orElseThrow(() ->
                                        new IllegalArgumentException(
                                                "a device has no pciAddress"))),
                json.text("driver").orElse(""),
                json.text("interface"),
                json.text("macAddress").map(MacAddress::parse),
                json.texts("addresses"),
                json.texts("gateways"),
                json.integer("vlan"),
                json.integer("mtu"),
                json.integer("numaNode"));
    }

    private static Device named(String resource, String address) {
        try {
            return new Device(
                    resource,
                    requirePciAddress(address),
                    "",
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    List.of(),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    OptionalInt.empty());
        } catch (IllegalArgumentException e) {
            throw new DpdkException(
                    "netinfo",
                    DpdkException.EINVAL,
                    Objects.requireNonNullElse(e.getMessage(), e.toString()),
                    PCIDEVICE + resource + "=" + address);
        }
    }

    private static String requirePciAddress(String address) {
        if (!address.matches("[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]")) {
            throw new IllegalArgumentException("no PCI address: \"" + address + "\"");
        }
        return address;
    }
}
