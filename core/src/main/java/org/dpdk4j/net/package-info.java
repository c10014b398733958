// SPDX-License-Identifier: BSD-3-Clause
/**
 * Views over the headers of a packet, and the checksums and addresses that go with them.
 *
 * <p>A view is re-pointed at packet after packet. As a local variable, made in the loop over a
 * burst, it costs least: the compiler keeps it in registers as long as each method that gets it is
 * inlined. In a field of a long-lived object it costs a little more, and is never garbage:
 *
 * <pre>{@code
 * if (ethernet.wrap(burst, i, 0) && ip.wrap(ethernet) && udp.wrap(ip)) {
 *     ethernet.swapAddresses();
 *     ip.swapAddresses();
 *     udp.swapPorts();
 * }
 * }</pre>
 *
 * <p>Where the step needs the packet's {@link org.dpdk4j.Mbuf} too, and where it makes headers, the
 * views take that instead.
 *
 * <p>The rules of this package, written once:
 *
 * <ul>
 *   <li><b>Check once per header.</b> {@code wrap} looks at the lengths, those that the packet has
 *       and those that it claims, and answers {@code false} if they don't agree. It never throws
 *       because of what a packet holds. Afterwards the accessors are plain loads and stores.
 *   <li><b>A view over no header is harmless.</b> New, or after a {@code wrap} that answered {@code
 *       false}, it reads as zeros; a store through it throws {@link
 *       java.lang.IllegalStateException}.
 *   <li><b>No garbage.</b> Addresses are numbers (a MAC address the low 48 bits of a long, an IPv4
 *       address an int, an IPv6 address two longs, each with its first byte on the wire as its most
 *       significant byte); no method of a view allocates, but those that give a {@code String} or
 *       an address object, and the first call of {@code options()}.
 *   <li><b>Network byte order stays here.</b> Values go in and come out as Java reads numbers.
 *       Setters take the low bits that fit the field and ignore the rest; only a header's own
 *       length is checked, as what follows moves with it.
 *   <li><b>A header lies in the packet's first segment</b>, the one that {@code Mbuf.length()}
 *       counts; one that begins or ends in a later segment is answered with {@code false}. What
 *       follows the header may lie in any.
 *   <li><b>A view belongs to one thread</b> and is good for as long as the packet under it: until
 *       the mbuf is freed, sent, or has its data moved by {@code adj}, {@code prepend} or the like.
 *       It owns nothing.
 *   <li><b>What {@code wrap} found stays until the next {@code wrap}.</b> A setter of a length
 *       field changes the packet, not how far the view reaches. Only where no length field limits
 *       it, what the packet has in later segments is looked at when it is asked for.
 * </ul>
 */
@NullMarked
package org.dpdk4j.net;

import org.jspecify.annotations.NullMarked;
