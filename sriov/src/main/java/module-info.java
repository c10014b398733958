// SPDX-License-Identifier: BSD-3-Clause
/** SR-IOV and device binding: PCI functions, virtual functions, drivers, hugepages, inventory. */
module org.dpdk4j.sriov {
    requires com.fasterxml.jackson.core;
    requires info.picocli;
    requires java.sql;
    requires static org.jspecify;
    requires org.slf4j;

    exports org.dpdk4j.sriov;
    exports org.dpdk4j.sriov.binding;
    exports org.dpdk4j.sriov.doctor;
    exports org.dpdk4j.sriov.hugepages;
    exports org.dpdk4j.sriov.inventory;
    exports org.dpdk4j.sriov.kernel;
    exports org.dpdk4j.sriov.pci;
    exports org.dpdk4j.sriov.pf;

    // picocli fills the fields of the commands.
    opens org.dpdk4j.sriov.cli to
            info.picocli;

    uses org.dpdk4j.sriov.kernel.KernelProvider;
}
