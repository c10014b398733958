// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

/** An errno on its way to the client; netlink may carry a text beside it. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    final int errno;
    final String text;

    Refusal(int errno) {
        this(errno, "");
    }

    Refusal(int errno, String text) {
        super("errno " + errno, null, false, false);
        this.errno = errno;
        this.text = text;
    }
}
