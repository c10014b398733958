// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.doctor;

import java.util.List;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.sysfs.Sysfs;

/** The doctor's look at who we are, and at what containers need of the host. */
final class HostCheck {
    private static final List<String> DOCKER = List.of("/run/docker.sock", "/var/run/docker.sock");
    private static final long MIB = 1 << 20;

    /**
     * VFIO locks all of a program's DMA memory, which DPDK makes of hugepages: a few hundred MiB.
     */
    private static final long ENOUGH_MEMLOCK_BYTES = 512 * MIB;

    private final Kernel kernel;
    private final Sysfs sysfs;

    HostCheck(Kernel kernel) {
        this.kernel = kernel;
        this.sysfs = new Sysfs(kernel);
    }

    List<Finding> root() {
        if (kernel.effectiveUid() == 0) {
            return List.of(Finding.ok("root", "this is root"));
        }
        return List.of(
                Finding.warn(
                        "root",
                        "this is not root",
                        "Making and binding virtual functions needs root, and some of what follows"
                                + " is hidden from others.",
                        "Run it by sudo."));
    }

    List<Finding> memlock() {
        long limit = kernel.memlockBytes();
        if (limit >= ENOUGH_MEMLOCK_BYTES) {
            String amount = limit == Long.MAX_VALUE ? "no limit" : limit / MIB + " MiB";
            return List.of(Finding.ok("memlock", amount + " of locked memory"));
        }
        return List.of(
                Finding.warn(
                        "memlock",
                        "only " + limit / MIB + " MiB of memory may be locked",
                        "VFIO locks all memory that a device may reach; beyond the limit EAL fails"
                                + " with \"cannot set up DMA remapping\".",
                        "Raise it: ulimit -l unlimited in a shell, LimitMEMLOCK=infinity for a"
                                + " systemd unit, --ulimit memlock=-1 for a container."));
    }

    List<Finding> docker() {
        for (String socket : DOCKER) {
            if (sysfs.exists(socket)) {
                return List.of(Finding.ok("docker", "its socket is " + socket));
            }
        }
        return List.of(
                Finding.warn(
                        "docker",
                        "no socket at " + DOCKER.getFirst(),
                        "Docker is not installed, or not running.",
                        "Install and start it if containers are wanted: systemctl start docker."));
    }
}
