// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

/** What follows an IP header, as IANA numbers it for IPv4's protocol and IPv6's next header. */
public final class IpProtocol {
    /** IPv6 hop-by-hop options; only directly after the IPv6 header. */
    public static final int HOP_BY_HOP = 0;

    /** Internet Control Message Protocol. */
    public static final int ICMP = 1;

    /** IPv4 inside IP. */
    public static final int IPV4 = 4;

    /** Transmission Control Protocol. */
    public static final int TCP = 6;

    /** User Datagram Protocol. */
    public static final int UDP = 17;

    /** IPv6 inside IP. */
    public static final int IPV6 = 41;

    /** IPv6 routing header. */
    public static final int ROUTING = 43;

    /** IPv6 fragment header. */
    public static final int FRAGMENT = 44;

    /** Encapsulating security payload: what follows can't be read. */
    public static final int ESP = 50;

    /** Authentication header. */
    public static final int AH = 51;

    /** Internet Control Message Protocol for IPv6. */
    public static final int ICMPV6 = 58;

    /** IPv6: nothing follows. */
    public static final int NO_NEXT_HEADER = 59;

    /** IPv6 destination options. */
    public static final int DESTINATION_OPTIONS = 60;

    /** Stream Control Transmission Protocol. */
    public static final int SCTP = 132;

    private IpProtocol() {}
}
