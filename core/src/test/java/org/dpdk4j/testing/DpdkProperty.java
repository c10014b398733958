// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.testing;

import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;

/** What {@link RequiresDpdk} is for JUnit's tests, for jqwik's properties: a lifecycle hook. */
public final class DpdkProperty implements SkipExecutionHook {
    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
        if (!Requirement.DPDK.requested()) {
            return SkipResult.skip("-D" + Requirement.PROPERTY + " does not name dpdk");
        }
        Requirement.DPDK
                .unavailabilityCause()
                .ifPresent(cause -> {
                    throw new IllegalStateException("dpdk is required: " + cause);
                });
        return SkipResult.doNotSkip();
    }
}
