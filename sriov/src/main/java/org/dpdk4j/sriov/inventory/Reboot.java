// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.sysfs.Sysfs;

/** Notices that the machine was started anew: then nothing of what we did to it is left. */
final class Reboot {
    private static final String BOOT_ID = "/proc/sys/kernel/random/boot_id";
    private static final String KEY = "boot";

    private Reboot() {}

    /** Marks in the journal what has to be done again, once for each start of the machine. */
    static void note(Kernel kernel, Journal journal) {
        String boot = new Sysfs(kernel).text(BOOT_ID).orElse("");
        if (journal.read(ledger -> ledger.meta(KEY)).orElse("").equals(boot)) {
            return;
        }
        journal.write(ledger -> {
            String before = ledger.meta(KEY).orElse("");
            if (!before.equals(boot)) {
                ledger.meta(KEY, boot);
                if (!before.isEmpty()) {
                    ledger.rebuildAll();
                    // Whatever made use of their interfaces meanwhile, they are their owners'.
                    ledger.vfs().unsettleAll(VfRow.SETTINGS | VfRow.DRIVER | VfRow.FORCE);
                }
            }
            return null;
        });
    }
}
