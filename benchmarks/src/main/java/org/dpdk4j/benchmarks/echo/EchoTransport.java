// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.nio.file.Path;

/** How the forwarders are reached. */
enum EchoTransport {
    MEMIF("memif") {
        @Override
        String server(int index, Path socket) {
            return "net_memif%d,role=server,socket-abstract=no,socket=%s".formatted(index, socket);
        }

        @Override
        String client(Path socket) {
            return "net_memif0,role=client,socket-abstract=no,socket=" + socket;
        }
    },
    VHOST("vhost-user") {
        @Override
        String server(int index, Path socket) {
            return "net_vhost%d,iface=%s".formatted(index, socket);
        }

        @Override
        String client(Path socket) {
            return "net_virtio_user0,queue_size=1024,path=" + socket;
        }
    };

    private final String title;

    EchoTransport(String title) {
        this.title = title;
    }

    /** For people. */
    String title() {
        return title;
    }

    /** The device of the process that measures, one of several. */
    abstract String server(int index, Path socket);

    /** The forwarder's device. */
    abstract String client(Path socket);
}
