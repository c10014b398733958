// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

/** What a PF's driver keeps of one VF; the VF's own driver and vfio leave it alone. */
final class VfConfig {
    static final int ETH_P_8021Q = 0x8100;

    /** As the PF reports it: set by the administrator, or told by the VF's driver. */
    long mac;

    boolean macSet;
    int vlan;
    int qos;
    int vlanProtocol = ETH_P_8021Q;
    boolean spoofCheck = true;
    boolean trust;
    int linkState;
    int minRate;
    int maxRate;
    final long[] statistics = new long[8];

    /** For comparison; a MAC that some driver made up is not part of it. */
    @Override
    public String toString() {
        return "mac=%012x vlan=%d qos=%d proto=%04x spoofchk=%b trust=%b link=%d min=%d max=%d"
                .formatted(
                        macSet ? mac : 0,
                        vlan,
                        qos,
                        vlanProtocol,
                        spoofCheck,
                        trust,
                        linkState,
                        minRate,
                        maxRate);
    }
}
