// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import org.dpdk4j.sriov.kernel.Kernel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The model behaves as a kernel. */
class ModelKernelContractTest extends KernelContract {
    private static KernelModelProcess model;

    @BeforeAll
    static void boot() {
        model = KernelModelProcess.start(Machine.igb());
    }

    @AfterAll
    static void shutDown() {
        model.close();
    }

    @Override
    Kernel machine() {
        return model.kernel();
    }

    @Override
    void settle() {
        model.settle();
    }
}
