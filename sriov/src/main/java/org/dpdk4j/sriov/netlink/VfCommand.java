// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One thing to be set of one VF. Linux sets several of a message one after the other and stops at
 * the first that fails, without saying which: so a message of ours has one.
 */
public final class VfCommand {
    private static final int ETH_P_8021Q = 0x8100;

    private final String text;
    private final int type;
    private final byte[] value;

    private VfCommand(String text, int type, byte[] value) {
        this.text = text;
        this.type = type;
        this.value = value;
    }

    /**
     * Sets the MAC address.
     *
     * @param vf index
     * @param mac in the low 48 bits; with 0 most drivers forget what was set
     * @return the command
     */
    public static VfCommand mac(int vf, long mac) {
        byte[] octets = new byte[32];
        for (int i = 0; i < 6; i++) {
            octets[i] = (byte) (mac >>> (40 - 8 * i));
        }
        return new VfCommand(
                "the MAC address of VF " + vf,
                Rtnetlink.IFLA_VF_MAC,
                AttributeWriter.buffer(36).putInt(vf).put(octets).array());
    }

    /**
     * Sets VLAN, priority and protocol.
     *
     * @param vf index
     * @param vlan 0 to 4094; 0 is none
     * @param qos priority
     * @param protocol 0x8100 or 0x88a8
     * @return the command
     */
    public static VfCommand vlan(int vf, int vlan, int qos, int protocol) {
        String text = "the VLAN of VF " + vf;
        if (protocol == ETH_P_8021Q) {
            // Older kernels know only this one.
            byte[] value = ints(vf, vlan, qos);
            return new VfCommand(text, Rtnetlink.IFLA_VF_VLAN, value);
        }
        byte[] info = Arrays.copyOf(ints(vf, vlan, qos), 16);
        // In the order of the wire, unlike all the rest.
        info[12] = (byte) (protocol >>> 8);
        info[13] = (byte) protocol;
        byte[] list = new AttributeWriter().bytes(Rtnetlink.IFLA_VF_VLAN_INFO, info).toBytes();
        return new VfCommand(text, Rtnetlink.IFLA_VF_VLAN_LIST, list);
    }

    /**
     * Turns the check of source addresses on or off.
     *
     * @param vf index
     * @param on whether to check
     * @return the command
     */
    public static VfCommand spoofCheck(int vf, boolean on) {
        return new VfCommand(
                "the spoof check of VF " + vf, Rtnetlink.IFLA_VF_SPOOFCHK, ints(vf, on ? 1 : 0));
    }

    /**
     * Trusts the VF, or not.
     *
     * @param vf index
     * @param on whether to trust
     * @return the command
     */
    public static VfCommand trust(int vf, boolean on) {
        return new VfCommand(
                "the trust of VF " + vf, Rtnetlink.IFLA_VF_TRUST, ints(vf, on ? 1 : 0));
    }

    /**
     * Sets what the VF sees of the link.
     *
     * @param vf index
     * @param state 0 as the port, 1 up, 2 down
     * @return the command
     */
    public static VfCommand linkState(int vf, int state) {
        return new VfCommand(
                "the link state of VF " + vf, Rtnetlink.IFLA_VF_LINK_STATE, ints(vf, state));
    }

    /**
     * Sets both rates; there is no way to set one alone that all drivers take.
     *
     * @param vf index
     * @param min in Mbit/s, 0 is none
     * @param max in Mbit/s, 0 is none
     * @return the command
     */
    public static VfCommand rate(int vf, int min, int max) {
        return new VfCommand("the rate of VF " + vf, Rtnetlink.IFLA_VF_RATE, ints(vf, min, max));
    }

    void write(AttributeWriter link) {
        link.nest(
                Rtnetlink.IFLA_VFINFO_LIST,
                list -> list.nest(Rtnetlink.IFLA_VF_INFO, vf -> vf.bytes(type, value)));
    }

    /** What it sets, for people. */
    @Override
    public String toString() {
        return text;
    }

    private static byte[] ints(int... values) {
        byte[] bytes = new byte[values.length * Integer.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).asIntBuffer().put(values);
        return bytes;
    }
}
