// SPDX-License-Identifier: BSD-3-Clause
/** What the module's README shows. */
@NullMarked
package org.dpdk4j.sriov.readme;

import org.jspecify.annotations.NullMarked;
