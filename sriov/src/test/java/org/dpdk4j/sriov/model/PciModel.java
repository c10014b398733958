// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.model.Node.Directory;

/** The PCI bus: functions, drivers, IOMMU groups, and VFs that come and go. */
final class PciModel {
    private static final int NETWORK = 0x020000;
    private static final int BRIDGE = 0x060400;
    private static final int PAGE = 4096;
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    final Map<String, PciDevice> devices = new TreeMap<>();
    final Map<String, Driver> drivers = new LinkedHashMap<>();
    final TreeMap<Integer, Set<PciDevice>> groups = new TreeMap<>();

    private final KernelModel kernel;
    private final Directory bus;
    private final Map<String, Integer> groupsByLabel = new HashMap<>();
    private final Map<String, Refusing> refusing = new HashMap<>();
    private final Directory domain;
    private final Map<Integer, Directory> ports = new HashMap<>();

    private record Refusing(int errno, int times) {}

    PciModel(KernelModel kernel) {
        this.kernel = kernel;
        this.bus = kernel.tree.sys("bus/pci");
        this.domain = kernel.tree.sys("devices/pci0000:00");
        bus.directory("devices");
        bus.directory("drivers");
        bus.directory("slots");
        bus.store("drivers_probe", this::driversProbe);
        bus.attribute("drivers_autoprobe", () -> "1", text -> {});
        kernel.tree.sys("kernel/iommu_groups");
    }

    /** The functions of the machine; their drivers come with the modules. */
    void boot(Machine machine) {
        for (Nic nic : machine.nics()) {
            PciAddress address = PciAddress.parse(nic.address());
            Directory port = ports.computeIfAbsent(address.bus(), number -> addPort(nic, number));
            NicModel model = nic.model();
            PciDevice pf =
                    new PciDevice(
                            address,
                            model.vendor,
                            model.device,
                            NETWORK,
                            nic.numaNode(),
                            model,
                            port);
            pf.totalVfs = nic.totalVfs();
            pf.vfsShareGroup = nic.vfsShareGroup();
            add(pf, nic.group());
        }
    }

    private Directory addPort(Nic nic, int number) {
        int slot = ports.size();
        PciDevice port =
                new PciDevice(
                        new PciAddress(0, 0, 1 + slot % 30, slot / 30),
                        0x1b36,
                        0x000c,
                        BRIDGE,
                        nic.numaNode(),
                        null,
                        domain);
        add(port, nic.group().startsWith("port") ? nic.group() : "");
        port.directory.text("secondary_bus_number", Integer.toString(number));
        return port.directory;
    }

    private void add(PciDevice device, String groupLabel) {
        String name = device.address.toString();
        Directory directory = device.parent.directory(name);
        device.directory = directory;
        devices.put(name, device);
        bus.directory("devices").link(name, directory);
        directory.link("subsystem", bus);
        directory.text("vendor", "0x%04x".formatted(device.vendor));
        directory.text("device", "0x%04x".formatted(device.device));
        directory.text("class", "0x%06x".formatted(device.classCode));
        directory.text("subsystem_vendor", "0x%04x".formatted(device.vendor));
        directory.text("subsystem_device", "0x0000");
        directory.text("revision", "0x01");
        directory.text("irq", device.physfn == null ? "11" : "0");
        directory.text("local_cpulist", "0-1");
        directory.attribute("enable", () -> device.driver == null ? "0" : "1", text -> {});
        directory.attribute("numa_node", () -> Integer.toString(device.numaNode), text -> {});
        if (kernel.machine.driverOverride()) {
            directory.attribute(
                    "driver_override",
                    () -> device.driverOverride == null ? "(null)" : device.driverOverride,
                    text -> override(device, text));
        }
        directory.show("uevent", () -> uevent(device));
        directory.text("modalias", modalias(device));
        // Virtual functions have no link of their own: their registers read as zero.
        boolean link = device.physfn == null;
        directory.text("current_link_speed", link ? "8.0 GT/s PCIe" : "Unknown");
        directory.text("current_link_width", link ? "8" : "0");
        directory.text("max_link_speed", link ? "16.0 GT/s PCIe" : "Unknown");
        directory.text("max_link_width", link ? "16" : "0");
        if (device.model != null) {
            directory.put("reset", new Node.Attribute(0x80, null, text -> reset(device, text)));
        }
        if (device.totalVfs > 0) {
            sriov(device);
        }
        if (kernel.machine.iommu()) {
            join(device, groupLabel);
        }
    }

    private void sriov(PciDevice pf) {
        Directory directory = pf.directory;
        directory.text("sriov_totalvfs", Integer.toString(pf.totalVfs));
        directory.text("sriov_offset", Integer.toString(pf.model.offset));
        directory.text("sriov_stride", Integer.toString(pf.model.stride));
        directory.text("sriov_vf_device", "%04x".formatted(pf.model.vfDevice));
        directory.attribute(
                "sriov_drivers_autoprobe",
                () -> pf.probeVfs ? "1" : "0",
                text -> pf.probeVfs = bool(text));
        directory.attribute(
                "sriov_numvfs",
                () -> {
                    kernel.until(() -> !pf.locked);
                    return Integer.toString(pf.numVfs);
                },
                text -> numVfs(pf, text));
    }

    /** As {@code sriov_numvfs_store}, in its order. */
    private void numVfs(PciDevice pf, String text) throws Refusal {
        int count = number(text);
        if (count > pf.totalVfs) {
            throw new Refusal(Errno.ERANGE);
        }
        kernel.until(() -> !pf.locked);
        pf.locked = true;
        try {
            if (count == pf.numVfs) {
                return;
            }
            if (pf.driver == null || pf.driver.kind != Driver.Kind.NET) {
                throw new Refusal(Errno.ENOENT);
            }
            refuse("sriov:" + pf.address);
            if (count == 0) {
                disable(pf);
            } else if (pf.numVfs != 0) {
                throw new Refusal(Errno.EBUSY);
            } else {
                enable(pf, count);
            }
        } finally {
            pf.locked = false;
            kernel.signal();
        }
    }

    void enable(PciDevice pf, int count) throws Refusal {
        for (int i = 0; i < count; i++) {
            pf.vfConfigs.add(new VfConfig());
        }
        if (kernel.machine.vfsLater()) {
            pf.numVfs = count;
            List<VfConfig> these = List.copyOf(pf.vfConfigs);
            for (int i = 0; i < count; i++) {
                int index = i;
                kernel.later(
                        kernel.machine.vfDelay().multipliedBy(i + 1L),
                        () -> {
                            // Not if they were taken away meanwhile.
                            if (index < pf.vfConfigs.size()
                                    && pf.vfConfigs.get(index) == these.get(index)) {
                                addVf(pf, index);
                            }
                        });
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            kernel.pause(kernel.machine.vfDelay());
            addVf(pf, i);
        }
        pf.numVfs = count;
    }

    private void disable(PciDevice pf) throws Refusal {
        for (PciDevice vf : List.copyOf(pf.vfs)) {
            detach(vf);
            remove(vf);
        }
        pf.vfs.clear();
        pf.vfConfigs.clear();
        pf.numVfs = 0;
    }

    private void addVf(PciDevice pf, int index) {
        int id = pf.routingId() + pf.model.offset + pf.model.stride * index;
        PciAddress address = new PciAddress(pf.address.domain(), id >> 8, id >> 3 & 0x1f, id & 7);
        PciDevice vf =
                new PciDevice(
                        address,
                        pf.vendor,
                        pf.model.vfDevice,
                        NETWORK,
                        pf.numaNode,
                        pf.model,
                        pf.parent);
        vf.physfn = pf;
        vf.vfIndex = index;
        pf.vfs.add(vf);
        add(vf, pf.vfsShareGroup ? "with " + pf.address : "");
        pf.directory.link("virtfn" + index, vf.directory);
        vf.directory.link("physfn", pf.directory);
        if (pf.switchdev) {
            kernel.net.addRepresentor(pf, index);
        }
        attach(vf);
    }

    private void remove(PciDevice vf) {
        vf.physfn.directory.remove("virtfn" + vf.vfIndex);
        if (vf.physfn.switchdev) {
            kernel.net.removeRepresentor(vf.physfn, vf.vfIndex);
        }
        leave(vf);
        String name = vf.address.toString();
        devices.remove(name);
        bus.directory("devices").remove(name);
        vf.parent.remove(name);
    }

    void register(Driver driver) {
        drivers.put(driver.name, driver);
        Directory directory = bus.directory("drivers").directory(driver.name);
        driver.directory = directory;
        directory.link("module", kernel.tree.sys("module/" + driver.module));
        directory.store("bind", text -> bind(driver, text));
        directory.store("unbind", text -> unbind(driver, text));
        directory.store("new_id", text -> newId(driver, text));
        directory.store("remove_id", text -> removeId(driver, text));
        attachAll(driver);
    }

    private void attachAll(Driver driver) {
        for (PciDevice device : List.copyOf(devices.values())) {
            if (device.driver == null && driver.matches(device)) {
                // What fails here, nobody is told.
                probe(driver, device);
            }
        }
    }

    /** As {@code drivers_probe}: a driver that refuses is nobody's error. */
    private void driversProbe(String text) throws Refusal {
        PciDevice device = find(text);
        kernel.until(() -> !device.locked);
        attach(device);
    }

    private void attach(PciDevice device) {
        for (Driver driver : drivers.values()) {
            if (device.driver != null) {
                return;
            }
            if (driver.matches(device)) {
                probe(driver, device);
            }
        }
    }

    private void bind(Driver driver, String text) throws Refusal {
        PciDevice device = find(text);
        if (!driver.matches(device)) {
            throw new Refusal(Errno.ENODEV);
        }
        kernel.until(() -> !device.locked);
        int errno = probe(driver, device);
        if (errno != 0) {
            throw new Refusal(errno);
        }
    }

    private void unbind(Driver driver, String text) throws Refusal {
        PciDevice device = find(text);
        if (device.driver != driver) {
            throw new Refusal(Errno.ENODEV);
        }
        kernel.until(() -> !device.locked);
        detach(device);
    }

    private void newId(Driver driver, String text) throws Refusal {
        String id = id(text);
        if (driver.dynamicIds.contains(id) || driver.ids.contains(id)) {
            throw new Refusal(Errno.EEXIST);
        }
        driver.dynamicIds.add(id);
        attachAll(driver);
    }

    private static void removeId(Driver driver, String text) throws Refusal {
        if (!driver.dynamicIds.remove(id(text))) {
            throw new Refusal(Errno.ENODEV);
        }
    }

    private static String id(String text) throws Refusal {
        String[] fields = BLANKS.split(text.strip(), -1);
        try {
            return "%04x:%04x"
                    .formatted(Integer.parseInt(fields[0], 16), Integer.parseInt(fields[1], 16));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new Refusal(Errno.EINVAL);
        }
    }

    /** The next attempts of a driver (or {@code sriov:ADDRESS}) fail. */
    void refuseNext(String what, int errno, int times) {
        refusing.put(what, new Refusing(errno, times));
    }

    private void refuse(String what) throws Refusal {
        Refusing rule = refusing.get(what);
        if (rule != null && rule.times > 0) {
            refusing.put(what, new Refusing(rule.errno, rule.times - 1));
            throw new Refusal(rule.errno);
        }
    }

    private int probe(Driver driver, PciDevice device) {
        try {
            tryProbe(driver, device);
            return 0;
        } catch (Refusal e) {
            return e.errno;
        }
    }

    private void tryProbe(Driver driver, PciDevice device) throws Refusal {
        if (device.driver != null) {
            throw new Refusal(Errno.EBUSY);
        }
        if (device.physfn != null && !device.physfn.probeVfs && device.driverOverride == null) {
            throw new Refusal(Errno.ENODEV);
        }
        if (driver.kind != Driver.Kind.VFIO && device.group >= 0) {
            for (PciDevice sibling : groups.get(device.group)) {
                if (sibling.open) {
                    throw new Refusal(Errno.EBUSY);
                }
            }
        }
        refuse(driver.name);
        refuse(driver.name + " " + device.address);
        switch (driver.kind) {
            case VFIO -> vfio(device);
            case UIO -> uio(device);
            case NET -> net(driver, device);
            case BRIDGE -> {
                // Nothing to be seen of it.
            }
        }
        device.driver = driver;
        device.directory.link("driver", driver.directory);
        driver.directory.link(device.address.toString(), device.directory);
    }

    private void net(Driver driver, PciDevice device) throws Refusal {
        boolean ours =
                device.model != null
                        && driver.name.equals(
                                device.physfn == null
                                        ? device.model.driver
                                        : device.model.vfDriver);
        if (!ours) {
            throw new Refusal(Errno.ENODEV);
        }
        kernel.net.addFor(device);
    }

    private void vfio(PciDevice device) throws Refusal {
        if (device.group < 0) {
            if (!kernel.modules.noIommu) {
                throw new Refusal(Errno.EINVAL);
            }
            device.noIommu = true;
            join(device, "");
            kernel.tree.sys("kernel/iommu_groups/" + device.group).text("name", "vfio-noiommu");
        }
        kernel.tree.dev().directory("vfio").put(node(device), new Node.Device(0x180));
    }

    private void uio(PciDevice device) {
        Directory uioClass = kernel.tree.sys("class/uio");
        int number = 0;
        while (uioClass.children.containsKey("uio" + number)) {
            number++;
        }
        device.uio = number;
        Directory directory = device.directory.path("uio/uio" + number);
        directory.text("name", device.driverOverride == null ? "uio" : device.driverOverride);
        directory.link("device", device.directory);
        uioClass.link("uio" + number, directory);
        kernel.tree.dev().put("uio" + number, new Node.Device(0x180));
    }

    /** Takes the driver away. vfio waits for whoever has the device open. */
    private void detach(PciDevice device) throws Refusal {
        Driver driver = device.driver;
        if (driver == null) {
            return;
        }
        kernel.until(() -> !device.open);
        if (device.driver != driver) {
            return;
        }
        if (device.numVfs > 0) {
            // Drivers of PFs take their VFs with them.
            disable(device);
        }
        device.driver = null;
        device.directory.remove("driver");
        driver.directory.remove(device.address.toString());
        switch (driver.kind) {
            case NET -> kernel.net.removeOf(device);
            case UIO -> {
                device.directory.remove("uio");
                kernel.tree.sys("class/uio").remove("uio" + device.uio);
                kernel.tree.dev().remove("uio" + device.uio);
                device.uio = -1;
            }
            case VFIO -> {
                boolean last =
                        groups.get(device.group).stream()
                                .noneMatch(
                                        d -> d.driver != null && d.driver.kind == Driver.Kind.VFIO);
                if (last) {
                    kernel.tree.dev().directory("vfio").remove(node(device));
                }
                if (device.noIommu) {
                    leave(device);
                    device.noIommu = false;
                }
            }
            case BRIDGE -> {
                // Nothing was to be seen of it.
            }
        }
    }

    private static String node(PciDevice device) {
        return (device.noIommu ? "noiommu-" : "") + device.group;
    }

    private void join(PciDevice device, String label) {
        int number = 0;
        while (groups.containsKey(number)) {
            number++;
        }
        if (!label.isEmpty()) {
            Integer known = groupsByLabel.get(label);
            if (known != null && groups.containsKey(known)) {
                number = known;
            } else {
                String pf = label.startsWith("with ") ? label.substring(5) : "";
                number = pf.isEmpty() ? number : devices.get(pf).group;
                groupsByLabel.put(label, number);
            }
        }
        device.group = number;
        groups.computeIfAbsent(number, none -> new LinkedHashSet<>()).add(device);
        Directory group = kernel.tree.sys("kernel/iommu_groups/" + number);
        group.text("type", "DMA-FQ");
        group.text("reserved_regions", "0x00000000fee00000 0x00000000feefffff msi");
        group.directory("devices").link(device.address.toString(), device.directory);
        device.directory.link("iommu_group", group);
    }

    private void leave(PciDevice device) {
        if (device.group < 0) {
            return;
        }
        Set<PciDevice> members = groups.get(device.group);
        members.remove(device);
        Directory all = kernel.tree.sys("kernel/iommu_groups");
        all.path(device.group + "/devices").remove(device.address.toString());
        if (members.isEmpty()) {
            groups.remove(device.group);
            all.remove(Integer.toString(device.group));
        }
        device.directory.remove("iommu_group");
        device.group = -1;
    }

    private static void override(PciDevice device, String text) throws Refusal {
        if (text.length() >= PAGE - 1) {
            throw new Refusal(Errno.EINVAL);
        }
        int newline = text.indexOf('\n');
        String name = newline < 0 ? text : text.substring(0, newline);
        device.driverOverride = name.isEmpty() ? null : name;
    }

    private void reset(PciDevice device, String text) throws Refusal {
        if (number(text) != 1) {
            throw new Refusal(Errno.EINVAL);
        }
        refuse("reset:" + device.address);
        device.dirty = false;
    }

    PciDevice find(String text) throws Refusal {
        PciDevice device =
                devices.get(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
        if (device == null) {
            throw new Refusal(Errno.ENODEV);
        }
        return device;
    }

    private static String modalias(PciDevice device) {
        return "pci:v%08Xd%08Xsv%08Xsd00000000bc%02Xsc%02Xi%02X"
                .formatted(
                        device.vendor,
                        device.device,
                        device.vendor,
                        device.classCode >> 16,
                        device.classCode >> 8 & 0xff,
                        device.classCode & 0xff);
    }

    private static String uevent(PciDevice device) {
        List<String> lines = new ArrayList<>();
        if (device.driver != null) {
            lines.add("DRIVER=" + device.driver.name);
        }
        lines.add("PCI_CLASS=%X".formatted(device.classCode));
        lines.add("PCI_ID=%04X:%04X".formatted(device.vendor, device.device));
        lines.add("PCI_SUBSYS_ID=%04X:0000".formatted(device.vendor));
        lines.add("PCI_SLOT_NAME=" + device.address);
        lines.add("MODALIAS=" + modalias(device));
        return String.join("\n", lines);
    }

    /** As {@code kstrtou16} with base 0. */
    static int number(String text) throws Refusal {
        String digits = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        try {
            int value = Integer.decode(digits);
            if (value >= 0 && value < 65536 && !digits.startsWith("-") && !digits.contains("#")) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Below.
        }
        throw new Refusal(Errno.EINVAL);
    }

    /** As {@code kstrtobool}. */
    private static boolean bool(String text) throws Refusal {
        String lower = text.toLowerCase(java.util.Locale.ROOT);
        if (lower.startsWith("y") || lower.startsWith("1") || lower.startsWith("on")) {
            return true;
        }
        if (lower.startsWith("n") || lower.startsWith("0") || lower.startsWith("of")) {
            return false;
        }
        throw new Refusal(Errno.EINVAL);
    }
}
