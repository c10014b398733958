// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Linux's files below a root, and an environment, for what looks around in them. */
final class MadeUpSystem {
    private final Path root;
    private final Map<String, String> environment = new HashMap<>();

    MadeUpSystem(Path root) {
        this.root = root;
    }

    Path root() {
        return root;
    }

    Map<String, String> environment() {
        return environment;
    }

    Surroundings surroundings() {
        return new Surroundings(root, environment);
    }

    void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    Path directory(String path) throws IOException {
        return Files.createDirectories(root.resolve(path));
    }

    /** A PCI device that a driver of the kernel has. */
    void bind(String address, String driver) throws IOException {
        Path drivers = directory("sys/bus/pci/drivers/" + driver);
        Path device = directory("sys/bus/pci/devices/" + address);
        Files.createSymbolicLink(device.resolve("driver"), drivers);
        Files.createSymbolicLink(drivers.resolve(address), device);
    }

    /** Takes it from its driver. */
    void unbind(String address, String driver) throws IOException {
        Files.delete(root.resolve("sys/bus/pci/drivers/" + driver + "/" + address));
        Files.delete(root.resolve("sys/bus/pci/devices/" + address + "/driver"));
    }

    /** What sysfs says of a PCI device. */
    void identify(String address, String pciClass, String vendor, String device)
            throws IOException {
        String directory = "sys/bus/pci/devices/" + address;
        file(directory + "/class", pciClass + "\n");
        file(directory + "/vendor", vendor + "\n");
        file(directory + "/device", device + "\n");
    }

    /** Puts a PCI device into an IOMMU group, whose node of VFIO is not there by that. */
    void group(String address, int number) throws IOException {
        Path group = directory("sys/kernel/iommu_groups/" + number);
        Files.createSymbolicLink(
                root.resolve("sys/bus/pci/devices/" + address + "/iommu_group"), group);
    }
}
