// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

/** A worker ended because its body or its step threw; the cause is what was thrown. */
public class WorkerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WorkerException(int lcore, Throwable cause) {
        super("the worker on lcore " + lcore + " ended: " + cause, cause);
    }
}
