// SPDX-License-Identifier: BSD-3-Clause
/** Protocol headers as views over the bytes of a packet. */
@NullMarked
package org.dpdk4j.net;

import org.jspecify.annotations.NullMarked;
