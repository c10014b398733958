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

/** The option on which port to use, for programs that use one, with one queue each way. */
final class PortOptions {
    private static final int DESCRIPTORS = 1024;
    private static final Duration LINK_PATIENCE = Duration.ofSeconds(9);
    private static final Duration GLANCE = Duration.ofMillis(20);

    /** Enough for both queues, a worker's cache, and its bursts. */
    private static final int BUFFERS = 8191;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port to use, by number or name (default: the first).")
    String port = "";

    /** The port that the user means; {@code program} refuses if there is none. */
    EthDev choose(Example program, Eal eal) {
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
    static PktmbufPool open(Eal eal, EthDev port, int mtu) {
        PktmbufPool pool =
                eal.pktmbufPool("port-" + port.portId())
                        .size(BUFFERS)
                        .dataRoomSize(Example.dataRoom(mtu))
                        .create();
        long multiSegments = port.info().txOffloadCapabilities() & EthOffload.TX_MULTI_SEGS;
        port.configure(EthConf.builder().mtu(mtu).txOffloads(multiSegments).build());
        port.setupRx(0, DESCRIPTORS, pool);
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
