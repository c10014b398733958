// SPDX-License-Identifier: BSD-3-Clause
/** DPDK in Java: ports, queues, packets, workers, and views of protocol headers. */
module org.dpdk4j.core {
    requires com.fasterxml.jackson.core;
    requires org.dpdk4j.bindings;
    requires static org.jspecify;
    requires org.slf4j;

    exports org.dpdk4j;
    exports org.dpdk4j.net;
}
