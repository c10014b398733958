// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

/**
 * The measuring process's end of what leads to a side.
 *
 * @param name the side's
 * @param device EAL's name of the port, with its arguments
 * @param frame what is sent
 * @param window frames that may be under way
 */
record Link(String name, String device, ProbeFrame frame, int window) {
    /** EAL's name of the port. */
    String deviceName() {
        int comma = device.indexOf(',');
        return comma < 0 ? device : device.substring(0, comma);
    }
}
