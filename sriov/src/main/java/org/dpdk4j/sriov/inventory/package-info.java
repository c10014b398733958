// SPDX-License-Identifier: BSD-3-Clause
/**
 * Who owns which virtual function: {@link org.dpdk4j.sriov.inventory.Inventory} reserves, sets up,
 * binds, gives away and takes back, over a journal that outlives whoever is killed at any step.
 */
@NullMarked
package org.dpdk4j.sriov.inventory;

import org.jspecify.annotations.NullMarked;
