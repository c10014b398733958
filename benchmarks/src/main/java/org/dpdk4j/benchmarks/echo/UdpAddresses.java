// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

/**
 * Whom a datagram is from and for.
 *
 * @param sourceMac the sender's MAC address, in the low 48 bits
 * @param destinationMac the receiver's
 * @param source the sender's IPv4 address
 * @param destination the receiver's
 * @param port of both
 */
record UdpAddresses(long sourceMac, long destinationMac, int source, int destination, int port) {}
