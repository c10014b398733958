// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.model.Node.Directory;
import org.dpdk4j.sriov.model.Node.FileSystem;
import org.dpdk4j.sriov.model.Node.Mount;

/** Hugepages per size and node, and hugetlbfs. */
final class MemoryModel {
    private static final long[] SIZES_KIB = {2048, 1024 * 1024};
    private static final Pattern SIZE = Pattern.compile("(\\d+)([KkMmGg]?)");

    private final KernelModel kernel;

    /** By page size in KiB: pages of each node. */
    private final Map<Long, Pool[]> pools = new TreeMap<>();

    private static final class Pool {
        long pages;
        long used;
    }

    MemoryModel(KernelModel kernel) {
        this.kernel = kernel;
        int nodes = kernel.machine.numaNodes();
        Directory all = kernel.tree.sys("devices/system/node");
        all.text("online", nodes == 1 ? "0" : "0-" + (nodes - 1));
        all.text("possible", nodes == 1 ? "0" : "0-" + (nodes - 1));
        for (long size : SIZES_KIB) {
            Pool[] pool = new Pool[nodes];
            pools.put(size, pool);
            String name = "hugepages-" + size + "kB";
            for (int i = 0; i < nodes; i++) {
                int node = i;
                pool[i] = new Pool();
                Directory directory = all.path("node" + i + "/hugepages/" + name);
                all.directory("node" + i).text("cpulist", Integer.toString(i));
                directory.attribute(
                        "nr_hugepages",
                        () -> Long.toString(pool[node].pages),
                        text -> resize(size, node, pages(text)));
                directory.show(
                        "free_hugepages", () -> Long.toString(pool[node].pages - pool[node].used));
                directory.text("surplus_hugepages", "0");
            }
            Directory total = kernel.tree.sys("kernel/mm/hugepages/" + name);
            total.attribute(
                    "nr_hugepages",
                    () -> Long.toString(sum(size)),
                    text -> resizeAll(size, pages(text)));
            total.show("free_hugepages", () -> Long.toString(sum(size) - used(size)));
            total.text("resv_hugepages", "0");
            total.text("surplus_hugepages", "0");
            total.attribute(
                    "nr_hugepages_mempolicy",
                    () -> Long.toString(sum(size)),
                    text -> resizeAll(size, pages(text)));
            total.attribute("nr_overcommit_hugepages", () -> "0", text -> {});
        }
        Directory self = kernel.tree.proc().directory("self");
        self.show("mounts", this::mounts);
        kernel.tree.proc().put("mounts", new Node.Link("self/mounts"));
        kernel.tree.proc().show("meminfo", this::meminfo);
    }

    /** Pages in use by some process. */
    void use(int sizeKib, int node, long count) {
        pools.get((long) sizeKib)[node].used = count;
    }

    /** As far as there is memory: what is not to be had, nobody is told. */
    private void resize(long size, int node, long wanted) {
        Pool pool = pools.get(size)[node];
        while (pool.pages < wanted && freeKib(node) >= size) {
            pool.pages++;
        }
        pool.pages = Math.min(pool.pages, Math.max(wanted, pool.used));
    }

    /** Page by page from node to node, as far as it goes. */
    private void resizeAll(long size, long wanted) {
        Pool[] pool = pools.get(size);
        int stuck = 0;
        for (int node = 0; sum(size) != wanted && stuck < pool.length; node++) {
            Pool each = pool[node % pool.length];
            long before = each.pages;
            resize(size, node % pool.length, Math.max(0, before + Long.signum(wanted - sum(size))));
            stuck = each.pages == before ? stuck + 1 : 0;
        }
    }

    private long freeKib(int node) {
        long free = kernel.machine.nodeMebibytes() * 1024L;
        for (long size : SIZES_KIB) {
            free -= pools.get(size)[node].pages * size;
        }
        return free;
    }

    private long sum(long size) {
        long pages = 0;
        for (Pool each : pools.get(size)) {
            pages += each.pages;
        }
        return pages;
    }

    private long used(long size) {
        long pages = 0;
        for (Pool each : pools.get(size)) {
            pages += each.used;
        }
        return pages;
    }

    private static long pages(String text) throws Refusal {
        try {
            long count =
                    Long.parseLong(
                            text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
            if (count >= 0) {
                return count;
            }
        } catch (NumberFormatException e) {
            // Below.
        }
        throw new Refusal(Errno.EINVAL);
    }

    void mount(String type, String target, String options) throws Refusal {
        Directory point = kernel.tree.mountPoint(target);
        if (kernel.machine.uid() != 0) {
            throw new Refusal(Errno.EPERM);
        }
        FileSystem fileSystem =
                switch (type) {
                    case "hugetlbfs" -> FileSystem.HUGETLBFS;
                    case "tmpfs" -> FileSystem.TMPFS;
                    default -> throw new Refusal(Errno.ENODEV);
                };
        Directory root = new Directory(fileSystem, 0x1ed);
        root.parent = point.parent;
        root.name = point.name;
        long size = SIZES_KIB[0];
        for (String option : options.split(",", -1)) {
            int equals = option.indexOf('=');
            String value = option.substring(equals + 1);
            try {
                switch (option.substring(0, Math.max(equals, 0))) {
                    case "uid" -> root.uid = Integer.parseInt(value);
                    case "gid" -> root.gid = Integer.parseInt(value);
                    case "mode" -> root.mode = Integer.parseInt(value, 8) & 0xfff;
                    case "pagesize" -> size = kibibytes(value);
                    case "size", "min_size", "nr_inodes" -> kibibytes(value);
                    default -> {
                        if (!option.isEmpty()) {
                            throw new Refusal(Errno.EINVAL);
                        }
                    }
                }
            } catch (NumberFormatException e) {
                throw new Refusal(Errno.EINVAL);
            }
        }
        if (!pools.containsKey(size)) {
            throw new Refusal(Errno.EINVAL);
        }
        StringBuilder shown = new StringBuilder("rw,relatime");
        if (fileSystem == FileSystem.HUGETLBFS) {
            shown.append(root.uid == 0 ? "" : ",uid=" + root.uid)
                    .append(root.gid == 0 ? "" : ",gid=" + root.gid)
                    .append(root.mode == 0x1ed ? "" : ",mode=" + Integer.toOctalString(root.mode))
                    .append(",pagesize=" + size / 1024 + "M");
        }
        // A second mount lies on the first, and hides it.
        point.mounts.push(new Mount(type, shown.toString(), root));
    }

    void unmount(String target) throws Refusal {
        Directory point = kernel.tree.mountPoint(target);
        if (kernel.machine.uid() != 0) {
            throw new Refusal(Errno.EPERM);
        }
        if (point.mounts.isEmpty()) {
            throw new Refusal(Errno.EINVAL);
        }
        point.mounts.pop();
    }

    private static long kibibytes(String text) throws Refusal {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new Refusal(Errno.EINVAL);
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "K", "k" -> number;
            case "M", "m" -> number * 1024;
            case "G", "g" -> number * 1024 * 1024;
            default -> number / 1024;
        };
    }

    String mounts() {
        List<String> lines = new ArrayList<>();
        lines.add("sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0");
        lines.add("proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0");
        collect(kernel.tree.root, lines);
        return String.join("\n", lines);
    }

    private static void collect(Directory directory, List<String> lines) {
        directory
                .mounts
                .descendingIterator()
                .forEachRemaining(mount ->
                        lines.add(
                                mount.type()
                                        + " "
                                        + directory.absolute().replace(" ", "\\040")
                                        + " "
                                        + mount.type()
                                        + " "
                                        + mount.options()
                                        + " 0 0"));
        for (Node child : directory.visible().children.values()) {
            if (child instanceof Directory below && below.fileSystem != FileSystem.SYSFS) {
                collect(below, lines);
            }
        }
    }

    private String meminfo() {
        long all = 1024L * kernel.machine.numaNodes() * kernel.machine.nodeMebibytes();
        return """
        MemTotal:       %8d kB
        MemFree:        %8d kB
        HugePages_Total:   %5d
        HugePages_Free:    %5d
        HugePages_Rsvd:        0
        HugePages_Surp:        0
        Hugepagesize:       2048 kB\
        """
                .formatted(all, all / 2, sum(SIZES_KIB[0]), sum(SIZES_KIB[0]) - used(SIZES_KIB[0]));
    }

    /** For comparison. */
    void describe(List<String> lines) {
        pools.forEach((size, pool) -> {
            for (int node = 0; node < pool.length; node++) {
                lines.add("hugepages " + size + " node " + node + ": " + pool[node].pages);
            }
        });
        collect(kernel.tree.root, lines);
    }
}
