// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.kernel;

import java.util.Optional;

/** Puts something in the place of the machine's kernel; a service, meant for tests. */
public interface KernelProvider {
    /**
     * The kernel to use.
     *
     * @return it, or nothing to leave the machine's own
     */
    Optional<Kernel> kernel();
}
