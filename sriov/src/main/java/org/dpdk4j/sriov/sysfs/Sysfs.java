// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.sysfs;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.FileStatus;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;

/**
 * Reading attributes of which some are not there: a device has gone, a driver doesn't offer it.
 * What is missing is empty; what fails otherwise is an exception.
 */
public final class Sysfs {
    /** A directory for each PCI function. */
    public static final String PCI_DEVICES = "/sys/bus/pci/devices/";

    /** A directory for each driver of PCI devices. */
    public static final String PCI_DRIVERS = "/sys/bus/pci/drivers/";

    /** A directory for each network interface of this namespace. */
    public static final String NET = "/sys/class/net/";

    /** A directory for each IOMMU group. */
    public static final String IOMMU_GROUPS = "/sys/kernel/iommu_groups/";

    private final Kernel kernel;

    /**
     * Reads from one kernel.
     *
     * @param kernel to read from
     */
    public Sysfs(Kernel kernel) {
        this.kernel = kernel;
    }

    /**
     * Where a PCI function's attributes are.
     *
     * @param address of the function
     * @return a directory
     */
    public static String device(PciAddress address) {
        return PCI_DEVICES + address;
    }

    /**
     * Where a driver's attributes are.
     *
     * @param name of the driver
     * @return a directory
     */
    public static String driver(String name) {
        return PCI_DRIVERS + name;
    }

    /**
     * What an attribute says.
     *
     * @param path of the attribute
     * @return its text without white space around it
     */
    public Optional<String> text(String path) {
        try {
            return Optional.of(kernel.read(path).strip());
        } catch (KernelException e) {
            return absent(e, "read " + path, Optional.empty());
        }
    }

    /**
     * The number in an attribute.
     *
     * @param path of the attribute
     * @return it
     */
    public OptionalInt number(String path) {
        OptionalLong number = longNumber(path);
        return number.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(Math.toIntExact(number.getAsLong()));
    }

    /**
     * A decimal number or, after 0x, a hexadecimal one.
     *
     * @param path of the attribute
     * @return it
     */
    public OptionalLong longNumber(String path) {
        Optional<String> text = text(path);
        try {
            return text.isEmpty() || text.get().isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(Long.decode(plain(text.get())));
        } catch (NumberFormatException e) {
            throw new SriovException(
                    "Expected a number in " + path + " but found \"" + text.get() + "\".", e);
        }
    }

    /**
     * The last name of what a link points to: a device's driver, for example.
     *
     * @param path of the link
     * @return a name
     */
    public Optional<String> linkName(String path) {
        try {
            String target = kernel.readLink(path);
            return Optional.of(target.substring(target.lastIndexOf('/') + 1));
        } catch (KernelException e) {
            return absent(e, "follow " + path, Optional.empty());
        }
    }

    /**
     * What a directory holds.
     *
     * @param directory to list
     * @return names, none if there is no such directory
     */
    public List<String> names(String directory) {
        try {
            return kernel.list(directory);
        } catch (KernelException e) {
            return absent(e, "list " + directory, List.of());
        }
    }

    /**
     * Whether a file is there.
     *
     * @param path of the file
     * @return true if so
     */
    public boolean exists(String path) {
        return inode(path).isPresent();
    }

    /**
     * The number of a file, which sysfs gives to no other one, not even after this one is gone.
     *
     * @param path of the file; a link is not followed
     * @return its number if it is there
     */
    public OptionalLong inode(String path) {
        try {
            return kernel.status(path).stream().mapToLong(FileStatus::inode).findFirst();
        } catch (KernelException e) {
            throw new SriovException("Can't look at " + path + ": " + e.getMessage() + ".", e);
        }
    }

    /** Leading zeros would make the number octal for decode. */
    private static String plain(String text) {
        return text.startsWith("0x") ? text : text.replaceFirst("^0+(?=\\d)", "");
    }

    private static <T> T absent(KernelException e, String what, T otherwise) {
        return switch (e.errno()) {
            // EINVAL and EOPNOTSUPP: how attributes of links say that the driver doesn't have them.
            case Errno.ENOENT, Errno.ENOTDIR, Errno.ENODEV, Errno.EINVAL, Errno.EOPNOTSUPP ->
                    otherwise;
            default -> throw new SriovException("Can't " + what + ": " + e.getMessage() + ".", e);
        };
    }
}
