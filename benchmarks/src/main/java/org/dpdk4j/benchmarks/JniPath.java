// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import java.nio.file.Path;

/**
 * What a binding by JNI would do: {@code src/main/c/jni_path.c}, which {@code benchmarks/jmh}
 * compiles. For comparison; nothing else in this project has C.
 */
final class JniPath {
    private static final String PROPERTY = "dpdk4j.jni.path";

    static {
        load();
    }

    private JniPath() {}

    /** DPDK's libraries have to be there already, as they are once EAL was started. */
    @SuppressWarnings("restricted")
    private static void load() {
        String library = System.getProperty(PROPERTY);
        if (library == null) {
            throw new IllegalStateException(
                    "-D" + PROPERTY + " is to name the compiled jni_path.c: run benchmarks/jmh");
        }
        System.load(Path.of(library).toAbsolutePath().toString());
    }

    /** {@code rte_eth_rx_burst}. */
    static native int receive(int port, int queue, long mbufs, int count);

    /** {@code rte_eth_tx_burst}. */
    static native int send(int port, int queue, long mbufs, int count);
}
