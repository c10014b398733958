// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.util.Optional;
import java.util.OptionalLong;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.jspecify.annotations.Nullable;

/**
 * What the journal holds of a virtual function: what it was before its owner, what it is to be, and
 * whether that may differ from what it is.
 *
 * @param unsettled bits of {@link #SETTINGS}, {@link #DRIVER}, {@link #FORCE}
 * @param settingsBefore of those settings that were changed; text of {@link SettingsText}
 * @param settingsWanted as the owner asked; what isn't in it is to be as before
 * @param bindingBefore nothing if its driver was never changed; text of {@link SettingsText}
 * @param driverWanted nothing if it is to be as before
 */
record VfRow(
        PciAddress address,
        PciAddress pf,
        int index,
        boolean usable,
        long generation,
        @Nullable Long reservation,
        VfState state,
        int unsettled,
        String settingsBefore,
        String settingsWanted,
        @Nullable String bindingBefore,
        @Nullable UserspaceDriver driverWanted) {

    /** Its settings may differ from what is wanted. */
    static final int SETTINGS = 1;

    /** Its driver may differ from what is wanted. */
    static final int DRIVER = 2;

    /** Its interface may be taken away even if it is in use. */
    static final int FORCE = 4;

    VfRow settings(String before, String wanted) {
        return new VfRow(
                address,
                pf,
                index,
                usable,
                generation,
                reservation,
                later(VfState.CONFIGURED),
                unsettled | SETTINGS,
                before,
                wanted,
                bindingBefore,
                driverWanted);
    }

    VfRow driver(String before, UserspaceDriver wanted, boolean force) {
        return new VfRow(
                address,
                pf,
                index,
                usable,
                generation,
                reservation,
                later(VfState.BOUND),
                unsettled | DRIVER | (force ? FORCE : 0),
                settingsBefore,
                settingsWanted,
                before,
                wanted);
    }

    boolean force() {
        return (unsettled & FORCE) != 0;
    }

    /** The same in another state, with what may differ. */
    VfRow state(VfState next, int differing) {
        return new VfRow(
                address,
                pf,
                index,
                usable,
                generation,
                reservation,
                next,
                differing,
                settingsBefore,
                settingsWanted,
                bindingBefore,
                driverWanted);
    }

    /** A step that failed is taken back: what was wanted before it is wanted again. */
    VfRow backTo(VfRow earlier) {
        return new VfRow(
                address,
                pf,
                index,
                usable,
                generation,
                reservation,
                earlier.state,
                unsettled,
                settingsBefore,
                earlier.settingsWanted,
                bindingBefore,
                earlier.driverWanted);
    }

    /** All is to be as it was before. */
    VfRow releasing() {
        return new VfRow(
                address,
                pf,
                index,
                usable,
                generation,
                reservation,
                VfState.RELEASING,
                SETTINGS | DRIVER,
                settingsBefore,
                "",
                bindingBefore,
                null);
    }

    ReservedVf view() {
        return new ReservedVf(
                address,
                pf,
                index,
                generation,
                state,
                reservation == null ? OptionalLong.empty() : OptionalLong.of(reservation),
                Optional.ofNullable(driverWanted),
                unsettled == 0,
                usable);
    }

    /** Who configures a device again that was bound long ago doesn't take it back. */
    private VfState later(VfState next) {
        return next.compareTo(state) > 0 ? next : state;
    }
}
