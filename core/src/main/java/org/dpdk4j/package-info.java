// SPDX-License-Identifier: BSD-3-Clause
/**
 * DPDK's environment abstraction layer and Ethernet devices.
 *
 * <p>Read in this order: {@link org.dpdk4j.Eal}, {@link org.dpdk4j.EthDev}, {@link
 * org.dpdk4j.RxQueue}, {@link org.dpdk4j.MbufBurst}, {@link org.dpdk4j.Mbuf}, {@link
 * org.dpdk4j.TxQueue}. Names are DPDK's own without {@code rte_}.
 *
 * <p>Rules of the packet path, which is everything that is called once per burst or per packet:
 *
 * <ul>
 *   <li>It returns counts and takes no locks; it does not log, box, or allocate.
 *   <li>It throws only for a mistake of the program, such as an index out of bounds; never for what
 *       came over the wire.
 *   <li>Whoever holds a {@link org.dpdk4j.MbufBurst} owns the packets in it. Sending gives away
 *       what was sent, and the rest stays in the burst.
 *   <li>A queue and a burst belong to one thread at a time.
 * </ul>
 *
 * <p>The control path throws {@link org.dpdk4j.DpdkException}. With {@code -Ddpdk4j.debug=true}
 * each use of a packet is checked against who owns it (see {@link org.dpdk4j.Mbuf}), and a queue
 * that two threads use at once throws {@link IllegalStateException}.
 */
@NullMarked
package org.dpdk4j;

import org.jspecify.annotations.NullMarked;
