// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import org.dpdk4j.bindings.memory.NativeMemory;

/**
 * A VLAN tag, IEEE 802.1Q clause 9; the EtherType that announces it belongs to the header before.
 *
 * <pre>
 *  0                 2      4
 * +---+-+-----------+------+- - -
 * |pri|d|    id     | type | payload
 * +---+-+-----------+------+- - -
 *  3   1 12 bits
 * </pre>
 *
 * <p>Any 4 bytes are a tag.
 */
public final class Vlan extends HeaderView {
    /** The length of the tag in bytes. */
    public static final int HEADER_LENGTH = 4;

    private static final int TCI = 0;
    private static final int TYPE = 2;

    /** Makes a view over no header. */
    public Vlan() {}

    @Override
    public int headerLength() {
        return HEADER_LENGTH;
    }

    /** {@return the tag's control information: priority, drop eligibility and id, 16 bits} */
    public int tci() {
        return unsignedShort(TCI);
    }

    /**
     * Sets priority, drop eligibility and id at once.
     *
     * @param tci 16 bits
     */
    public void tci(int tci) {
        putShort(TCI, tci);
    }

    /** {@return the priority, 0 to 7} */
    public int priority() {
        return tci() >>> 13;
    }

    /**
     * Sets the priority.
     *
     * @param priority 0 to 7
     */
    public void priority(int priority) {
        tci((tci() & 0x1fff) | (priority & 7) << 13);
    }

    /** {@return whether the frame may be dropped first under congestion} */
    public boolean dropEligible() {
        return (tci() & 0x1000) != 0;
    }

    /**
     * Sets whether the frame may be dropped first under congestion.
     *
     * @param dropEligible the new value
     */
    public void dropEligible(boolean dropEligible) {
        tci((tci() & 0xefff) | (dropEligible ? 0x1000 : 0));
    }

    /** {@return the VLAN's number, 0 to 4095; 0 is a tag that carries only a priority} */
    public int id() {
        return tci() & 0xfff;
    }

    /**
     * Sets the VLAN's number.
     *
     * @param id 0 to 4095
     */
    public void id(int id) {
        tci((tci() & 0xf000) | (id & 0xfff));
    }

    /** {@return what follows, see {@link EtherType}; below {@link EtherType#LEAST} a length} */
    public int etherType() {
        return unsignedShort(TYPE);
    }

    /**
     * Sets what follows.
     *
     * @param etherType one of {@link EtherType}
     */
    public void etherType(int etherType) {
        putShort(TYPE, etherType);
    }

    @Override
    int minimumLength() {
        return HEADER_LENGTH;
    }

    @Override
    boolean accept() {
        return true;
    }

    @Override
    void initialise() {}

    @Override
    boolean hasEtherType(int type) {
        return type == EtherType.VLAN_AS_READ || type == EtherType.QINQ_AS_READ;
    }

    @Override
    boolean announces(HeaderView inner) {
        return inner.hasEtherType(NativeMemory.getUnsignedShort(address(), TYPE));
    }
}
