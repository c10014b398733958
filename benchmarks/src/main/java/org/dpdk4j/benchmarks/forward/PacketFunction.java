// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.forward;

import org.dpdk4j.MbufBurst;

/**
 * What a forwarder does with a burst between receiving and sending it. Other projects bring their
 * own: {@code benchmarks/run --function CLASS --class-path JAR} measures it in a container and on
 * the host.
 *
 * <p>An implementation that is named by its class needs a public constructor without parameters.
 * One object is made for each direction; each is used by one thread.
 */
@FunctionalInterface
public interface PacketFunction {
    /**
     * Handles the packets of a burst. Those that stay in it are sent; those that it frees are not.
     *
     * @param burst what was received, at least one packet; the forwarder's
     */
    void process(MbufBurst burst);
}
