// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code benchmarks/run} that say which cases are measured. */
final class PlanOptions {
    private static final Set<Transport> ALL = EnumSet.allOf(Transport.class);

    @Option(names = "--quick", description = "Few cases, in less than five minutes.")
    boolean quick;

    @Option(
            names = "--transports",
            split = ",",
            paramLabel = "NAME",
            description = "Which of: ${COMPLETION-CANDIDATES} (default: all).")
    Set<Transport> transports = EnumSet.copyOf(ALL);

    @Option(
            names = "--leave-out",
            split = ",",
            paramLabel = "NAME",
            description = "Transports that this machine has not.")
    Set<Transport> leftOut = EnumSet.noneOf(Transport.class);

    @Option(
            names = "--sizes",
            split = ",",
            paramLabel = "BYTES",
            description = "Of frames (default: 64, 1518, 9000).")
    Set<Integer> sizes = new TreeSet<>();

    @Option(
            names = "--bursts",
            split = ",",
            paramLabel = "N",
            description = "Packets in a burst (default: 1, 4, 32, 64).")
    Set<Integer> bursts = new TreeSet<>();

    @Option(
            names = "--modes",
            split = ",",
            paramLabel = "MODE",
            description = {
                "Only these, on each of the transports that has packets for it (net_null's have no",
                "headers, and rxonly and txonly are for it alone), with each of the sizes and bursts",
                "that are given (default: 64 and 32; af_packet and af_xdp carry up to 1518 bytes):",
                "io, macswap, 5tswap, csum, rxonly, txonly, l3fwd."
            })
    List<String> modes = List.of();

    @Option(
            names = "--function",
            paramLabel = "CLASS",
            description = {
                "A PacketFunction of another project, which is measured instead of the built-in modes:",
                "in a container and on the host."
            })
    @Nullable String function;

    @Option(
            names = "--vfs",
            split = ",",
            paramLabel = "ADDRESS",
            description = {
                "PCI addresses of virtual functions for the transport vf, bound to vfio-pci, pairs",
                "of the same port: for Java, Java again, the container, and C, without those that",
                "take no part. Programs for which there are none left are left out."
            })
    List<String> vfs = List.of();

    /**
     * {@return the cases that these options stand for}
     *
     * @throws IllegalArgumentException with a sentence, if they don't go together or none is left
     */
    Plan plan() {
        boolean shaped = !modes.isEmpty() || !bursts.isEmpty() || !sizes.isEmpty();
        if (shaped && (quick || function != null)) {
            throw new IllegalArgumentException(
                    "--modes, --bursts and --sizes don't go with --quick or --function, which have"
                            + " their own");
        }
        if (vfs.isEmpty() && transports.contains(Transport.VF) && !transports.equals(ALL)) {
            throw new IllegalArgumentException("the transport vf needs --vfs");
        }
        VfPairs.check(VfPairs.SYSFS, vfs);
        if (function != null && function.indexOf('.') < 0) {
            throw new IllegalArgumentException(
                    "--function takes a class's whole name, with its package, not " + function);
        }
        Plan plan = chosen();
        if (!vfs.isEmpty()
                && plan.workloads().stream().noneMatch(each -> each.transport() == Transport.VF)) {
            throw new IllegalArgumentException(
                    "--vfs is for the transport vf, of which there is no case: it has io alone, up"
                            + " to 1514 bytes, and no --function");
        }
        if (plan.workloads().isEmpty()) {
            throw new IllegalArgumentException(
                    "none of these transports has packets for that: rxonly and txonly are for"
                            + " net_null, whose packets have no headers, io and macswap for all, and"
                            + " the rest for the others; af_packet and af_xdp carry up to 1518 bytes"
                            + " and have no part in --quick and --function");
        }
        return plan;
    }

    private Plan chosen() {
        Set<Transport> transports = EnumSet.copyOf(this.transports);
        transports.removeAll(leftOut);
        if (vfs.isEmpty()) {
            transports.remove(Transport.VF);
        }
        if (function != null) {
            return Plan.function(transports, function, quick);
        }
        if (!modes.isEmpty()) {
            return Plan.chosen(transports, modes, bursts, sizes);
        }
        return quick ? Plan.quick(transports) : Plan.full(transports, bursts, sizes);
    }
}
