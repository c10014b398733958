// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import java.nio.file.Path;
import java.util.List;

/** Two ports that need nothing on their other end: one lcore does all the work there is. */
enum Transport {
    /** Receives new packets without end, and frees what is sent. */
    NET_NULL("net_null", false) {
        @Override
        List<String> devices(Path directory) {
            return List.of("net_null0", "net_null1");
        }
    },

    /** Two rings, each the receive and the transmit side of one port. */
    NET_RING("net_ring", true) {
        @Override
        List<String> devices(Path directory) {
            return List.of("net_ring0", "net_ring1");
        }
    },

    /** Two ends of one shared memory interface: what one port sends, the other receives. */
    MEMIF("memif", true) {
        @Override
        List<String> devices(Path directory) {
            String socket = ",id=0,socket-abstract=no,socket=" + directory.resolve("memif.sock");
            return List.of("net_memif0,role=server" + socket, "net_memif1,role=client" + socket);
        }
    };

    private final String word;
    private final boolean circular;

    Transport(String word, boolean circular) {
        this.word = word;
        this.circular = circular;
    }

    String word() {
        return word;
    }

    /** Whether packets go round, so that there have to be some to start with. */
    boolean circular() {
        return circular;
    }

    /** What to tell EAL, for a process that keeps its sockets in a directory of its own. */
    abstract List<String> devices(Path directory);
}
