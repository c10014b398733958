// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

/**
 * A VF as the link of its PF tells of it; numbers as in {@code linux/if_link.h}.
 *
 * @param index of the VF, from 0
 * @param mac the address in the low 48 bits; 0 if none is set
 * @param vlan 0 to 4095; 0 is none
 * @param qos the priority, 0 to 7
 * @param vlanProtocol 0x8100 or 0x88a8
 * @param spoofCheck 0, 1, or -1 where the driver has none
 * @param trust 0, 1, or -1 where the driver has none
 * @param linkState 0 as the port, 1 up, 2 down
 * @param minRate in Mbit/s; 0 is none
 * @param maxRate in Mbit/s; 0 is none
 * @param counters what the VF received and sent; zeros if not asked for, and with drivers that
 *     don't count
 */
public record LinkVf(
        int index,
        long mac,
        int vlan,
        int qos,
        int vlanProtocol,
        int spoofCheck,
        int trust,
        int linkState,
        int minRate,
        int maxRate,
        Counters counters) {
    /**
     * What a VF received and sent.
     *
     * @param rxPackets received by the VF
     * @param txPackets sent by it
     * @param rxBytes received
     * @param txBytes sent
     * @param broadcast received
     * @param multicast received
     * @param rxDropped not received
     * @param txDropped not sent
     */
    public record Counters(
            long rxPackets,
            long txPackets,
            long rxBytes,
            long txBytes,
            long broadcast,
            long multicast,
            long rxDropped,
            long txDropped) {
        static final Counters NONE = new Counters(0, 0, 0, 0, 0, 0, 0, 0);
    }
}
