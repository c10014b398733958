// SPDX-License-Identifier: BSD-3-Clause
module consumer {
    requires org.dpdk4j.core;
}
