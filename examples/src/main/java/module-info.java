// SPDX-License-Identifier: BSD-3-Clause
/** Example programs. */
@SuppressWarnings("requires-automatic") // HdrHistogram has no descriptor
module org.dpdk4j.examples {
    requires HdrHistogram;
    requires info.picocli;
    requires org.dpdk4j.core;
    requires static org.jspecify;

    // It sets the fields of options.
    opens org.dpdk4j.examples to
            info.picocli;
}
