// SPDX-License-Identifier: BSD-3-Clause
/** Containers with virtual functions of their own: Docker's network driver, and the command. */
module org.dpdk4j.docker {
    requires com.fasterxml.jackson.databind;
    requires info.picocli;
    requires transitive org.dpdk4j.sriov;
    requires org.eclipse.jetty.server;
    requires org.eclipse.jetty.unixdomain.server;
    requires static org.jspecify;
    requires org.slf4j;

    exports org.dpdk4j.docker;

    opens org.dpdk4j.docker.cli to
            info.picocli;
    opens org.dpdk4j.docker.driver to
            com.fasterxml.jackson.databind,
            info.picocli;
}
