// SPDX-License-Identifier: BSD-3-Clause
/**
 * DPDK's environment abstraction layer and Ethernet devices.
 *
 * <p>Read in this order: {@link org.dpdk4j.Eal}, {@link org.dpdk4j.EthDev}, {@link
 * org.dpdk4j.RxQueue}, {@link org.dpdk4j.MbufBurst}, {@link org.dpdk4j.Mbuf}, {@link
 * org.dpdk4j.TxQueue}; and, for what runs on an lcore, {@link org.dpdk4j.Worker} and {@link
 * org.dpdk4j.Step}, which says what makes a step fast. What DPDK has a name for has that name here,
 * without {@code rte_}.
 *
 * <p>Rules of the packet path, which is everything that is called once per burst or per packet:
 *
 * <ul>
 *   <li>It returns counts and takes no locks; it does not log, box, or allocate.
 *   <li>It throws only for a mistake of the program, such as an index out of bounds; never for what
 *       came over the wire. (The checksum of a message that lies in several segments is such a
 *       mistake: a program whose device may deliver them calls {@link org.dpdk4j.Mbuf#linearize}
 *       first, or leaves such packets out by {@link org.dpdk4j.Mbuf#segments}.)
 *   <li>Whoever holds a {@link org.dpdk4j.MbufBurst} owns the packets in it. Sending gives away
 *       what was sent, and the rest stays in the burst.
 *   <li>A queue and a burst belong to one thread at a time.
 * </ul>
 *
 * <p>The control path throws {@link org.dpdk4j.DpdkException}. With {@code -Ddpdk4j.debug=true}
 * each use of a packet through an {@link org.dpdk4j.Mbuf}, a burst or a queue is checked against
 * who owns it, and a queue that two threads use at once throws {@link IllegalStateException}. A
 * view over a header is not checked once it is on its packet.
 */
@NullMarked
package org.dpdk4j;

import org.jspecify.annotations.NullMarked;
