// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov;

/**
 * Something that can't be done. The message says what is wrong and, where there is a way, what to
 * do.
 */
public class SriovException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A refusal of ours.
     *
     * @param message whole sentences
     */
    public SriovException(String message) {
        super(message);
    }

    /**
     * A failure that has a cause, mostly a {@link org.dpdk4j.sriov.kernel.KernelException}.
     *
     * @param message whole sentences, the cause's text among them
     * @param cause what failed
     */
    public SriovException(String message, Throwable cause) {
        super(message, cause);
    }
}
