// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A pair of virtual Ethernet interfaces for one forwarder, which has both ends: what it sends at
 * one, it receives at the other. Needs root.
 */
final class Cable implements Closeable {
    /** Linux's names of interfaces have 15 characters. */
    private static final int DIGITS = 10;

    /** Enough for the 1518 bytes of a frame with a tag. */
    private static final String MTU = "1504";

    /**
     * DPDK's af_packet makes a fanout group of each interface, whose number is the interface's
     * index xor the process's, in 16 bits, and a second group of that number isn't made. Processes
     * that start one after the other differ in the lower bits, and cables in the upper four.
     */
    private static final int CABLE = 1 << 12;

    private static final int CABLES = 16;

    /** What the indices of both ends of a cable differ by. */
    private static final int FAR = CABLE / 2;

    private final List<String> ends;
    private boolean plugged;

    private Cable(List<String> ends) {
        this.ends = ends;
    }

    /** Plugs it in, for the forwarder that has this directory of its own. */
    static Cable plug(Path directory) throws IOException {
        Cable cable = new Cable(ends(directory));
        // Ctrl-C leaves no time for the caller.
        Runtime.getRuntime().addShutdownHook(new Thread(cable::closeQuietly));
        try {
            cable.plug();
        } catch (IOException e) {
            cable.closeQuietly();
            throw e;
        }
        return cable;
    }

    private synchronized void plug() throws IOException {
        add();
        plugged = true;
        for (String end : ends) {
            IpLink.run(List.of("ip", "link", "set", end, "mtu", MTU));
            IpLink.setUp(end);
        }
    }

    /** Makes both ends, with the first indices for a cable that nobody else has. */
    private void add() throws IOException {
        IOException failure = new IOException();
        for (int number = 1; number < CABLES; number++) {
            int index = number * CABLE;
            try {
                IpLink.addPair(ends.getFirst(), index, ends.getLast(), index + FAR);
                return;
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    /** What both ends are called. */
    static List<String> ends(Path directory) {
        String name = String.valueOf(directory.getFileName());
        String own = name.substring(Math.max(0, name.length() - DIGITS));
        return List.of("d4j" + own + "a", "d4j" + own + "b");
    }

    @Override
    public synchronized void close() throws IOException {
        if (plugged) {
            plugged = false;
            IpLink.run(List.of("ip", "link", "del", ends.getFirst()));
        }
    }

    private void closeQuietly() {
        try {
            close();
        } catch (IOException e) {
            System.err.println(e.getMessage());
        }
    }
}
