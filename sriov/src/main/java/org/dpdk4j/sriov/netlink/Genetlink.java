// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

/**
 * The numbers of {@code linux/genetlink.h} and {@code linux/devlink.h}, by the names they have
 * there.
 */
public final class Genetlink {
    /** The family that knows the others; those have a number of their own in each boot. */
    public static final int GENL_ID_CTRL = 16;

    /** The length of {@code struct genlmsghdr}: command, version, two bytes reserved. */
    public static final int GENLMSGHDR_BYTES = 4;

    /** Ask for a family. */
    public static final int CTRL_CMD_GETFAMILY = 3;

    /** A family, in answers. */
    public static final int CTRL_CMD_NEWFAMILY = 1;

    /** The message type of a family: u16. */
    public static final int CTRL_ATTR_FAMILY_ID = 1;

    /** The name of a family: text such as {@code devlink}. */
    public static final int CTRL_ATTR_FAMILY_NAME = 2;

    /** Ask for ports. */
    public static final int DEVLINK_CMD_PORT_GET = 5;

    /** A port, in answers. */
    public static final int DEVLINK_CMD_PORT_NEW = 7;

    /** Ask for the mode of the embedded switch; the answer has it, too. */
    public static final int DEVLINK_CMD_ESWITCH_GET = 29;

    /** Change the mode of the embedded switch. */
    public static final int DEVLINK_CMD_ESWITCH_SET = 30;

    /** A device's bus: text such as {@code pci}. */
    public static final int DEVLINK_ATTR_BUS_NAME = 1;

    /** A device: text such as {@code 0000:03:00.0}. */
    public static final int DEVLINK_ATTR_DEV_NAME = 2;

    /** A port: u32. */
    public static final int DEVLINK_ATTR_PORT_INDEX = 3;

    /** The link of a port: u32. */
    public static final int DEVLINK_ATTR_PORT_NETDEV_IFINDEX = 6;

    /** The link of a port: text. */
    public static final int DEVLINK_ATTR_PORT_NETDEV_NAME = 7;

    /** u16: 0 legacy, 1 switchdev. */
    public static final int DEVLINK_ATTR_ESWITCH_MODE = 25;

    /** u16 of {@code DEVLINK_PORT_FLAVOUR_}. */
    public static final int DEVLINK_ATTR_PORT_FLAVOUR = 77;

    /** Which PF a port stands for: u16. */
    public static final int DEVLINK_ATTR_PORT_PCI_PF_NUMBER = 127;

    /** Which VF a port stands for: u16. */
    public static final int DEVLINK_ATTR_PORT_PCI_VF_NUMBER = 128;

    /** A port with a connector. */
    public static final int DEVLINK_PORT_FLAVOUR_PHYSICAL = 0;

    /** A port that stands for a PF. */
    public static final int DEVLINK_PORT_FLAVOUR_PCI_PF = 3;

    /** A port that stands for a VF. */
    public static final int DEVLINK_PORT_FLAVOUR_PCI_VF = 4;

    private Genetlink() {}
}
