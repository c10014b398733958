// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.sysfs;

import java.util.concurrent.locks.LockSupport;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;

/** Writing attributes, again where a signal or another one at work interrupted that. */
public final class Steps {
    private static final int TRIES = 20;
    private static final long PAUSE_NANOS = 5_000_000;

    private final Kernel kernel;

    /**
     * Writes to one kernel.
     *
     * @param kernel to write to
     */
    public Steps(Kernel kernel) {
        this.kernel = kernel;
    }

    /**
     * Writes; what a signal interrupted did not happen and is written again.
     *
     * @param path of an attribute
     * @param text to write
     * @throws KernelException if the kernel refuses
     */
    public void write(String path, String text) throws KernelException {
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

    /**
     * Writes to an attribute that may have gone with its device or driver: that is success.
     *
     * @param path of an attribute
     * @param text to write
     * @throws KernelException if the kernel refuses
     */
    public void writeIfThere(String path, String text) throws KernelException {
        try {
            write(path, text);
        } catch (KernelException e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENODEV) {
                throw e;
            }
        }
    }
}
