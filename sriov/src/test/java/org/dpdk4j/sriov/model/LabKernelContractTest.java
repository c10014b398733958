// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.testing.RequiresLab;

/** The kernel behaves as the model does. */
@RequiresLab
class LabKernelContractTest extends KernelContract {
    @Override
    Kernel machine() {
        return Kernel.system();
    }

    @Override
    void settle() {
        LabContractTest.run("udevadm", "settle");
    }
}
