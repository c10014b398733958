// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dpdk4j.benchmarks.forward.JavaForwarder;

/**
 * What all programs of a comparison are told to do.
 *
 * @param transport where packets come from and go to
 * @param work the mode's name, or the class of a packet function
 * @param burst packets that are received and sent at once
 * @param frameBytes of a frame, without its checksum
 */
record Workload(Transport transport, String work, int burst, int frameBytes) {
    /** Packets that go round in each direction, where they go round. */
    private static final int UNDER_WAY = 256;

    /**
     * As many as DPDK's basic forwarding example has. Where they lie in memory can be worth a fifth
     * of the rate: with 16,383, C and Java lost that on vhost, and testpmd did not; see
     * benchmarks/README.md.
     */
    private static final int SMALL_BUFFERS = 8191;

    private static final int LARGE_BUFFERS = 4095;
    private static final int LARGE = 2048;

    /** How many bursts each port sends at first. */
    int startBursts() {
        int underWay = transport.byKernel() ? IpLink.WINDOW : UNDER_WAY;
        return transport.circular() ? Math.max(1, underWay / burst) : 0;
    }

    int buffers() {
        return frameBytes > LARGE ? LARGE_BUFFERS : SMALL_BUFFERS;
    }

    int bufferBytes() {
        return JavaForwarder.bufferBytes(frameBytes);
    }

    /**
     * The packets of each port are counted when they are sent, or received where none is sent, or
     * where the kernel, or a NIC, may have dropped what was sent.
     */
    boolean countsReceived() {
        return work.equals("rxonly") || transport.lossy();
    }

    /** Whether that is a mode, which C has, too, and no function of another project. */
    boolean mode() {
        return !work.contains(".");
    }

    /** Whether all packets that go round are to be there at the end, and nobody else's. */
    boolean keepsContents() {
        return transport.circular() && !transport.lossy();
    }

    /** What JavaForwarder and forwarder.c take, behind EAL's options. */
    List<String> arguments() {
        return List.of(
                work,
                Integer.toString(burst),
                Integer.toString(startBursts()),
                Integer.toString(frameBytes),
                Integer.toString(buffers()));
    }

    /** For the report. */
    Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("transport", transport.word());
        parameters.put("mode", work);
        parameters.put("burst", Integer.toString(burst));
        parameters.put("frame", Integer.toString(frameBytes));
        return parameters;
    }

    @Override
    public String toString() {
        return "%s %s, bursts of %d, %d B".formatted(transport.word(), work, burst, frameBytes);
    }
}
