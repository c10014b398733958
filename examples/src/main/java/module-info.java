// SPDX-License-Identifier: BSD-3-Clause
/** Example programs. */
module org.dpdk4j.examples {
    requires info.picocli;
    requires org.dpdk4j.core;
    requires static org.jspecify;

    // It sets the fields of options.
    opens org.dpdk4j.examples to
            info.picocli;
}
