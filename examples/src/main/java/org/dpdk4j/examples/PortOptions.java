// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import java.time.Duration;
import java.util.List;
import org.dpdk4j.Eal;
import org.dpdk4j.EthConf;
import org.dpdk4j.EthDev;
import org.dpdk4j.EthOffload;
import org.dpdk4j.PktmbufPool;
import org.dpdk4j.ShutdownSignal;
import picocli.CommandLine.Option;

/** The options on which port to use and how, for programs that use one, with one queue each way. */
final class PortOptions {
    private static final int DESCRIPTORS = 1024;
    private static final Duration LINK_PATIENCE = Duration.ofSeconds(9);
    private static final Duration GLANCE = Duration.ofMillis(20);

    private static final int MOST_DESCRIPTORS = 65_535;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port to use, by number or name (default: the first).")
    String port = "";

    @Option(
            names = "--rxd",
            paramLabel = "N",
            description =
                    "Descriptors of the receive queue: how many packets can wait for the program, as"
                            + " far as the driver goes (default: ${DEFAULT-VALUE}).")
    int rxDescriptors = DESCRIPTORS;

    /** The port that the user means; {@code program} refuses if there is none. */
    EthDev choose(Example program, Eal eal) {
        if (rxDescriptors < 1 || rxDescriptors > MOST_DESCRIPTORS) {
            throw program.wrong(
                    "--rxd is 1 to %d, not %d".formatted(MOST_DESCRIPTORS, rxDescriptors));
        }
        List<EthDev> ports = program.requirePorts(eal);
        if (port.isEmpty()) {
            return ports.getFirst();
        }
        return ports.stream()
                .filter(p -> p.name().equals(port) || Integer.toString(p.portId()).equals(port))
                .findFirst()
                .orElseThrow(() ->
                        program.wrong(
                                "--port "
                                        + port
                                        + ": there is no such port, but "
                                        + ports.stream()
                                                .map(p -> p.portId() + " " + p.name())
                                                .toList()));
    }

    /** Configures and starts a port for frames of an MTU (0: the driver's), with a pool. */
    PktmbufPool open(Eal eal, EthDev port, int mtu) {
        // With what a worker's cache and its bursts take, one less than a power of two.
        int buffers = 4 * Integer.highestOneBit(rxDescriptors + DESCRIPTORS) - 1;
        PktmbufPool pool =
                eal.pktmbufPool("port-" + port.portId())
                        .size(buffers)
                        .dataRoomSize(Example.dataRoom(mtu))
                        .create();
        long multiSegments = port.info().txOffloadCapabilities() & EthOffload.TX_MULTI_SEGS;
        port.configure(EthConf.builder().mtu(mtu).txOffloads(multiSegments).build());
        port.setupRx(0, rxDescriptors, pool);
        port.setupTx(0, DESCRIPTORS);
        port.start();
        return pool;
    }

    /** Waits until the link is up, or for so long that it probably won't come. */
    static void awaitLink(EthDev port, ShutdownSignal signal) {
        long end = System.nanoTime() + LINK_PATIENCE.toNanos();
        while (!port.link().up() && System.nanoTime() < end && !signal.await(GLANCE)) {}
    }
}
