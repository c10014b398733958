// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker;

/**
 * Something that can't be done with a container, a network or the engine. The message says what is
 * wrong and, where there is a way, what to do.
 */
public class DockerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A refusal of ours.
     *
     * @param message whole sentences
     */
    public DockerException(String message) {
        super(message);
    }

    /**
     * A failure that has a cause.
     *
     * @param message whole sentences, the cause's text among them
     * @param cause what failed
     */
    public DockerException(String message, Throwable cause) {
        super(message, cause);
    }
}
