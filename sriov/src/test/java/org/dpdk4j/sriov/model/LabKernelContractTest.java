// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.io.IOException;
import java.io.UncheckedIOException;
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
        awaitUdev();
    }

    static void awaitUdev() {
        try {
            new ProcessBuilder("udevadm", "settle").inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
