// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.doctor;

import java.util.ArrayList;
import java.util.List;
import org.dpdk4j.sriov.binding.InterfaceUse;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.pci.PciBus;
import org.dpdk4j.sriov.pci.PciFunction;
import org.dpdk4j.sriov.pci.PcieLink;
import org.dpdk4j.sriov.pci.SriovCapability;
import org.dpdk4j.sriov.sysfs.Sysfs;

/** The doctor's look at network devices: SR-IOV, links, and who has them. */
final class DeviceCheck {
    private final Kernel kernel;
    private final PciBus bus;

    DeviceCheck(Kernel kernel) {
        this.kernel = kernel;
        this.bus = PciBus.of(kernel);
    }

    List<Finding> sriov() {
        List<Finding> findings = new ArrayList<>();
        for (PciFunction function : nics()) {
            function.sriov().ifPresent(sriov -> findings.addAll(sriov(function, sriov)));
        }
        if (findings.isEmpty()) {
            findings.add(
                    Finding.warn(
                            "sr-iov",
                            "no network device has it",
                            "Containers can't have slices of a NIC, only whole NICs.",
                            "If the NIC can do it, switch SR-IOV on in the firmware's setup and in"
                                    + " the NIC's own."));
        }
        return findings;
    }

    private static List<Finding> sriov(PciFunction function, SriovCapability sriov) {
        String name = named(function);
        if (sriov.totalVfs() == 0) {
            return List.of(
                    Finding.warn(
                            "sr-iov",
                            name + " offers no virtual functions",
                            "The NIC can do SR-IOV, but its own setup says none.",
                            "Set their number in the NIC's firmware, with the maker's tool."));
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(
                Finding.ok(
                        "sr-iov",
                        name
                                + " has "
                                + sriov.numVfs()
                                + " of "
                                + sriov.totalVfs()
                                + " virtual functions"));
        if (!sriov.autoprobe()) {
            findings.add(
                    Finding.warn(
                            "sr-iov",
                            name + " gives its virtual functions no driver",
                            "New ones have no interface, which containers without DPDK need.",
                            "If that isn't meant: echo 1 > "
                                    + Sysfs.device(function.address())
                                    + "/sriov_drivers_autoprobe."));
        }
        return findings;
    }

    List<Finding> links() {
        List<Finding> findings = new ArrayList<>();
        for (PciFunction function : nics()) {
            boolean degraded = function.link().map(PcieLink::degraded).orElse(false);
            if (degraded && !function.virtual()) {
                PcieLink link = function.link().get();
                findings.add(
                        Finding.warn(
                                "pcie link",
                                named(function)
                                        + " has "
                                        + link
                                        + ", capable of "
                                        + link.capability(),
                                "The slot may be too slow for the NIC's line rate.",
                                "Put the card into a slot of its size, or seat it anew."));
            }
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok("pcie link", "no NIC has less than it is capable of"));
        }
        return findings;
    }

    List<Finding> devices() {
        List<Finding> findings = new ArrayList<>();
        for (PciFunction function : nics()) {
            findings.add(device(function));
        }
        if (findings.isEmpty()) {
            findings.add(
                    Finding.warn(
                            "devices",
                            "there is no network device on the PCI bus",
                            "DPDK has only its virtual devices here, such as net_tap.",
                            "Give the machine a NIC."));
        }
        return findings;
    }

    private Finding device(PciFunction function) {
        String name = named(function);
        if (UserspaceDriver.holds(function.driver())) {
            return Finding.ok("devices", name + " is a program's");
        }
        if (function.bifurcated()) {
            return function.rdmaDevices().isEmpty()
                    ? Finding.warn(
                            "devices",
                            name + " has no RDMA device",
                            "DPDK drives it beside the kernel, by RDMA.",
                            "Load the RDMA module of its driver: modprobe mlx5_ib, for mlx5_core.")
                    : Finding.ok("devices", name + " stays with the kernel while DPDK uses it");
        }
        List<String> reasons = InterfaceUse.of(kernel, function).reasons();
        if (!reasons.isEmpty()) {
            return Finding.warn(
                    "devices",
                    name + " is in use by the kernel",
                    String.join("; ", reasons) + ".",
                    "Leave it, and give DPDK another device or a virtual function of this one.");
        }
        return Finding.ok("devices", name + " is free to be bound");
    }

    private List<PciFunction> nics() {
        return bus.functions().stream().filter(PciFunction::network).toList();
    }

    private static String named(PciFunction function) {
        List<String> names = new ArrayList<>(function.netdevs());
        function.driver().ifPresent(names::add);
        return names.isEmpty()
                ? function.address().toString()
                : function.address() + " (" + String.join(", ", names) + ")";
    }
}
