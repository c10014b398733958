// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.pf;

/** What a VF sees of the link. */
public enum VfLinkState {
    /** What the port sees. */
    AUTO(0, "auto"),

    /** Up: VFs of one PF reach each other without a cable. */
    ENABLE(1, "enable"),

    /** Down. */
    DISABLE(2, "disable");

    private final int number;
    private final String text;

    VfLinkState(int number, String text) {
        this.number = number;
        this.text = text;
    }

    /** The word that the {@code ip} command has for it. */
    @Override
    public String toString() {
        return text;
    }

    /** Of {@code IFLA_VF_LINK_STATE_}. */
    int number() {
        return number;
    }

    static VfLinkState of(int number) {
        return switch (number) {
            case 1 -> ENABLE;
            case 2 -> DISABLE;
            default -> AUTO;
        };
    }
}
