// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.pf;

/** The tag that a VF's VLAN is written with. */
public enum VlanProtocol {
    /** IEEE 802.1Q: the usual tag. */
    DOT1Q(0x8100, "802.1Q"),

    /** IEEE 802.1ad: the outer tag of two. Not every driver can. */
    DOT1AD(0x88a8, "802.1ad");

    private final int etherType;
    private final String text;

    VlanProtocol(int etherType, String text) {
        this.etherType = etherType;
        this.text = text;
    }

    /**
     * The number on the wire.
     *
     * @return such as 0x8100
     */
    public int etherType() {
        return etherType;
    }

    /** The number of the standard. */
    @Override
    public String toString() {
        return text;
    }

    static VlanProtocol of(int etherType) {
        return etherType == DOT1AD.etherType ? DOT1AD : DOT1Q;
    }
}
