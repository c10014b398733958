// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a model is to be like when it starts.
 *
 * @param nics its physical functions
 * @param iommu whether there is one
 * @param noIommuOption whether the kernel was built with vfio's no-IOMMU mode
 * @param driverOverride whether its kernel is recent enough (3.16) to know driver_override
 * @param loadable modules that modprobe finds
 * @param loaded those that are loaded from the start
 * @param refusedModules those that may not be loaded
 * @param lockdown none, integrity or confidentiality; empty where the kernel has no lockdown
 * @param uid who the clients are
 * @param memlockBytes their limit
 * @param numaNodes how many
 * @param nodeMebibytes what each has for hugepages
 * @param vfDelay how long the making of one VF takes
 * @param vfsLater whether VFs come after the write to sriov_numvfs has returned
 * @param udevDelay when udev renames new netdevs; negative: there is no udev
 */
public record Machine(
        List<Nic> nics,
        boolean iommu,
        boolean noIommuOption,
        boolean driverOverride,
        Set<String> loadable,
        Set<String> loaded,
        Set<String> refusedModules,
        String lockdown,
        int uid,
        long memlockBytes,
        int numaNodes,
        int nodeMebibytes,
        Duration vfDelay,
        boolean vfsLater,
        Duration udevDelay)
        implements Serializable {
    /** The first PF of {@link #igb()}. */
    public static final String IGB0 = "0000:01:00.0";

    /** The second. */
    public static final String IGB1 = "0000:02:00.0";

    /** As the lab has it: two igb PFs with 7 VFs each, an IOMMU, each function in its own group. */
    public static Machine igb() {
        return builder().nic(Nic.of(IGB0, NicModel.IGB)).nic(Nic.of(IGB1, NicModel.IGB)).build();
    }

    /** A ConnectX with two ports: RDMA, an eswitch, a driver that is never to be unbound. */
    public static Machine mlx5() {
        return builder()
                .nic(Nic.of("0000:03:00.0", NicModel.MLX5))
                .nic(Nic.of("0000:03:00.1", NicModel.MLX5))
                .build();
    }

    /** Several PFs with 64 VFs each, all of them together as many as asked for. */
    public static Machine farm(int vfs) {
        Builder builder = builder();
        for (int i = 0; i * 64 < vfs; i++) {
            Nic nic = Nic.of("0000:%02x:00.0".formatted(16 + i), NicModel.I40E);
            builder.nic(nic.withTotalVfs(Math.min(64, vfs - i * 64)).onNode(i % 2));
        }
        return builder.build();
    }

    /** One PF with 1024 VFs, which lie on several buses. */
    public static Machine wide() {
        return builder().nic(Nic.of("0000:20:00.0", NicModel.ICE).withTotalVfs(1024)).build();
    }

    /** A machine to be described: at first one without NICs and without peculiarities. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects what differs from an ordinary machine. */
    public static final class Builder {
        private final List<Nic> nics = new ArrayList<>();
        private final Set<String> loadable =
                new TreeSet<>(Set.of("vfio_pci", "uio_pci_generic", "igbvf", "iavf"));
        private final Set<String> loaded = new TreeSet<>(Set.of("igbvf", "iavf"));
        private final Set<String> refused = new TreeSet<>();
        private boolean iommu = true;
        private boolean noIommuOption = true;
        private boolean driverOverride = true;
        private String lockdown = "none";
        private int uid;
        private long memlockBytes = Long.MAX_VALUE;
        private int numaNodes = 2;
        private int nodeMebibytes = 4096;
        private Duration vfDelay = Duration.ofMillis(1);
        private boolean vfsLater;
        private Duration udevDelay = Duration.ofMillis(5);

        private Builder() {}

        /** Adds a physical function. */
        public Builder nic(Nic nic) {
            nics.add(nic);
            return this;
        }

        /** A machine whose IOMMU is missing or switched off. */
        public Builder withoutIommu() {
            iommu = false;
            return this;
        }

        /** A kernel without vfio's no-IOMMU mode, as Debian's. */
        public Builder withoutNoIommuOption() {
            noIommuOption = false;
            return this;
        }

        /** An old kernel, where new_id is the only way. */
        public Builder withoutDriverOverride() {
            driverOverride = false;
            return this;
        }

        /** A module that modprobe finds, too. */
        public Builder loadable(String module) {
            loadable.add(module);
            return this;
        }

        /** A module that modprobe does not find. */
        public Builder missing(String module) {
            loadable.remove(module);
            loaded.remove(module);
            return this;
        }

        /** A module that is not loaded at first. */
        public Builder unloaded(String module) {
            loaded.remove(module);
            return this;
        }

        /** A module that is loaded from the start. */
        public Builder loaded(String module) {
            loadable.add(module);
            loaded.add(module);
            return this;
        }

        /** A module that may not be loaded: EPERM. */
        public Builder refused(String module) {
            refused.add(module);
            return this;
        }

        /** The kernel's lockdown: none, integrity, confidentiality, or empty for no such file. */
        public Builder lockdown(String mode) {
            lockdown = mode;
            return this;
        }

        /** Who the clients are, if not root. */
        public Builder uid(int id) {
            uid = id;
            return this;
        }

        /** The clients' limit of locked memory. */
        public Builder memlockBytes(long bytes) {
            memlockBytes = bytes;
            return this;
        }

        /** NUMA nodes, and the memory that each has for hugepages. */
        public Builder memory(int nodes, int mebibytesEach) {
            numaNodes = nodes;
            nodeMebibytes = mebibytesEach;
            return this;
        }

        /** How long the making of one VF takes. */
        public Builder vfDelay(Duration delay) {
            vfDelay = delay;
            return this;
        }

        /** VFs come only after the write to sriov_numvfs has returned. */
        public Builder vfsLater() {
            vfsLater = true;
            return this;
        }

        /** When udev renames a new netdev. */
        public Builder udevDelay(Duration delay) {
            udevDelay = delay;
            return this;
        }

        /** Nobody renames netdevs, as in the lab. */
        public Builder withoutUdev() {
            udevDelay = Duration.ofNanos(-1);
            return this;
        }

        /** The machine. */
        public Machine build() {
            return new Machine(
                    List.copyOf(nics),
                    iommu,
                    noIommuOption,
                    driverOverride,
                    new TreeSet<>(loadable),
                    new TreeSet<>(loaded),
                    new TreeSet<>(refused),
                    lockdown,
                    uid,
                    memlockBytes,
                    numaNodes,
                    nodeMebibytes,
                    vfDelay,
                    vfsLater,
                    udevDelay);
        }
    }
}
