// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

/** The programs that are compared. */
enum Program {
    /** Java on the host: what the others are compared with, or the other way round. */
    HOST("Java"),
    /** The same once more: what the two differ by is the method's error (A/A). */
    HOST_AGAIN("Java again"),
    /** The same jar and arguments in a container. */
    CONTAINER("Java in a container"),
    /** The least C that does the same. */
    C("C"),
    /** DPDK's own program. */
    TESTPMD("testpmd");

    private final String title;

    Program(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    boolean java() {
        return this == HOST || this == HOST_AGAIN || this == CONTAINER;
    }

    @Override
    public String toString() {
        return title;
    }
}
