// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov;

import java.util.concurrent.locks.LockSupport;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;

/** Writing attributes, again where a signal or another one at work interrupted that. */
final class Steps {
    private static final int TRIES = 20;
    private static final long PAUSE_NANOS = 5_000_000;

    private final Kernel kernel;

    Steps(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Writes; what a signal interrupted did not happen and is written again. */
    void write(String path, String text) throws KernelException {
        for (int left = TRIES; ; left--) {
            try {
                kernel.write(path, text);
                return;
            } catch (KernelException e) {
                boolean again = e.errno() == Errno.EINTR || e.errno() == Errno.EAGAIN;
                if (!again || left == 1) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** Writes to an attribute that may have gone with its device or driver: that is success. */
    void writeIfThere(String path, String text) throws KernelException {
        try {
            write(path, text);
        } catch (KernelException e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENODEV) {
                throw e;
            }
        }
    }
}
