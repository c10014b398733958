// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.inventory.Reservation;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.pci.PciBus;
import org.dpdk4j.sriov.pci.PciFunction;
import org.dpdk4j.sriov.pf.PhysicalFunction;
import org.dpdk4j.sriov.pf.VfInfo;
import org.dpdk4j.sriov.pf.VfStatistics;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The virtual functions of one physical function, with their settings. */
@Command(name = "show", description = "Shows a NIC's virtual functions, their settings and owners.")
final class VfsShowCommand extends Subcommand {
    @Parameters(paramLabel = "PF", description = DeviceName.DESCRIPTION)
    private @Nullable String pf;

    @Option(
            names = {"-s", "--statistics"},
            description = "What each received and sent, as the NIC counts it.")
    private boolean statistics;

    @Override
    Result result(Dpdk4j root) {
        Kernel kernel = root.kernel();
        PhysicalFunction physical =
                PhysicalFunction.of(kernel, DeviceName.address(kernel, given(pf)));
        List<PciAddress> addresses = physical.virtualFunctions();
        Map<PciAddress, Reservation> owned = Owned.vfs(root);
        Table table =
                statistics
                        ? new Table("VF", "ADDRESS", "RX", "RX BYTES", "TX", "TX BYTES", "DROPPED")
                        : new Table(
                                "VF",
                                "ADDRESS",
                                "DRIVER",
                                "NETDEV",
                                "MAC",
                                "VLAN",
                                "SPOOFCHK",
                                "TRUST",
                                "LINK",
                                "RATE",
                                "OWNER");
        List<Object> documents = new ArrayList<>();
        for (VfInfo vf : addresses.isEmpty() ? List.<VfInfo>of() : physical.vfs()) {
            PciAddress address = addresses.get(vf.index());
            PciFunction function = PciBus.of(kernel).function(address);
            Optional<Reservation> owner = Optional.ofNullable(owned.get(address));
            Map<String, Object> document = document(vf, function, owner);
            documents.add(document);
            if (statistics) {
                VfStatistics counters = physical.statistics(vf.index());
                document.put("statistics", document(counters));
                table.row(
                        vf.index(),
                        address,
                        counters.rxPackets(),
                        counters.rxBytes(),
                        counters.txPackets(),
                        counters.txBytes(),
                        counters.rxDropped() + counters.txDropped());
            } else {
                table.row(
                        vf.index(),
                        address,
                        function.driver().orElse(""),
                        String.join(",", function.netdevs()),
                        vf.mac(),
                        vlan(vf),
                        onOff(vf.spoofCheck()),
                        onOff(vf.trust()),
                        vf.linkState(),
                        rate(vf),
                        owner.map(VfsShowCommand::named).orElse(""));
            }
        }
        String heading =
                physical.address()
                        + " has "
                        + physical.numVfs()
                        + " of "
                        + physical.totalVfs()
                        + " virtual functions"
                        + (documents.isEmpty() ? "." : ":\n" + table);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("address", physical.address());
        result.put("total_vfs", physical.totalVfs());
        result.put("num_vfs", physical.numVfs());
        result.put("eswitch", physical.eswitchMode());
        result.put("vfs", documents);
        return new Result(result, heading);
    }

    private static Map<String, Object> document(
            VfInfo vf, PciFunction function, Optional<Reservation> owner) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("vf", vf.index());
        document.put("address", function.address());
        document.put("driver", function.driver());
        document.put("netdevs", function.netdevs());
        document.put("mac", vf.mac());
        document.put("vlan", vf.vlan());
        document.put("qos", vf.qos());
        document.put("vlan_protocol", vf.vlanProtocol());
        document.put("spoof_check", vf.spoofCheck());
        document.put("trust", vf.trust());
        document.put("link_state", vf.linkState());
        document.put("min_rate_mbps", vf.minRateMbps());
        document.put("max_rate_mbps", vf.maxRateMbps());
        document.put("reservation", owner.map(Reservation::id));
        document.put("owner", owner.map(Reservation::owner));
        return document;
    }

    private static Map<String, Object> document(VfStatistics counters) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("rx_packets", counters.rxPackets());
        document.put("tx_packets", counters.txPackets());
        document.put("rx_bytes", counters.rxBytes());
        document.put("tx_bytes", counters.txBytes());
        document.put("broadcast", counters.broadcast());
        document.put("multicast", counters.multicast());
        document.put("rx_dropped", counters.rxDropped());
        document.put("tx_dropped", counters.txDropped());
        return document;
    }

    private static String vlan(VfInfo vf) {
        if (vf.vlan() == 0 && vf.qos() == 0) {
            return "";
        }
        return vf.vlan() + (vf.qos() == 0 ? "" : " qos " + vf.qos()) + " " + vf.vlanProtocol();
    }

    private static String rate(VfInfo vf) {
        if (vf.minRateMbps() == 0 && vf.maxRateMbps() == 0) {
            return "";
        }
        return vf.minRateMbps() + "-" + (vf.maxRateMbps() == 0 ? "" : vf.maxRateMbps()) + " Mbit/s";
    }

    private static String onOff(Optional<Boolean> setting) {
        return setting.map(on -> on ? "on" : "off").orElse("");
    }

    private static String named(Reservation reservation) {
        return reservation.id() + " " + reservation.network() + " " + reservation.owner();
    }
}
