// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.kernel;

import java.io.IOException;

/** A system call that failed: what was tried, and the error that Linux gave. */
public final class KernelException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;
    private final String name;

    /**
     * A failure.
     *
     * @param operation what was tried on what, for people: {@code write 4 to /sys/…/sriov_numvfs}
     * @param errno Linux's error number
     */
    public KernelException(String operation, int errno) {
        super(operation + ": " + Errno.text(errno));
        this.errno = errno;
        this.name = Errno.name(errno);
    }

    /**
     * The error.
     *
     * @return Linux's number for it
     */
    public int errno() {
        return errno;
    }

    /**
     * The error's name.
     *
     * @return such as {@code EBUSY}
     */
    public String errnoName() {
        return name;
    }
}
