// SPDX-License-Identifier: BSD-3-Clause
/** Raw DPDK: what is generated from its headers, loading, and the choice of the ABI. */
@SuppressWarnings("module") // core is compiled after us: its name is not known yet
module org.dpdk4j.bindings {
    requires static org.jspecify;

    exports org.dpdk4j.bindings;
    exports org.dpdk4j.bindings.memory to
            org.dpdk4j.core;
    exports org.dpdk4j.bindings.rte to
            org.dpdk4j.core;
}
