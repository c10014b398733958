// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.engine;

import java.util.List;

/**
 * What an engine says of itself.
 *
 * @param version such as {@code 28.2.2}
 * @param cdiDirectories where it looks for CDI specs; empty if it takes none
 */
public record EngineInfo(String version, List<String> cdiDirectories) {
    /** Copies what is mutable. */
    public EngineInfo {
        cdiDirectories = List.copyOf(cdiDirectories);
    }
}
