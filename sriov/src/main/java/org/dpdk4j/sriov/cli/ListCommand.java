// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.dpdk4j.sriov.pci.PciBus;
import org.dpdk4j.sriov.pci.PciFunction;
import org.dpdk4j.sriov.pci.PcieLink;
import org.dpdk4j.sriov.pci.SriovCapability;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Devices and what belongs to them. */
@Command(name = "list", description = "Lists network devices, or all PCI devices.")
final class ListCommand extends Subcommand {
    @Option(
            names = {"-a", "--all"},
            description = "All PCI devices.")
    private boolean all;

    @Override
    Result result(Dpdk4j root) {
        List<PciFunction> functions =
                PciBus.of(root.kernel()).functions().stream()
                        .filter(function -> all || function.network())
                        .toList();
        Table table =
                new Table(
                        "ADDRESS",
                        "ID",
                        "CLASS",
                        "DRIVER",
                        "NUMA",
                        "GROUP",
                        "LINK",
                        "SR-IOV",
                        "NETDEV",
                        "REPRESENTOR",
                        "RDMA");
        for (PciFunction function : functions) {
            table.row(
                    function.address(),
                    function.id(),
                    String.format("%06x", function.classCode()),
                    function.driver().orElse(""),
                    number(function.numaNode()),
                    number(function.iommuGroup()),
                    function.link().map(ListCommand::link).orElse(""),
                    sriov(function),
                    String.join(",", function.netdevs()),
                    // A physical function's would be too many to read.
                    function.virtual() ? String.join(",", function.representors()) : "",
                    String.join(",", function.rdmaDevices()));
        }
        return new Result(functions.stream().map(ListCommand::document).toList(), table.toString());
    }

    static Map<String, Object> document(PciFunction function) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("address", function.address());
        document.put("vendor", String.format("%04x", function.vendorId()));
        document.put("device", String.format("%04x", function.deviceId()));
        document.put("class", String.format("%06x", function.classCode()));
        document.put("driver", function.driver());
        document.put("numa_node", function.numaNode());
        document.put("iommu_group", function.iommuGroup());
        document.put("link", function.link().map(ListCommand::linkDocument));
        document.put("netdevs", function.netdevs());
        document.put("representors", function.representors());
        document.put("rdma_devices", function.rdmaDevices());
        document.put("sriov", function.sriov().map(ListCommand::sriovDocument));
        document.put("physical_function", function.physicalFunction());
        document.put("vf", function.vfIndex());
        return document;
    }

    private static Map<String, Object> linkDocument(PcieLink link) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("gigatransfers", link.gigatransfers());
        document.put("width", link.width());
        document.put("max_gigatransfers", link.maxGigatransfers());
        document.put("max_width", link.maxWidth());
        return document;
    }

    private static Map<String, Object> sriovDocument(SriovCapability sriov) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("total_vfs", sriov.totalVfs());
        document.put("num_vfs", sriov.numVfs());
        document.put("autoprobe", sriov.autoprobe());
        return document;
    }

    private static String link(PcieLink link) {
        return link.degraded() ? link + " (of " + link.capability() + ")" : link.toString();
    }

    private static String sriov(PciFunction function) {
        if (function.virtual()) {
            return "VF " + number(function.vfIndex()) + " of " + function.physicalFunction().get();
        }
        return function.sriov()
                .map(sriov -> "PF " + sriov.numVfs() + "/" + sriov.totalVfs())
                .orElse("");
    }

    private static String number(OptionalInt number) {
        return number.isPresent() ? Integer.toString(number.getAsInt()) : "";
    }
}
