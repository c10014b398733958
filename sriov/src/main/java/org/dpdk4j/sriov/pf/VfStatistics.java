// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.pf;

/**
 * What a VF received and sent, as its PF counts it: also while the VF is with a userspace driver. A
 * driver that doesn't count says zero.
 *
 * @param rxPackets received by the VF
 * @param txPackets sent by the VF
 * @param rxBytes received
 * @param txBytes sent
 * @param broadcast packets received
 * @param multicast packets received
 * @param rxDropped packets for the VF that it did not get
 * @param txDropped packets of the VF that were not sent
 */
public record VfStatistics(
        long rxPackets,
        long txPackets,
        long rxBytes,
        long txBytes,
        long broadcast,
        long multicast,
        long rxDropped,
        long txDropped) {}
