// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.doctor;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.dpdk4j.sriov.sysfs.Sysfs;

/** What modules the running kernel has, loaded or not: depmod's lists. */
final class ModuleIndex {
    private static final List<String> LISTS = List.of("modules.dep", "modules.builtin");

    private final Sysfs sysfs;

    ModuleIndex(Sysfs sysfs) {
        this.sysfs = sysfs;
    }

    /** Nothing if the lists aren't there, as in most containers. */
    Optional<Boolean> has(String module) {
        Optional<String> release = sysfs.text("/proc/sys/kernel/osrelease");
        if (release.isEmpty()) {
            return Optional.empty();
        }
        String name = module.replaceAll("[-_]", "[-_]");
        Pattern line = Pattern.compile("(?m)^(?:\\S*/)?" + name + "\\.ko(?:\\.\\w+)?(?::|$)");
        boolean listed = false;
        for (String list : LISTS) {
            Optional<String> text = sysfs.text("/lib/modules/" + release.get() + "/" + list);
            if (text.isPresent() && line.matcher(text.get()).find()) {
                return Optional.of(true);
            }
            listed |= text.isPresent();
        }
        return listed ? Optional.of(false) : Optional.empty();
    }
}
