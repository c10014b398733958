// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

/**
 * How far a virtual function has come in its life, as the journal has it: FREE → RESERVED →
 * CONFIGURED → BOUND → ATTACHED (→ HELD) → RELEASING → FREE. Steps that a use doesn't need are left
 * out; none goes back but by way of RELEASING.
 */
public enum VfState {
    /** Nobody's. */
    FREE,
    /** Somebody's, and untouched as yet. */
    RESERVED,
    /** Address, VLAN and the like were set, or are being set. */
    CONFIGURED,
    /** On the driver that was asked for, or on its way there. */
    BOUND,
    /** Given to a container or a program, which may use it at any time. */
    ATTACHED,
    /** Still its owner's, who is stopped and may come back with the same device nodes. */
    HELD,
    /** On its way back to what it was; nobody may use it. */
    RELEASING
}
