// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.dpdk4j.sriov.kernel.Errno;

/** The whole state of a machine. All of it is used under {@link #lock}. */
final class KernelModel {
    final ReentrantLock lock;
    final Machine machine;
    final FileTree tree;
    final PciModel pci;
    final NetModel net;
    final ModuleModel modules;
    final MemoryModel memory;
    final NetlinkModel netlink;
    final Faults faults;

    /** Real interfaces for the VFs'; null where there are none. */
    VethBacking backing;

    private final Condition changed;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    Comparator.comparingLong(Event::due).thenComparingLong(Event::number));
    private long numbers;

    private record Event(long due, long number, Runnable what) {}

    KernelModel(Machine machine) throws Refusal {
        this(machine, new ReentrantLock(), new Faults());
    }

    /** The same machine, started anew: what was set in it is forgotten. */
    KernelModel(KernelModel before) throws Refusal {
        this(before.machine, before.lock, before.faults);
    }

    private KernelModel(Machine machine, ReentrantLock lock, Faults faults) throws Refusal {
        this.machine = machine;
        this.lock = lock;
        this.faults = faults;
        this.changed = lock.newCondition();
        this.tree = new FileTree(machine.uid());
        this.memory = new MemoryModel(this);
        this.net = new NetModel(this);
        this.pci = new PciModel(this);
        this.modules = new ModuleModel(this);
        this.netlink = new NetlinkModel(this);
        lock.lock();
        try {
            boot();
        } finally {
            lock.unlock();
        }
    }

    private void boot() throws Refusal {
        Node.Directory proc = tree.proc();
        proc.text("cmdline", machine.iommu() ? "quiet intel_iommu=on iommu=pt" : "quiet");
        proc.text("cpuinfo", "flags\t\t: fpu sse2 avx pdpe1gb");
        proc.text("filesystems", "nodev\tsysfs\nnodev\tproc\nnodev\ttmpfs\nnodev\thugetlbfs");
        proc.path("sys/kernel").text("osrelease", "6.12.0-model");
        proc.path("sys/kernel").text("ostype", "Linux");
        proc.path("sys/kernel/random").text("boot_id", java.util.UUID.randomUUID().toString());
        tree.sys("kernel/security");
        if (!machine.lockdown().isEmpty()) {
            String modes =
                    "none integrity confidentiality"
                            .replace(machine.lockdown(), "[" + machine.lockdown() + "]");
            tree.sys("kernel/security").text("lockdown", modes);
        }
        pci.boot(machine);
        pci.register(new Driver("pcieport", "pcieport", Driver.Kind.BRIDGE, java.util.Set.of()));
        for (Nic nic : machine.nics()) {
            modules.insert(nic.model().driver);
        }
        for (String module : machine.loaded()) {
            modules.insert(module);
        }
        settle();
        for (Nic nic : machine.nics()) {
            PciDevice pf = pci.find(nic.address());
            pf.netdevs.forEach(netdev -> netdev.up = nic.up());
            if (nic.vfsAtBoot() > 0) {
                pci.enable(pf, nic.vfsAtBoot());
            }
        }
        settle();
    }

    /** Does something some time later: when somebody asks next after that. */
    void later(Duration delay, Runnable what) {
        events.add(new Event(System.nanoTime() + delay.toNanos(), ++numbers, what));
    }

    /** Does what is due. */
    void tick() {
        while (!events.isEmpty() && events.peek().due - System.nanoTime() <= 0) {
            events.poll().what.run();
            changed.signalAll();
        }
        if (backing != null) {
            backing.refresh();
        }
    }

    /** Does all that was to come, as if enough time had passed. */
    void settle() {
        while (!events.isEmpty()) {
            events.poll().what.run();
        }
        changed.signalAll();
    }

    void signal() {
        changed.signalAll();
    }

    /** Lets time pass, and others go on meanwhile. */
    void pause(Duration length) throws Refusal {
        long end = System.nanoTime() + length.toNanos();
        while (end - System.nanoTime() > 0) {
            await(end - System.nanoTime());
        }
    }

    /** Waits as the kernel does: as long as it takes. */
    void until(BooleanSupplier condition) throws Refusal {
        while (!condition.getAsBoolean()) {
            await(Duration.ofMillis(50).toNanos());
        }
    }

    @SuppressWarnings("WaitNotInLoop") // Those who call this loop.
    private void await(long most) throws Refusal {
        long nanos = most;
        if (!events.isEmpty()) {
            nanos = Math.min(nanos, events.peek().due - System.nanoTime());
        }
        try {
            if (nanos > 0) {
                changed.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(Errno.EINTR);
        }
        tick();
    }

    /** All that the product may change and must put back, line by line. */
    String snapshot() {
        settle();
        List<String> lines = new ArrayList<>();
        for (PciDevice device : pci.devices.values()) {
            if (device.model == null) {
                continue;
            }
            String vf =
                    device.physfn == null
                            ? " numvfs=%d/%d probe=%b eswitch=%s"
                                    .formatted(
                                            device.numVfs,
                                            device.totalVfs,
                                            device.probeVfs,
                                            device.switchdev ? "switchdev" : "legacy")
                            : " vf=" + device.vfIndex + " " + device.config();
            lines.add(
                    "pci "
                            + device.address
                            + " driver="
                            + (device.driver == null ? "-" : device.driver.name)
                            + " override="
                            + device.driverOverride
                            + vf);
        }
        for (Driver driver : pci.drivers.values()) {
            if (!driver.dynamicIds.isEmpty()) {
                lines.add("new_id " + driver.name + " " + driver.dynamicIds);
            }
        }
        net.describe(lines);
        memory.describe(lines);
        describe(tree.dev(), "/dev", lines);
        return String.join("\n", lines);
    }

    private static void describe(Node.Directory directory, String path, List<String> lines) {
        directory.children.forEach((name, node) -> {
            String each = path + "/" + name;
            if (node instanceof Node.Directory below) {
                describe(below, each, lines);
            } else if (!each.equals("/dev/vfio/vfio")) {
                lines.add("node %s %o %d:%d".formatted(each, node.mode, node.uid, node.gid));
            }
        });
    }
}
