// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.driver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Jetty's connector for clients that leave the host empty, as Docker before 23 does, and as Jetty
 * refuses under every setting: such a client is taken to have named one.
 */
final class DockerConnector extends UnixDomainServerConnector {
    private static final byte[] BEGIN = ascii("POST ");
    private static final byte[] EMPTY_HOST = ascii("\r\nHost: \r\n");
    private static final int VALUE = 7;
    private static final byte NAME = 'x';

    DockerConnector(Server server, HttpConnectionFactory http) {
        super(server, 1, 1, http);
    }

    @Override
    protected SelectorManager newSelectorManager(
            Executor executor, Scheduler scheduler, int selectors) {
        return new UnixDomainSelectorManager(executor, scheduler, selectors) {
            @Override
            protected EndPoint newEndPoint(
                    SelectableChannel channel, ManagedSelector selector, SelectionKey key) {
                Named named = new Named((SocketChannel) channel, selector, key, getScheduler());
                named.setIdleTimeout(getIdleTimeout());
                return named;
            }
        };
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Where the value of the host is missing there is a blank for one letter. */
    private static final class Named extends SocketChannelEndPoint {
        Named(
                SocketChannel channel,
                ManagedSelector selector,
                SelectionKey key,
                Scheduler scheduler) {
            super(channel, selector, key, scheduler);
        }

        @Override
        public int fill(ByteBuffer buffer) throws IOException {
            int before = buffer.remaining();
            int filled = super.fill(buffer);
            int from = buffer.position() + before;
            if (filled > 0 && matches(buffer, from, BEGIN)) {
                for (int at = from; at < buffer.limit(); at++) {
                    if (matches(buffer, at, EMPTY_HOST)) {
                        buffer.put(at + VALUE, NAME);
                        break;
                    }
                }
            }
            return filled;
        }

        private static boolean matches(ByteBuffer buffer, int at, byte[] text) {
            if (buffer.limit() - at < text.length) {
                return false;
            }
            for (int i = 0; i < text.length; i++) {
                if (buffer.get(at + i) != text[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
