// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.kernel;

/** A netlink socket: datagrams that hold one or several messages, in the machine's byte order. */
public interface NetlinkPort extends AutoCloseable {
    /** rtnetlink: links, addresses, routes. */
    int NETLINK_ROUTE = 0;

    /** Generic netlink, which carries devlink. */
    int NETLINK_GENERIC = 16;

    /**
     * Sends one datagram to the kernel.
     *
     * @param datagram whole messages
     * @throws KernelException with the errno of sendto
     */
    void send(byte[] datagram) throws KernelException;

    /**
     * Waits for a datagram, for five seconds at most.
     *
     * @return whole messages
     * @throws KernelException with the errno of recv; EAGAIN if nothing came
     */
    byte[] receive() throws KernelException;

    @Override
    void close();
}
