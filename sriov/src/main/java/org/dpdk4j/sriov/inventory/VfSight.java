// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.util.Optional;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.sysfs.Sysfs;

/**
 * What a free virtual function looks like from outside.
 *
 * @param address where it sits
 * @param driver which it is on; empty for none
 * @param usable false if it isn't there, or if somebody uses it who didn't ask us
 */
record VfSight(PciAddress address, String driver, boolean usable) {
    /** The same of what may be a physical function, which nobody gets while it has VFs. */
    static VfSight alone(Sysfs sysfs, PciAddress address) {
        VfSight sight = of(sysfs, address);
        boolean parent = sysfs.number(Sysfs.device(address) + "/sriov_numvfs").orElse(0) > 0;
        return new VfSight(address, sight.driver, sight.usable && !parent);
    }

    /** Looks, by as few reads as will do: this is done for each VF that is to be given away. */
    static VfSight of(Sysfs sysfs, PciAddress address) {
        String device = Sysfs.device(address);
        Optional<String> driver = sysfs.linkName(device + "/driver");
        boolean usable;
        if (driver.isEmpty()) {
            usable = sysfs.exists(device);
        } else if (UserspaceDriver.holds(driver)) {
            // Nobody asked us: a virtual machine's, perhaps.
            usable = false;
        } else {
            // On its network driver but without an interface: it was moved into some container.
            usable = !sysfs.names(device + "/net").isEmpty();
        }
        return new VfSight(address, driver.orElse(""), usable);
    }
}
