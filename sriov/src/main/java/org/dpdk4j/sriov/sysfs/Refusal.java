// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.sysfs;

import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;

/** Puts what the kernel refused into sentences: what, why, and what to do about it. */
public final class Refusal {
    private Refusal() {}

    /**
     * An exception for an error of the kernel.
     *
     * @param kernel which refused
     * @param attempt what was wanted, to stand behind "Can't": {@code bind 0000:03:10.0 to igbvf}
     * @param e what it said
     * @return an exception to throw
     */
    public static SriovException of(Kernel kernel, String attempt, KernelException e) {
        return new SriovException(
                "Can't " + attempt + ": " + e.getMessage() + "." + advice(kernel, e), e);
    }

    /**
     * Ends what only root can do before it began.
     *
     * @param kernel to ask who we are
     * @param attempt what is wanted, to stand behind "Can't"
     */
    public static void unlessRoot(Kernel kernel, String attempt) {
        if (kernel.effectiveUid() != 0) {
            throw new SriovException(
                    "Can't " + attempt + ": that needs root. Run it as root, by sudo for example.");
        }
    }

    private static String advice(Kernel kernel, KernelException e) {
        return switch (e.errno()) {
            case Errno.EPERM, Errno.EACCES -> permission(kernel);
            case Errno.EROFS ->
                    " Linux's files are mounted read-only here, as they are in containers: do it"
                            + " on the host.";
            case Errno.EBUSY -> " Somebody uses it at the moment: end that, or try again.";
            case Errno.ENODEV -> " The device has vanished, or its driver refused it: see dmesg.";
            case Errno.ENOSPC, Errno.ENOMEM -> " The kernel has no room for it: see dmesg.";
            default -> "";
        };
    }

    private static String permission(Kernel kernel) {
        if (kernel.effectiveUid() != 0) {
            return " It needs root: run it by sudo, for example.";
        }
        return Lockdown.level(new Sysfs(kernel))
                .map(level ->
                        " The kernel is locked down ("
                                + level
                                + "), mostly because of Secure Boot: use vfio-pci with an"
                                + " IOMMU, which it allows, or switch Secure Boot off.")
                .orElse(
                        " Even root is not permitted to: in a container, do it on the host or"
                                + " give the container the right to.");
    }
}
