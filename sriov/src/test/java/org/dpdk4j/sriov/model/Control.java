// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.dpdk4j.sriov.kernel.Errno;

/** What a test asks of the model beside what it asks of the kernel. None of it is a step. */
final class Control {
    private final KernelModel kernel;

    Control(KernelModel kernel) {
        this.kernel = kernel;
    }

    String run(List<String> words) throws Refusal {
        NetModel net = kernel.net;
        Faults faults = kernel.faults;
        switch (words.getFirst()) {
            case "settle" -> kernel.settle();
            case "snapshot" -> {
                return kernel.snapshot();
            }
            case "fault" ->
                    faults.add(
                            new Faults.Rule(
                                    Faults.When.valueOf(words.get(1)),
                                    Integer.parseInt(words.get(2)),
                                    Boolean.parseBoolean(words.get(3)),
                                    Pattern.compile(words.get(4)),
                                    Long.parseLong(words.get(5)),
                                    Long.parseLong(words.get(6))));
            case "clear" -> faults.clear();
            case "changes" -> {
                return Long.toString(faults.changes());
            }
            case "operations" -> {
                return Long.toString(faults.operations());
            }
            case "trace" -> {
                return String.join("\n", faults.trace());
            }
            case "reset-steps" -> faults.resetSteps();
            case "refuse" ->
                    kernel.pci.refuseNext(
                            words.get(1),
                            Integer.parseInt(words.get(2)),
                            Integer.parseInt(words.get(3)));
            case "interrupt-dumps" -> kernel.netlink.interruptDumps(Integer.parseInt(words.get(1)));
            case "address" -> address(net.named(words.get(1)), words.get(2));
            case "route" -> route(words);
            case "forget" -> {
                Netdev netdev = net.named(words.get(1));
                net.addresses.removeIf(each -> each.netdev() == netdev.index);
                net.routes.removeIf(each -> each.netdevs().contains(netdev.index));
            }
            case "vlan" ->
                    net.addVirtual(
                            words.get(2),
                            "vlan",
                            net.named(words.get(1)).index,
                            Integer.parseInt(words.get(3)));
            case "virtual" -> net.addVirtual(words.get(1), words.get(2), 0, 0);
            case "enslave" ->
                    net.enslave(
                            net.named(words.get(1)),
                            words.get(2).isEmpty() ? 0 : net.named(words.get(2)).index);
            case "delete" -> net.remove(net.named(words.get(1)));
            case "elsewhere" -> elsewhere(words.get(1), Boolean.parseBoolean(words.get(2)));
            case "rename" -> net.rename(net.named(words.get(1)), words.get(2));
            case "veth" -> kernel.backing = new VethBacking(net, words.get(1));
            case "altname" -> net.named(words.get(1)).altNames.add(words.get(2));
            case "up" -> net.named(words.get(1)).up = Boolean.parseBoolean(words.get(2));
            case "link" ->
                    kernel.pci.find(words.get(1)).looksForLink = Integer.parseInt(words.get(2));
            case "open" -> open(words.get(1), Boolean.parseBoolean(words.get(2)));
            case "dirty" -> {
                return Boolean.toString(kernel.pci.find(words.get(1)).dirty);
            }
            case "use-pages" ->
                    kernel.memory.use(
                            Integer.parseInt(words.get(1)),
                            Integer.parseInt(words.get(2)),
                            Long.parseLong(words.get(3)));
            case "statistics" -> {
                PciDevice pf = kernel.pci.find(words.get(1));
                long[] counters = pf.vfConfigs.get(Integer.parseInt(words.get(2))).statistics;
                for (int i = 0; i < counters.length; i++) {
                    counters[i] = Long.parseLong(words.get(3 + i));
                }
            }
            default -> throw new Refusal(Errno.EINVAL);
        }
        return "";
    }

    private void address(Netdev netdev, String text) {
        int slash = text.indexOf('/');
        kernel.net.addresses.add(
                new NetModel.Address(
                        netdev.index,
                        bytes(text.substring(0, slash)),
                        Integer.parseInt(text.substring(slash + 1))));
    }

    /** {@code route DESTINATION/PREFIX TABLE NETDEV...}. */
    private void route(List<String> words) throws Refusal {
        int slash = words.get(1).indexOf('/');
        byte[] destination = bytes(words.get(1).substring(0, slash));
        List<Integer> netdevs = new ArrayList<>();
        for (String name : words.subList(3, words.size())) {
            netdevs.add(kernel.net.named(name).index);
        }
        kernel.net.routes.add(
                new NetModel.Route(
                        destination.length == 4 ? 2 : 10,
                        destination,
                        Integer.parseInt(words.get(1).substring(slash + 1)),
                        Integer.parseInt(words.get(2)),
                        netdevs));
    }

    private static byte[] bytes(String address) {
        try {
            return InetAddress.ofLiteral(address).getAddress();
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(address, e);
        }
    }

    private void elsewhere(String name, boolean elsewhere) throws Refusal {
        for (Netdev netdev : kernel.net.netdevs.values()) {
            if (netdev.name.equals(name)) {
                kernel.net.move(netdev, elsewhere);
                return;
            }
        }
        throw new Refusal(Errno.ENODEV);
    }

    /** Who has the group's node open, can be seen in procfs. */
    private void process(PciDevice device, boolean there) {
        String pid = Integer.toString(100_000 + device.routingId());
        Node.Directory proc = kernel.tree.proc();
        proc.remove(pid);
        if (there) {
            proc.directory(pid).text("comm", "testpmd");
            String node = (device.noIommu ? "noiommu-" : "") + device.group;
            proc.path(pid + "/fd").put("7", new Node.Link("/dev/vfio/" + node));
        }
    }

    /** As a program that opens the VFIO group, or closes it: refused if the group isn't viable. */
    private void open(String address, boolean open) throws Refusal {
        PciDevice device = kernel.pci.find(address);
        if (open) {
            if (device.driver == null || device.driver.kind != Driver.Kind.VFIO) {
                throw new Refusal(Errno.ENODEV);
            }
            for (PciDevice sibling : kernel.pci.groups.get(device.group)) {
                Driver driver = sibling.driver;
                boolean harmless =
                        driver == null
                                || driver.kind == Driver.Kind.VFIO
                                || driver.kind == Driver.Kind.BRIDGE;
                if (!harmless) {
                    throw new Refusal(Errno.EPERM);
                }
            }
            device.dirty = true;
        }
        process(device, open);
        device.open = open;
        kernel.signal();
    }
}
