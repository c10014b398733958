// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.util.Optional;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.binding.Binding;
import org.dpdk4j.sriov.binding.DriverBinding;
import org.dpdk4j.sriov.binding.Restoration;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.pf.PhysicalFunction;
import org.dpdk4j.sriov.pf.VfInfo;
import org.dpdk4j.sriov.pf.VfSettings;
import org.dpdk4j.sriov.sysfs.Sysfs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a virtual function what the journal wants it to be, from whatever it is: ending what was
 * cut off, undoing what failed, and giving back are the same. Each of its steps may be repeated.
 */
final class VfWork {
    private static final Logger LOG = LoggerFactory.getLogger(VfWork.class);

    private final Kernel kernel;
    private final Sysfs sysfs;
    private final DriverBinding drivers;

    VfWork(Kernel kernel) {
        this.kernel = kernel;
        this.sysfs = new Sysfs(kernel);
        this.drivers = DriverBinding.of(kernel);
    }

    /** What has to stand in the journal before these settings are made. */
    VfRow configuring(VfRow vf, VfSettings wanted) {
        String before =
                vf.settingsBefore().isEmpty()
                        ? SettingsText.of(pf(vf).vf(vf.index())).toString()
                        : vf.settingsBefore();
        SettingsText all = SettingsText.parse(vf.settingsWanted()).with(SettingsText.of(wanted));
        return vf.settings(before, all.toString());
    }

    /** What has to stand in the journal before the driver is changed. */
    VfRow binding(VfRow vf, UserspaceDriver driver, boolean force) {
        String before = vf.bindingBefore();
        return vf.driver(
                before == null ? drivers.before(vf.address(), driver).text() : before,
                driver,
                force);
    }

    /** A step forward, from a VF that is as the journal had it before this step. */
    void advance(VfRow vf) {
        UserspaceDriver driver = vf.driverWanted();
        if ((vf.unsettled() & VfRow.SETTINGS) != 0) {
            pf(vf).configure(vf.index(), SettingsText.parse(vf.settingsWanted()).settings());
        }
        if ((vf.unsettled() & VfRow.DRIVER) != 0 && driver != null) {
            drivers.bind(vf.address(), driver, vf.force());
        }
    }

    /**
     * Does what is unsettled, from whatever state.
     *
     * @return whether the VF is there, and ours to give away again
     */
    boolean settle(VfRow vf) {
        if (!exists(vf)) {
            return false;
        }
        boolean driver = (vf.unsettled() & VfRow.DRIVER) != 0;
        UserspaceDriver wanted = vf.driverWanted();
        String before = vf.bindingBefore();
        boolean back = driver && wanted == null && before != null;
        if (back) {
            // First out of the hands of a program, which must not see the settings of before; and
            // the next one must not see what it left in the device.
            drivers.vacate(vf.address());
        }
        if ((vf.unsettled() & VfRow.SETTINGS) != 0 && !vf.settingsBefore().isEmpty()) {
            settings(vf);
        }
        if (back && before != null) {
            return drivers.restore(Binding.parse(before)) != Restoration.TAKEN_OVER;
        }
        if (driver && wanted != null) {
            drivers.bind(vf.address(), wanted, vf.force());
        }
        return true;
    }

    /** Refuses to take away what a process has open at this moment. */
    void refuseIfUsed(VfRow vf) {
        if (vf.bindingBefore() != null) {
            drivers.refuseIfUsed(vf.address());
        }
    }

    /** Whether it is on the driver that it is to be on. */
    boolean asWanted(VfRow vf) {
        UserspaceDriver wanted = vf.driverWanted();
        Optional<String> driver = sysfs.linkName(Sysfs.device(vf.address()) + "/driver");
        return wanted == null || driver.equals(Optional.of(wanted.kernelName()));
    }

    boolean exists(VfRow vf) {
        return sysfs.exists(Sysfs.device(vf.address()));
    }

    private void settings(VfRow vf) {
        SettingsText before = SettingsText.parse(vf.settingsBefore());
        VfInfo wanted = before.with(SettingsText.parse(vf.settingsWanted())).info(vf.index());
        try {
            pf(vf).restore(wanted);
        } catch (SriovException e) {
            VfInfo now = pf(vf).vf(vf.index());
            boolean noMac =
                    wanted.mac().bits() == 0
                            && SettingsText.of(now)
                                    .with(SettingsText.mac(wanted.mac()))
                                    .equals(SettingsText.of(wanted));
            if (!noMac) {
                throw e;
            }
            // Nobody sends from it any more, and the driver knows no way back to having none.
            LOG.warn("{} keeps the address {}: {}", vf.address(), now.mac(), e.getMessage());
        }
    }

    private PhysicalFunction pf(VfRow vf) {
        return PhysicalFunction.of(kernel, vf.pf());
    }
}
