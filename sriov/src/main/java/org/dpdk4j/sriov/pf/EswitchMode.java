// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.pf;

/** How the switch inside a NIC is told what to do. */
public enum EswitchMode {
    /** By the PF's driver, from MAC addresses and VLANs of the VFs. */
    LEGACY(0, "legacy"),

    /** By the kernel, to which each VF is a port with an interface of its own, a representor. */
    SWITCHDEV(1, "switchdev");

    private final int number;
    private final String text;

    EswitchMode(int number, String text) {
        this.number = number;
        this.text = text;
    }

    /** The word that the {@code devlink} command has for it. */
    @Override
    public String toString() {
        return text;
    }

    /** Of {@code DEVLINK_ESWITCH_MODE_}. */
    int number() {
        return number;
    }

    static EswitchMode of(int number) {
        return number == SWITCHDEV.number ? SWITCHDEV : LEGACY;
    }
}
