// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The devices on the PCI bus, and who has them. A container sees those of the whole machine. */
final class PciDevices {
    private static final String VFIO = "vfio-pci";

    /** Drivers under which a device can be used by DPDK. */
    private static final List<String> USERSPACE_DRIVERS =
            List.of(VFIO, "igb_uio", "uio_pci_generic", "mlx4_core", "mlx5_core");

    /** Those of them that know physical addresses only. */
    private static final List<String> UIO_DRIVERS = List.of("igb_uio", "uio_pci_generic");

    private static final Pattern SHORT_ADDRESS = Pattern.compile("[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]");

    private static final String WITHOUT_IOMMU =
            "sys/module/vfio/parameters/enable_unsafe_noiommu_mode";

    private final SystemFiles files;

    PciDevices(SystemFiles files) {
        this.files = files;
    }

    /** What stands before a driver's arguments in an allow list, in the form that sysfs has. */
    static String address(String allowed) {
        String device = allowed.split(",", 2)[0].replaceFirst("^pci:", "").toLowerCase(Locale.ROOT);
        return SHORT_ADDRESS.matcher(device).matches() ? "0000:" + device : device;
    }

    /** Addresses of devices whose driver lets DPDK use them. */
    List<String> forUserspace() {
        List<String> devices = new ArrayList<>();
        for (String driver : USERSPACE_DRIVERS) {
            Path directory = files.resolve("sys/bus/pci/drivers/" + driver);
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*:*:*.*")) {
                entries.forEach(entry -> devices.add(entry.getFileName().toString()));
            } catch (IOException | DirectoryIteratorException e) {
                // No such driver here, or no sysfs at all: no such devices.
            }
        }
        return devices;
    }

    /** Whether a device's driver lets DPDK use it. */
    boolean forUserspace(NetInfo.Device device) {
        return isForUserspace(driver(device));
    }

    /** Whether a driver lets DPDK use its devices. */
    boolean isForUserspace(String driver) {
        return USERSPACE_DRIVERS.contains(driver);
    }

    /**
     * Whether a device demands physical addresses: its driver knows no others, or VFIO may do
     * without an IOMMU, of which DPDK asks the kernel and not the device.
     */
    boolean needsPhysicalAddresses(NetInfo.Device device) {
        return knowsPhysicalAddressesOnly(driver(device));
    }

    /** The same of a device by its address; false if there is none. */
    boolean needsPhysicalAddresses(String address) {
        return driver(address).filter(this::knowsPhysicalAddressesOnly).isPresent();
    }

    private boolean knowsPhysicalAddressesOnly(String driver) {
        return UIO_DRIVERS.contains(driver)
                || (driver.equals(VFIO) && files.lines(WITHOUT_IOMMU).contains("Y"));
    }

    /** mlx4 names its ports after the InfiniBand device, without a PCI address. */
    boolean namesPortsOtherwise(String address) {
        return driver(address).filter("mlx4_core"::equals).isPresent();
    }

    boolean exists(String address) {
        return Files.exists(device(address));
    }

    /** Whether this process could open a device that VFIO has; true for other drivers. */
    boolean mayOpen(String address) {
        if (!driver(address).equals(Optional.of(VFIO))) {
            return true;
        }
        try {
            Path group = Files.readSymbolicLink(device(address).resolve("iommu_group"));
            Path nodes = files.resolve("dev/vfio");
            return Files.exists(nodes.resolve(group.getFileName()))
                    || Files.exists(nodes.resolve("noiommu-" + group.getFileName()));
        } catch (IOException e) {
            return true;
        }
    }

    /** Whether a device is a network controller, for all that can be seen. */
    boolean mayBeNic(String address) {
        String type = attribute(address, "class");
        return type.isEmpty() || type.startsWith("0x02");
    }

    /** Vendor and device, as {@code lspci -n} writes them. */
    String id(String address) {
        return Stream.of("vendor", "device")
                .map(attribute -> attribute(address, attribute).replaceFirst("^0x", ""))
                .collect(Collectors.joining(":"));
    }

    /** The kernel's driver of a device, if one has it. */
    Optional<String> driver(String address) {
        try {
            Path driver = Files.readSymbolicLink(device(address).resolve("driver"));
            return Optional.of("" + driver.getFileName());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What sysfs says, which holds now, or else what we were told. */
    private String driver(NetInfo.Device device) {
        return driver(device.pciAddress()).orElse(device.driver());
    }

    private String attribute(String address, String name) {
        return String.join("", files.lines(device(address).resolve(name)));
    }

    private Path device(String address) {
        return files.resolve("sys/bus/pci/devices/" + address);
    }
}
