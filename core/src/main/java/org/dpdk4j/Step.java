// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

/**
 * One round of a worker's work: receive at most a burst, handle it, send it.
 *
 * <p>It is called again and again until the worker is stopped. Keep it short: it is compiled as a
 * method of its own, where an endless loop inside one call would only ever run as an on-stack
 * replacement, which is slower by a third.
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
