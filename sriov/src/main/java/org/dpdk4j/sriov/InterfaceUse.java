// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov;

import java.util.ArrayList;
import java.util.List;
import org.dpdk4j.sriov.kernel.Kernel;

/**
 * What speaks against taking a device from the kernel: somebody would lose an interface that
 * carries something.
 *
 * @param reasons each names the interface and what it carries; none if it is free
 */
public record InterfaceUse(List<String> reasons) {
    /** Copies the list. */
    public InterfaceUse {
        reasons = List.copyOf(reasons);
    }

    /**
     * Looks at the interfaces of a device.
     *
     * @param kernel to ask
     * @param function the device
     * @return what they are used for
     */
    public static InterfaceUse of(Kernel kernel, PciFunction function) {
        List<String> reasons = new ArrayList<>();
        return new InterfaceUse(reasons);
    }
}
