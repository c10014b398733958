// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.pf;

import java.time.Duration;
import java.util.Set;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.sysfs.Patience;
import org.dpdk4j.sriov.sysfs.Refusal;
import org.dpdk4j.sriov.sysfs.Sysfs;
import org.jspecify.annotations.Nullable;

/** How many VFs a PF has, changed by the rules of {@code sriov_numvfs}. */
final class VfCount {
    /** To put back what was there, however little time the caller gave. */
    private static final Duration UNDO_LIMIT = Duration.ofSeconds(30);

    private static final Set<Integer> PASSING = Set.of(Errno.EBUSY, Errno.EINTR, Errno.EAGAIN);

    private final Kernel kernel;
    private final Sysfs sysfs;
    private final PciAddress address;
    private final String path;

    VfCount(Kernel kernel, PciAddress address) {
        this.kernel = kernel;
        this.sysfs = new Sysfs(kernel);
        this.address = address;
        this.path = Sysfs.device(address);
    }

    int total() {
        return number("sriov_totalvfs");
    }

    int now() {
        return number("sriov_numvfs");
    }

    void set(int count, Duration limit) {
        String attempt = "give " + address + " " + count + " VFs";
        int before = now();
        if (before == count) {
            return;
        }
        Patience patience = new Patience(limit);
        if (before != 0) {
            // Linux changes a count only from and to zero.
            write(0, before, attempt, patience);
        }
        if (count == 0) {
            return;
        }
        try {
            write(count, 0, attempt, patience);
            await(count, attempt, patience);
        } catch (SriovException e) {
            throw undone(before, e);
        }
    }

    private void write(int count, int expected, String attempt, Patience patience) {
        while (true) {
            KernelException failure = null;
            try {
                kernel.write(path + "/sriov_numvfs", Integer.toString(count));
            } catch (KernelException e) {
                failure = e;
            }
            // Also after a failure: a signal may come when it is done already.
            int now = now();
            if (now == count) {
                return;
            }
            if (now != expected) {
                SriovException other =
                        new SriovException(
                                "Can't "
                                        + attempt
                                        + ": now it has "
                                        + now
                                        + ". The driver made no more, or somebody else changed it"
                                        + " meanwhile: see dmesg, then try again.");
                if (failure != null) {
                    other.initCause(failure);
                }
                throw other;
            }
            boolean passing = failure == null || PASSING.contains(failure.errno());
            if (!passing || !patience.pause(attempt)) {
                throw refusal(attempt, failure);
            }
        }
    }

    /** The write has returned; links to the VFs and their devices come with or after it. */
    private void await(int count, String attempt, Patience patience) {
        int there = 0;
        while (there < count) {
            boolean next =
                    sysfs.linkName(path + "/virtfn" + there)
                            .filter(vf -> sysfs.exists(Sysfs.PCI_DEVICES + vf))
                            .isPresent();
            if (next) {
                there++;
            } else if (!patience.pause(attempt)) {
                throw new SriovException(
                        "Can't "
                                + attempt
                                + ": only "
                                + there
                                + " had appeared when the time was over. Give it more time, or see"
                                + " dmesg.");
            }
        }
    }

    private SriovException undone(int before, SriovException cause) {
        Patience patience = new Patience(UNDO_LIMIT);
        String attempt = "give " + address + " its " + before + " VFs back";
        try {
            int now = now();
            if (now != 0) {
                write(0, now, attempt, patience);
            }
            if (before != 0) {
                write(before, 0, attempt, patience);
                await(before, attempt, patience);
            }
            return cause;
        } catch (SriovException e) {
            SriovException both =
                    new SriovException(
                            cause.getMessage() + " And after that: " + e.getMessage(), cause);
            both.addSuppressed(e);
            return both;
        }
    }

    private SriovException refusal(String attempt, @Nullable KernelException e) {
        if (e == null) {
            return new SriovException(
                    "Can't " + attempt + ": the driver took it, but did nothing. See dmesg.");
        }
        String driver = sysfs.linkName(path + "/driver").orElse("");
        String why =
                switch (e.errno()) {
                    case Errno.ENOENT ->
                            driver.isEmpty()
                                    ? "no driver is bound to it. Bind the kernel's own one for this"
                                            + " NIC: only that makes VFs."
                                    : "its driver "
                                            + driver
                                            + " doesn't make VFs. Bind the kernel's own one for"
                                            + " this NIC.";
                    case Errno.ENOMEM, Errno.ENOSPC, Errno.EIO ->
                            "the machine has no room for them. Switch SR-IOV on in the BIOS, or"
                                    + " boot with pci=realloc or pci=assign-busses.";
                    case Errno.EBUSY -> "its VFs are in use. Stop what uses them, or see dmesg.";
                    default -> "";
                };
        return why.isEmpty()
                ? Refusal.of(kernel, attempt, e)
                : new SriovException(
                        "Can't " + attempt + ": " + why + " Linux said: " + e.getMessage() + ".",
                        e);
    }

    private int number(String attribute) {
        return sysfs.number(path + "/" + attribute)
                .orElseThrow(() ->
                        new SriovException(
                                "The device "
                                        + address
                                        + " has vanished, or is no PF any more: see"
                                        + " dmesg."));
    }
}
