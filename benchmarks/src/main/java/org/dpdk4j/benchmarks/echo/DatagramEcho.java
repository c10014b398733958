// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/**
 * Sends datagrams back to where they came from, by Java's own means and the kernel's network: what
 * a program does that does without DPDK. Argument: the port.
 */
final class DatagramEcho {
    private static final int LONGEST = 2048;
    private static final int BUFFER_BYTES = 1 << 20;

    private DatagramEcho() {}

    public static void main(String[] args) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(LONGEST);
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
            channel.bind(new InetSocketAddress(Integer.parseInt(args[0])));
            Thread.ofPlatform().daemon().start(DatagramEcho::endWithInput);
            while (true) {
                buffer.clear();
                SocketAddress sender = channel.receive(buffer);
                buffer.flip();
                channel.send(buffer, sender);
            }
        }
    }

    private static void endWithInput() {
        try {
            while (System.in.read() >= 0) {
                // Only its end matters.
            }
        } catch (IOException e) {
            // No more of it: the end, too.
        }
        System.exit(0);
    }
}
