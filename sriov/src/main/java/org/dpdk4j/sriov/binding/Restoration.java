// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.binding;

/** How giving a device back ended. */
public enum Restoration {
    /** The device is on the driver of before, or on none if there was none. */
    DONE,
    /** There is no such device any more, so there was nothing to do. */
    DEVICE_GONE,
    /** The driver of before is not in the kernel any more; the device is left without one. */
    DRIVER_GONE,
    /** Somebody else gave the device to another driver of the kernel, where it was left. */
    TAKEN_OVER
}
