// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

/** What devices use as addresses for DMA: EAL's {@code --iova-mode}. */
public enum IovaMode {
    /** Physical addresses. Needs root, since they are read from {@code /proc/self/pagemap}. */
    PA("pa"),
    /** Virtual addresses, which an IOMMU translates; the only choice without privileges. */
    VA("va");

    private final String option;

    IovaMode(String option) {
        this.option = option;
    }

    String option() {
        return option;
    }
}
