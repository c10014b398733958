// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.engine;

import org.dpdk4j.docker.DockerException;

/** The engine could not be asked, so nothing is known of what it has. */
public final class EngineUnreachableException extends DockerException {
    private static final long serialVersionUID = 1L;

    /**
     * Says why.
     *
     * @param message whole sentences
     */
    public EngineUnreachableException(String message) {
        super(message);
    }

    /**
     * Says why.
     *
     * @param message whole sentences
     * @param cause what failed
     */
    public EngineUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
