// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.util.Map;

/**
 * A name for which virtual functions are reserved.
 *
 * @param name of it
 * @param selector of the virtual functions that serve it
 * @param metadata what callers asked to be remembered with it
 */
public record Network(String name, Selector selector, Map<String, String> metadata) {
    /** Copies the metadata. */
    public Network {
        metadata = Map.copyOf(metadata);
    }
}
