// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Which cases are measured. All combinations would take days: each question gets the cases that
 * answer it, around one point (bursts of 32, 64 bytes).
 *
 * @param starts how often the programs of a case are started
 * @param rounds slices of each program after each start
 * @param workloads the cases
 */
record Plan(int starts, int rounds, List<Workload> workloads) {
    private static final int BURST = 32;
    private static final int SMALL = 64;
    private static final List<Integer> BURSTS = List.of(1, 4, 64);
    private static final List<Integer> SIZES = List.of(1518, 9000);
    private static final int STARTS = 4;
    private static final int ROUNDS = 9;

    static Plan quick(Set<Transport> transports) {
        List<Workload> workloads = new ArrayList<>();
        for (Transport transport : transports) {
            if (!transport.byKernel()) {
                workloads.add(new Workload(transport, "io", BURST, SMALL));
            }
        }
        if (transports.contains(Transport.NET_RING)) {
            workloads.add(new Workload(Transport.NET_RING, "macswap", BURST, SMALL));
        }
        return new Plan(1, 15, workloads);
    }

    /** What was asked for, as far as the transports have packets for it. */
    static Plan chosen(
            Set<Transport> transports,
            List<String> modes,
            Set<Integer> bursts,
            Set<Integer> sizes) {
        List<Workload> workloads = new ArrayList<>();
        for (Transport transport : transports) {
            for (String mode : modes) {
                if (!transport.carries(mode)) {
                    continue;
                }
                for (int burst : bursts.isEmpty() ? Set.of(BURST) : bursts) {
                    for (int size : sizes.isEmpty() ? Set.of(SMALL) : sizes) {
                        if (size <= transport.largestFrame()) {
                            workloads.add(new Workload(transport, mode, burst, size));
                        }
                    }
                }
            }
        }
        return new Plan(STARTS, ROUNDS, workloads);
    }

    static Plan full(Set<Transport> transports, Set<Integer> bursts, Set<Integer> sizes) {
        List<Workload> workloads = new ArrayList<>();
        for (Transport transport : transports) {
            for (String mode : modes(transport)) {
                workloads.add(new Workload(transport, mode, BURST, SMALL));
            }
        }
        for (Transport transport : transports) {
            if (transport == Transport.NET_RING) {
                for (int burst : bursts.isEmpty() ? BURSTS : bursts) {
                    add(workloads, new Workload(transport, "io", burst, SMALL));
                }
            }
            // The others don't copy the bytes of a frame, or are the kernel's.
            if (transport == Transport.MEMIF || transport == Transport.VHOST) {
                for (int size : sizes.isEmpty() ? SIZES : sizes) {
                    add(workloads, new Workload(transport, "io", BURST, size));
                }
            }
        }
        return new Plan(STARTS, ROUNDS, workloads);
    }

    /**
     * A function of another project, on each transport that has frames with contents: the kernel's
     * left out, which take longer than most functions, and a NIC's, which minds the addresses.
     */
    static Plan function(Set<Transport> transports, String className, boolean quick) {
        List<Workload> workloads = new ArrayList<>();
        for (Transport transport : transports) {
            if (transport.circular() && !transport.lossy()) {
                workloads.add(new Workload(transport, className, BURST, SMALL));
            }
        }
        return new Plan(quick ? 1 : STARTS, ROUNDS, workloads);
    }

    private static void add(List<Workload> workloads, Workload workload) {
        if (!workloads.contains(workload)) {
            workloads.add(workload);
        }
    }

    private static List<String> modes(Transport transport) {
        return switch (transport) {
            case NET_NULL -> List.of("io", "macswap", "rxonly", "txonly");
            case NET_RING -> List.of("io", "macswap", "5tswap", "csum", "l3fwd");
            case MEMIF -> List.of("io", "macswap", "csum");
            case VHOST -> List.of("io", "macswap");
            case AF_PACKET, AF_XDP, VF -> List.of("io");
        };
    }
}
