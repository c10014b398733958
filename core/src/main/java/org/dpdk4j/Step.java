// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

/**
 * One round of a worker's work: receive at most a burst, handle it, send it.
 *
 * <p>It is called again and again until the worker is stopped. Keep it short: it is compiled as a
 * method of its own, where an endless loop inside one call would only ever run as an on-stack
 * replacement, which is slower by a third.
 *
 * <p>And keep it flat. C2 inlines up to 15 calls deep, counted from the worker's loop, which a step
 * may become a part of, and an access to the bytes of a packet or a field of a header takes up to
 * nine of them. So six calls of your own may lie above it, this one among them (a lambda counts
 * twice). Below more of them, methods of the JDK are called for each access, which takes several
 * times as long; {@code -XX:MaxInlineLevel=25} allows for more. New headers, checksums over a
 * message, IPv6's extension headers and packets of several segments go some calls deeper.
 *
 * <p>And read a field that is used both before and after {@link RxQueue#receive} or {@link
 * TxQueue#send} once, into a local variable: for all that the compiler knows, the driver's function
 * wrote to it.
 */
@FunctionalInterface
public interface Step {
    /**
     * Does one round. Runs on the worker's lcore thread only.
     *
     * @return how many packets it handled; 0 lets the worker's {@link IdleStrategy} rest
     */
    int run();
}
