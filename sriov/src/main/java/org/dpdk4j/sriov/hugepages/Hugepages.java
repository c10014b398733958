// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.hugepages;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.sysfs.Refusal;
import org.dpdk4j.sriov.sysfs.Steps;
import org.dpdk4j.sriov.sysfs.Sysfs;

/**
 * The machine's hugepages: how many of each size on each NUMA node, more of them, and mounts of
 * hugetlbfs. One size on one node is changed at a time; the others stay as they are. Follows
 * Linux's {@code Documentation/admin-guide/mm/hugetlbpage.rst}.
 */
public final class Hugepages {
    private static final String NODES = "/sys/devices/system/node/";
    private static final Pattern NODE = Pattern.compile("node(\\d+)");
    private static final Pattern SIZE = Pattern.compile("hugepages-(\\d+)kB");
    private static final long KIB = 1024;
    private static final int PERMISSIONS = 0xfff;

    private final Kernel kernel;
    private final Sysfs sysfs;
    private final Steps steps;

    private Hugepages(Kernel kernel) {
        this.kernel = kernel;
        this.sysfs = new Sysfs(kernel);
        this.steps = new Steps(kernel);
    }

    /**
     * The hugepages of a kernel.
     *
     * @param kernel to ask
     * @return the hugepages
     */
    public static Hugepages of(Kernel kernel) {
        return new Hugepages(kernel);
    }

    /**
     * All sizes that the processor has, on all nodes.
     *
     * @return by size, then by node
     */
    public List<HugepagePool> pools() {
        List<HugepagePool> pools = new ArrayList<>();
        for (String nodeName : sysfs.names(NODES)) {
            Matcher node = NODE.matcher(nodeName);
            if (!node.matches()) {
                continue;
            }
            for (String sizeName : sysfs.names(NODES + nodeName + "/hugepages")) {
                Matcher size = SIZE.matcher(sizeName);
                if (size.matches()) {
                    pools.add(
                            pool(
                                    Long.parseLong(size.group(1)) * KIB,
                                    Integer.parseInt(node.group(1))));
                }
            }
        }
        pools.sort(
                Comparator.comparingLong(HugepagePool::sizeBytes)
                        .thenComparingInt(HugepagePool::node));
        return List.copyOf(pools);
    }

    /**
     * One size on one node.
     *
     * @param sizeBytes of a page
     * @param node NUMA node
     * @return its pages
     * @throws SriovException if there is no such size or node
     */
    public HugepagePool pool(long sizeBytes, int node) {
        String path = path(sizeBytes, node);
        OptionalLong total = sysfs.longNumber(path + "/nr_hugepages");
        OptionalLong free = sysfs.longNumber(path + "/free_hugepages");
        if (total.isEmpty() || free.isEmpty()) {
            throw new SriovException(
                    "There are no hugepages of "
                            + size(sizeBytes)
                            + " on NUMA node "
                            + node
                            + ". The command doctor shows the sizes and nodes that there are.");
        }
        return new HugepagePool(sizeBytes, node, total.getAsLong(), free.getAsLong());
    }

    /**
     * Makes sure that there are so many pages. If there are, nothing changes; pages are never taken
     * away.
     *
     * @param sizeBytes of a page
     * @param node NUMA node
     * @param pages that there shall be, used ones among them
     * @return what {@link #undo} needs
     * @throws SriovException if the kernel didn't find that much memory; there are then as many
     *     pages as before
     */
    public HugepageReservation reserve(long sizeBytes, int node, long pages) {
        HugepagePool before = pool(sizeBytes, node);
        String attempt =
                "reserve " + pages + " pages of " + size(sizeBytes) + " on NUMA node " + node;
        if (pages < 0) {
            throw new SriovException("Can't " + attempt + ": there is no such number of pages.");
        }
        if (before.total() >= pages) {
            return new HugepageReservation(sizeBytes, node, before.total(), before.total());
        }
        Refusal.unlessRoot(kernel, attempt);
        try {
            set(sizeBytes, node, pages);
            long now = pool(sizeBytes, node).total();
            if (now < pages) {
                set(sizeBytes, node, before.total());
                throw new SriovException(
                        "Can't "
                                + attempt
                                + ": the kernel found memory for "
                                + now
                                + ", the rest is taken or in pieces; there are "
                                + before.total()
                                + " as before. End programs, or reserve at boot:"
                                + " hugepagesz="
                                + size(sizeBytes).replace(" ", "").replace("iB", "")
                                + " hugepages="
                                + pages
                                + " on the kernel's command line.");
            }
            return new HugepageReservation(sizeBytes, node, before.total(), pages);
        } catch (KernelException e) {
            throw Refusal.of(kernel, attempt, e);
        }
    }

    /**
     * Gives back what a reservation added, and no more than that: pages that others reserved since
     * stay. Pages in use go when they become free.
     *
     * @param reservation from {@link #reserve}
     * @throws SriovException if the kernel refuses
     */
    public void undo(HugepageReservation reservation) {
        long added = reservation.after() - reservation.before();
        if (added <= 0) {
            return;
        }
        String attempt = "give back " + added + " pages of " + size(reservation.sizeBytes());
        Refusal.unlessRoot(kernel, attempt);
        try {
            HugepagePool now = pool(reservation.sizeBytes(), reservation.node());
            long wanted = Math.max(reservation.before(), now.total() - added);
            if (wanted < now.total()) {
                set(reservation.sizeBytes(), reservation.node(), wanted);
            }
        } catch (KernelException e) {
            throw Refusal.of(kernel, attempt, e);
        }
    }

    /**
     * Mounts hugetlbfs for a user. Where it is mounted with pages of this size already, nothing
     * changes.
     *
     * @param directory an absolute path; made if it isn't there
     * @param sizeBytes of a page
     * @param uid owner of the files' directory
     * @param gid its group
     * @param mode its permission bits, such as 0770 octal
     * @return what {@link #unmount} needs
     * @throws SriovException if that can't be done; nothing was changed then
     */
    public HugetlbfsMount mount(String directory, long sizeBytes, int uid, int gid, int mode) {
        String attempt = "mount hugetlbfs at " + directory;
        checkDirectory(directory, attempt);
        if (pools().stream().noneMatch(pool -> pool.sizeBytes() == sizeBytes)) {
            throw new SriovException(
                    "Can't " + attempt + ": this machine has no pages of " + size(sizeBytes) + ".");
        }
        Optional<HugetlbfsMount> there = mounted(directory);
        if (there.isPresent()) {
            if (there.get().sizeBytes() != sizeBytes) {
                throw new SriovException(
                        "Can't "
                                + attempt
                                + ": it is mounted there with pages of "
                                + size(there.get().sizeBytes())
                                + ". Choose another directory.");
            }
            return there.get();
        }
        Refusal.unlessRoot(kernel, attempt);
        boolean make = !sysfs.exists(directory);
        String options =
                String.format(
                        "pagesize=%dK,uid=%d,gid=%d,mode=%o",
                        sizeBytes / KIB, uid, gid, mode & PERMISSIONS);
        try {
            if (make) {
                kernel.makeDirectory(directory);
            }
            try {
                kernel.mount("hugetlbfs", directory, options);
            } catch (KernelException e) {
                if (make) {
                    kernel.removeDirectory(directory);
                }
                throw e;
            }
        } catch (KernelException e) {
            throw Refusal.of(kernel, attempt, e);
        }
        return new HugetlbfsMount(directory, sizeBytes, true, make);
    }

    /**
     * Takes back what {@link #mount} did; repeating it is harmless.
     *
     * @param mount from there
     * @throws SriovException if files in it are in use
     */
    public void unmount(HugetlbfsMount mount) {
        if (!mount.made()) {
            return;
        }
        String attempt = "unmount " + mount.directory();
        Refusal.unlessRoot(kernel, attempt);
        try {
            if (mounted(mount.directory()).isPresent()) {
                kernel.unmount(mount.directory());
            }
            if (mount.directoryMade() && sysfs.exists(mount.directory())) {
                kernel.removeDirectory(mount.directory());
            }
        } catch (KernelException e) {
            throw Refusal.of(kernel, attempt, e);
        }
    }

    /**
     * Where hugetlbfs is mounted.
     *
     * @return mounts that programs can use, in the order in which they were made
     */
    public List<HugetlbfsMount> mounts() {
        return HugetlbfsMounts.read(sysfs);
    }

    /** A size for people: {@code 2 MiB}. */
    static String size(long bytes) {
        if (bytes % (KIB * KIB * KIB) == 0) {
            return bytes / (KIB * KIB * KIB) + " GiB";
        }
        return bytes % (KIB * KIB) == 0 ? bytes / (KIB * KIB) + " MiB" : bytes / KIB + " KiB";
    }

    private Optional<HugetlbfsMount> mounted(String directory) {
        return mounts().stream().filter(mount -> mount.directory().equals(directory)).findFirst();
    }

    private void set(long sizeBytes, int node, long pages) throws KernelException {
        steps.write(path(sizeBytes, node) + "/nr_hugepages", Long.toString(pages));
    }

    static String path(long sizeBytes, int node) {
        return NODES + "node" + node + "/hugepages/hugepages-" + sizeBytes / KIB + "kB";
    }

    private static void checkDirectory(String directory, String attempt) {
        boolean plain =
                directory.startsWith("/")
                        && directory.length() > 1
                        && directory.chars().noneMatch(c -> c < ' ')
                        && List.of(directory.substring(1).split("/", -1)).stream()
                                .noneMatch(name ->
                                        name.isEmpty() || name.equals(".") || name.equals(".."));
        if (!plain) {
            throw new SriovException(
                    "Can't " + attempt + ": give an absolute path without . or .. in it.");
        }
    }
}
